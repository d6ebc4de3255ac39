import type { ComponentChildren } from 'preact';
import type { ItemList } from '../../models/item-list.ts';
import { ErrorState, Skeleton } from '../states.tsx';

interface LoadedProps<T> {
  list: ItemList<T>;
  /** What they are, as in "Projects did not load". */
  what: string;
  children: (items: readonly T[]) => ComponentChildren;
}

/** What cannot be shown before a list is here: says that it loads, or that it did not. */
export function Loaded<T>({ list, what, children }: LoadedProps<T>) {
  const items = list.items.value;
  const failure = list.failure.value;
  if (items) return <>{children(items)}</>;
  if (failure) return <ErrorState title={`${what} did not load`} detail={failure.message} onRetry={list.load} />;
  return (
    <div aria-busy="true">
      <span class="visually-hidden" role="status">
        Loading
      </span>
      <Skeleton height={32} />
    </div>
  );
}
