import './session-table.css';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { SessionListModel } from '../../models/session-list.ts';
import { useShortcuts } from '../../shortcuts.ts';
import { useHold } from './hold.ts';
import { useKeptFocus } from './kept-focus.ts';
import { SessionRow } from './session-row.tsx';

interface SessionTableProps {
  list: InstanceType<typeof SessionListModel>;
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
export function SessionTable({ list, hrefOf, projectNameOf }: SessionTableProps) {
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
  useShortcuts('Sessions', [
    { keys: 'j', label: 'Next session', run: () => move(1) },
    { keys: 'k', label: 'Previous session', run: () => move(-1) },
    // The focused link opens itself; this opens the first when none has the focus.
    {
      keys: 'Enter',
      label: 'Open session',
      run: () => root.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.click(),
    },
  ]);

  return (
    <table
      class="session-table"
      ref={root}
      aria-label="Sessions"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        move(event.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      <SessionTableHead />
      {groups.map((group) => (
        <tbody class="session-group" key={group.key}>
          <tr class="session-group-heading">
            <th colSpan={columns.length} scope="rowgroup">
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
export function SessionTableHead() {
  return (
    <thead class="session-head">
      <tr class="session-row-head">
        {columns.map(([column, label]) => (
          <th key={column} class={column} scope="col">
            <span class={label === 'Status' ? 'visually-hidden' : ''}>{label}</span>
          </th>
        ))}
      </tr>
    </thead>
  );
}
