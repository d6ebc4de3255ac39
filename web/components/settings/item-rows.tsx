import type { ComponentChildren } from 'preact';
import type { ItemList } from '../../models/item-list.ts';
import { Button } from '../button.tsx';
import { ErrorState, Notice, Skeleton } from '../states.tsx';

interface ItemRowsProps<T> {
  list: ItemList<T>;
  /** What they are, as in "Members did not load". */
  what: string;
  empty: ComponentChildren;
  /** How many rows the skeleton has. */
  expected?: number;
  keyOf: (item: T) => string;
  children: (item: T) => ComponentChildren;
}

/** A list's rows in each of its states: not here yet, failed, empty, there, more to come. */
export function ItemRows<T>({ list, what, empty, expected = 3, keyOf, children }: ItemRowsProps<T>) {
  const items = list.items.value;
  const failure = list.failure.value;
  // Of what was empty the last time, too, nobody knows whether it still is.
  if (!items?.length && failure)
    return <ErrorState title={`${what} did not load`} detail={failure.message} onRetry={list.load} />;
  if (!items) return <RowsSkeleton rows={expected} />;
  if (items.length === 0) return <p class="rows-empty muted">{empty}</p>;
  return (
    <>
      <ul class="rows">
        {items.map((item) => (
          <li key={keyOf(item)} class="row">
            {children(item)}
          </li>
        ))}
      </ul>
      {failure && (
        <Notice tone="bad">
          {failure.message}{' '}
          <Button size="small" busy={list.loading.value} onClick={list.load}>
            Try again
          </Button>
        </Notice>
      )}
      {list.hasMore.value && (
        <Button size="small" busy={list.loading.value} onClick={list.loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

function RowsSkeleton({ rows }: { rows: number }) {
  return (
    <div class="rows" aria-busy="true">
      <span class="visually-hidden" role="status">
        Loading
      </span>
      {Array.from({ length: rows }, (_, i) => (
        <div class="row" key={i} aria-hidden="true">
          <Skeleton width={24} height={24} />
          <Skeleton width={180 - (i % 3) * 30} />
        </div>
      ))}
    </div>
  );
}
