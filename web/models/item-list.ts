import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Page } from '../../wire/page.ts';
import { asError } from './as-error.ts';

export interface ItemList<T> {
  /** Null until the first page is here. */
  items: ReadonlySignal<readonly T[] | null>;
  failure: ReadonlySignal<Error | null>;
  hasMore: ReadonlySignal<boolean>;
  loading: ReadonlySignal<boolean>;
  /** Reads it from the beginning, as far as it is shown. */
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
  /** Counts what was asked for: an answer that another question has overtaken is dropped. */
  let latest = 0;

  const read = async (from: string | undefined, atLeast: number) => {
    latest += 1;
    const turn = latest;
    loading.value = true;
    failure.value = null;
    try {
      let next = await page(from);
      let found = next.items;
      while (turn === latest && next.nextCursor !== null && found.length < atLeast) {
        next = await page(next.nextCursor);
        found = [...found, ...next.items];
      }
      if (turn !== latest) return;
      items.value = from === undefined ? found : [...(items.peek() ?? []), ...found];
      cursor.value = next.nextCursor;
    } catch (error) {
      if (turn === latest) failure.value = asError(error);
    } finally {
      if (turn === latest) loading.value = false;
    }
  };

  return {
    items,
    failure,
    loading,
    hasMore: computed(() => cursor.value !== null),
    load: () => read(undefined, items.peek()?.length ?? 0),
    async loadMore() {
      if (cursor.peek() !== null && !loading.peek()) await read(cursor.peek() ?? undefined, 0);
    },
    update(change) {
      items.value = change(items.peek() ?? []);
    },
  };
}
