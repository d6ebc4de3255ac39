import { and, lt, lte, or, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { limits } from '../../wire/limits.ts';
import type { Page } from '../../wire/page.ts';

export interface PageRequest {
  cursor?: string | undefined;
  limit?: number | undefined;
}

/** How many rows to ask for: one more than fits, which tells whether there is a next page. */
export const rowsFor = (page: PageRequest) => (page.limit ?? limits.maxPageItems) + 1;

/** Cuts the row too many off; the cursor is the key of the last item shown. */
export function pageOf<T>(rows: T[], page: PageRequest, keyOf: (item: T) => string): Page<T> {
  const items = rows.slice(0, rowsFor(page) - 1);
  const last = items.at(-1);
  return { items, nextCursor: last !== undefined && rows.length > items.length ? keyOf(last) : null };
}

/** All there is, a page at a time. */
export async function* everyItem<T>(read: (page: PageRequest) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await read({ cursor, limit: limits.maxPageItems });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** What comes after a cursor `<ms>.<id>`, the latest first; everything where it is unreadable. */
export function before(cursor: string | undefined, at: SQLiteColumn, id: SQLiteColumn): SQL | undefined {
  const [, ms, last] = /^(\d{1,15})\.(\w+)$/.exec(cursor ?? '') ?? [];
  if (ms === undefined || last === undefined) return undefined;
  // The first condition alone lets the index start where the page does; an `or` by itself reads every row before it.
  return and(lte(at, Number(ms)), or(lt(at, Number(ms)), lt(id, last)));
}
