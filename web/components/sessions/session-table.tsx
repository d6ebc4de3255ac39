import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ListGroup } from '../../models/list-order.ts';
import type { SessionListModel } from '../../models/session-list.ts';
import { useShortcuts } from '../../shortcuts.ts';
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

/** A resting pointer gives the order free again. */
const restMs = 3000;

/** The live table. While the pointer moves over it, rows change in place but keep their order. */
export function SessionTable({ list, hrefOf, projectNameOf }: SessionTableProps) {
  const root = useRef<HTMLDivElement>(null);
  const current = useSignal<string | null>(null);
  const groups = list.groups.value;
  const first = groups[0]?.ids[0] ?? null;
  const reachable = groups.some(({ ids }) => ids.includes(current.value ?? '')) ? current.value : first;
  useHold(root, list.hold);
  useKeptFocus(root, groups);

  const move = (step: number) => {
    const links = [...(root.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    const from = at === -1 ? links.findIndex((link) => link.dataset.row === current.peek()) : at;
    const target = links[Math.min(links.length - 1, Math.max(0, from + step))];
    target?.focus();
    target?.closest('[role=row]')?.scrollIntoView({ block: 'nearest' });
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
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys are a second way to what j and k do.
    <div
      class="session-table"
      ref={root}
      role="table"
      aria-label="Sessions"
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        move(event.key === 'ArrowDown' ? 1 : -1);
      }}
    >
      <SessionTableHead />
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a table of divs, because a phone shows it as a list.
        <div class="session-group" role="rowgroup" key={group.key} aria-label={group.heading}>
          <div class="session-group-heading" role="row">
            <div role="cell">
              <h2>
                {group.heading} <span class="faint numeric">{group.ids.length}</span>
              </h2>
            </div>
          </div>
          {group.ids.map((id) => {
            const session = list.session(id);
            if (!session) return null;
            return (
              <SessionRow
                key={id}
                session={session}
                href={hrefOf(id)}
                projectName={projectNameOf(session.peek().projectId)}
                arrived={list.arrived.value.has(id)}
                current={id === reachable}
                onFocus={(focused) => {
                  current.value = focused;
                }}
              />
            );
          })}
        </div>
      ))}
    </div>
  );
}

export function SessionTableHead() {
  return (
    <div class="session-head" role="rowgroup">
      <div class="session-row-head" role="row">
        {columns.map(([column, label]) => (
          <div key={column} class={column} role="columnheader">
            <span class={label === 'Status' ? 'visually-hidden' : ''}>{label}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

function useHold(root: { current: HTMLElement | null }, hold: (on: boolean) => void): void {
  useEffect(() => {
    const table = root.current;
    if (!table) return;
    let rest: ReturnType<typeof setTimeout>;
    const release = () => {
      clearTimeout(rest);
      hold(false);
    };
    const onMove = (event: PointerEvent) => {
      if (event.pointerType !== 'mouse') return;
      clearTimeout(rest);
      rest = setTimeout(release, restMs);
      hold(true);
    };
    table.addEventListener('pointermove', onMove);
    table.addEventListener('pointerleave', release);
    return () => {
      release();
      table.removeEventListener('pointermove', onMove);
      table.removeEventListener('pointerleave', release);
    };
  }, []);
}

/** A row that is moved in the document loses the focus; it gets it back. */
function useKeptFocus(root: { current: HTMLElement | null }, groups: ListGroup[]): void {
  const focused = useRef<string | null>(null);
  useLayoutEffect(() => {
    const table = root.current;
    if (!table) return;
    const remember = (event: FocusEvent) => {
      focused.current = event.target instanceof HTMLElement ? (event.target.dataset.row ?? null) : null;
    };
    const forget = (event: FocusEvent) => {
      // Without a next element it is either a click on nothing or our own move: the layout effect below tells them apart by time.
      if (event.relatedTarget) focused.current = null;
    };
    table.addEventListener('focusin', remember);
    table.addEventListener('focusout', forget);
    return () => {
      table.removeEventListener('focusin', remember);
      table.removeEventListener('focusout', forget);
    };
  }, []);
  useLayoutEffect(() => {
    if (!focused.current || document.activeElement !== document.body) return;
    root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(focused.current)}"]`)?.focus({ preventScroll: true });
  }, [groups]);
}
