import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../../components/button.tsx';
import { Icon } from '../../../components/icon.tsx';
import { StatusMark, statusNames } from '../../../components/status-mark.tsx';
import { Said } from '../../../components/timeline/said.tsx';
import { money, plural } from '../../../format.ts';
import { visibleText } from '../../../models/session/session-text.ts';
import {
  type NearLine,
  nearLines,
  type SessionTreeModel,
  type TreeRow,
  treeCost,
  walk,
} from '../../../models/session/session-tree.ts';
import { isNarrow } from '../../../narrow.ts';
import './session-tree.css';

interface SessionTreeProps {
  id: string;
  tree: InstanceType<typeof SessionTreeModel>;
  hrefOf: (sessionId: string) => string;
  /** Where this session is compared with another of the tree. */
  compareHref: string;
}

/** On a phone the timeline needs the room; stays as long as the page is open. */
const treeOpen = signal(!isNarrow());

/** A picture of the sessions that this one belongs to: who branched off where, how each stands, what it cost and came to. */
export function SessionTree({ id, tree, hrefOf, compareHref }: SessionTreeProps) {
  const rows = tree.rows.value;
  const open = treeOpen.value;
  if (rows.length < 2) return tree.failure.value ? <Failed onRetry={tree.load} /> : null;
  return (
    <section class="session-tree" aria-label="Session tree">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => {
            treeOpen.value = !open;
          }}
        >
          <Icon name={open ? 'down' : 'right'} size={12} />
          Tree of {plural(rows.length, 'session')}
          {tree.isCut.value && ' and more'}
          <span class="numeric faint">{money(treeCost(rows))} together</span>
        </button>
        <a class="session-tree-compare" href={compareHref}>
          Compare
        </a>
      </h2>
      {open && <Rows id={id} rows={rows} hrefOf={hrefOf} />}
    </section>
  );
}

function Rows({ id, rows, hrefOf }: { id: string; rows: readonly TreeRow[]; hrefOf: (sessionId: string) => string }) {
  const list = useRef<HTMLDivElement>(null);
  const self = rows.findIndex(({ node }) => node.id === id);
  const [focused, setFocused] = useState<string>(id);
  useEffect(() => {
    // A long tree opens at the session that the page is about.
    const row = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && row) list.current.scrollTop = row.offsetTop - list.current.clientHeight / 2;
  }, [id, self < 0]);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex(({ node }) => node.id === focused);
    const next = event.altKey || event.ctrlKey || event.metaKey ? null : walk(rows, at, event.key);
    if (next === null) return;
    event.preventDefault();
    // The timeline has the same keys.
    event.stopPropagation();
    list.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[next]?.focus();
  };
  const isKnown = rows.some(({ node }) => node.id === focused);
  return (
    <div class="tree-rows" role="tree" aria-label="Sessions of this tree" ref={list} onKeyDown={onKeyDown}>
      {rows.map((row, index) => (
        <TreeItem
          key={row.node.id}
          row={row}
          isSelf={row.node.id === id}
          isStop={isKnown ? row.node.id === focused : index === 0}
          href={hrefOf(row.node.id)}
          onFocus={() => setFocused(row.node.id)}
        />
      ))}
    </div>
  );
}

interface TreeItemProps {
  row: TreeRow;
  /** The session that the page shows. */
  isSelf: boolean;
  /** Where Tab stops. */
  isStop: boolean;
  href: string;
  onFocus: () => void;
}

function TreeItem({ row: { node, level, lines }, isSelf, isStop, href, onFocus }: TreeItemProps) {
  const { title, status, branch, outcome, costMicroUsd } = node;
  const words = status === 'queued' ? 'waits to be started' : outcome;
  return (
    <a
      class="tree-item"
      role="treeitem"
      aria-level={level}
      aria-current={isSelf ? 'page' : undefined}
      tabIndex={isStop ? 0 : -1}
      href={href}
      onFocus={onFocus}
    >
      {nearLines(lines).map((line, index) => (
        <span key={index} aria-hidden="true" class={`tree-line ${lineOf(line)} ${line.isFar ? 'far' : ''}`} />
      ))}
      <StatusMark status={status} />
      <span class="tree-words">
        <span class="tree-title truncate" title={visibleText(title)}>
          <Said text={title || 'A session without a title'} />
        </span>
        {branch && (
          <span class="tree-from numeric">
            from event {branch.fromSeq}
            {branch.mergedSeq !== undefined && ', given back'}
          </span>
        )}
        <span class="tree-outcome truncate" title={words}>
          <Said text={words ?? statusNames[status].toLowerCase()} />
        </span>
      </span>
      <span class="tree-cost numeric">{money(costMicroUsd)}</span>
    </a>
  );
}

/** A line past a row, one that turns to it, or both. */
function lineOf({ goesOn, isOwn }: NearLine): string {
  if (isOwn) return goesOn ? 'tee' : 'elbow';
  return goesOn ? 'past' : '';
}

function Failed({ onRetry }: { onRetry: () => void }) {
  return (
    <p class="session-tree session-tree-failed" role="status">
      The tree of this session did not load.{' '}
      <Button kind="quiet" size="small" onClick={onRetry}>
        Try again
      </Button>
    </p>
  );
}
