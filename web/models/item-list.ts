import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Page } from '../../wire/page.ts';
import { asError } from './as-error.ts';

export interface ItemList<T> {
  /** Null until the first page is here. */
  items: ReadonlySignal<readonly T[] | null>;
  failure: ReadonlySignal<Error | null>;
  hasMore: ReadonlySignal<boolean>;
  loading: ReadonlySignal<boolean>;
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** Changes what is known, after the server has agreed. */
  update(change: (items: readonly T[]) => readonly T[]): void;
}

/** A list in which `item` takes the place of the one with its id, or comes last. */
export const withItem = <T extends { id: string }>(all: readonly T[], item: T): readonly T[] =>
  all.some(({ id }) => id === item.id) ? all.map((one) => (one.id === item.id ? item : one)) : [...all, item];

/** A list of `{ items, nextCursor }` pages. */
export function itemList<T>(page: (cursor: string | undefined) => Promise<Page<T>>): ItemList<T> {
  const items = signal<readonly T[] | null>(null);
  const failure = signal<Error | null>(null);
  const cursor = signal<string | null>(null);
  const loading = signal(false);

  const fetchPage = async (from: string | undefined) => {
    loading.value = true;
    failure.value = null;
    try {
      const next = await page(from);
      items.value = from === undefined ? next.items : [...(items.peek() ?? []), ...next.items];
      cursor.value = next.nextCursor;
    } catch (error) {
      failure.value = asError(error);
    } finally {
      loading.value = false;
    }
  };

  return {
    items,
    failure,
    loading,
    hasMore: computed(() => cursor.value !== null),
    load: () => fetchPage(undefined),
    async loadMore() {
      if (cursor.peek() !== null && !loading.peek()) await fetchPage(cursor.peek() ?? undefined);
    },
    update(change) {
      items.value = change(items.peek() ?? []);
    },
  };
}
