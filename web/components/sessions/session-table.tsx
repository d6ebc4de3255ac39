import './session-table.css';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { SessionListModel } from '../../models/session/session-list.ts';
import type { SelectionModel } from '../../models/session/session-selection.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { useHold } from './hold.ts';
import { useKeptFocus } from './kept-focus.ts';
import { SessionRow } from './session-row.tsx';

interface SessionTableProps {
  list: InstanceType<typeof SessionListModel>;
  selection: InstanceType<typeof SelectionModel>;
  hrefOf: (id: string) => string;
  projectNameOf: (id: string) => string;
}

const columns = [
  ['c-status', 'Status'],
  ['c-title', 'Session'],
  ['c-agent', 'Agent'],
  ['c-project', 'Project'],
  ['c-activity', 'Last activity'],
  ['c-elapsed number', 'Elapsed'],
  ['c-tokens number', 'Tokens'],
  ['c-cost number', 'Cost'],
  ['c-tools number', 'Tools'],
  ['c-errors number', 'Errors'],
] as const;

/** The live table. While the pointer moves over it, rows change in place but keep their order. */
export function SessionTable({ list, selection, hrefOf, projectNameOf }: SessionTableProps) {
  const root = useRef<HTMLTableElement>(null);
  const current = useSignal<string | null>(null);
  const groups = list.groups.value;
  const first = groups[0]?.ids[0] ?? null;
  const reachable = groups.some(({ ids }) => ids.includes(current.value ?? '')) ? current.value : first;
  useHold(root, list.hold);
  useKeptFocus(root, groups);

  const move = (step: number) => {
    const links = [...(root.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = links.findIndex((link) => link.matches(':focus'));
    const from = at === -1 ? links.findIndex((link) => link.dataset.row === current.peek()) : at;
    const target = links[Math.min(links.length - 1, Math.max(0, from + step))];
    target?.focus();
    target?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  };
  const choose = (how: 'toggle' | 'extend') => {
    if (reachable !== null) selection[how](reachable);
  };
  useShortcuts('Sessions', [
    { keys: 'j', label: 'Next session', run: () => move(1) },
    { keys: 'k', label: 'Previous session', run: () => move(-1) },
    // The focused link opens itself; this opens the first when none has the focus.
    {
      keys: 'Enter',
      label: 'Open session',
      run: () => root.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.click(),
    },
    { keys: 'x', label: 'Select session', run: () => choose('toggle') },
    { keys: 'X', label: 'Select all up to this session', run: () => choose('extend') },
    { keys: 'mod+a', label: 'Select all that are loaded', run: selection.all },
  ]);

  return (
    <table
      class={`session-table ${selection.isOn.value ? 'choosing' : ''}`}
      ref={root}
      aria-label="Sessions"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        move(event.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      <SessionTableHead selection={selection} />
      {groups.map((group) => (
        <tbody class="session-group" key={group.key}>
          <tr class="session-group-heading">
            <th colSpan={columns.length + 1} scope="rowgroup">
              {group.heading} <span class="faint numeric">{group.ids.length}</span>
            </th>
          </tr>
          {group.ids.map((id) => {
            const session = list.session(id);
            if (!session) return null;
            return (
              <SessionRow
                key={id}
                session={session}
                hrefOf={hrefOf}
                projectName={projectNameOf(session.peek().projectId)}
                arrived={list.arrived.value.has(id)}
                current={id === reachable}
                selection={selection}
                onFocus={(focused) => {
                  current.value = focused;
                }}
              />
            );
          })}
        </tbody>
      ))}
    </table>
  );
}

/** The names of the columns; the skeleton has them too. */
export function SessionTableHead({ selection }: { selection?: InstanceType<typeof SelectionModel> }) {
  return (
    <thead class="session-head">
      <tr class="session-row-head">
        <td class="c-choose">
          {selection && (
            <input
              type="checkbox"
              aria-label="Select all sessions that are loaded"
              checked={selection.isAll.value}
              indeterminate={selection.chosen.value.length > 0 && !selection.isAll.value}
              onChange={(event) => (event.currentTarget.checked ? selection.all() : selection.clear())}
            />
          )}
        </td>
        {columns.map(([column, label]) => (
          <th key={column} class={column} scope="col">
            <span class={label === 'Status' ? 'visually-hidden' : ''}>{label}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}
