import { and, lt, lte, or, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { TrashItem } from '../../wire/trash.ts';

/** The key of a page of the trash: `<deleted, ms>.<id>`. */
export const trashCursorOf = ({ deletedAt, id }: TrashItem): string => `${Date.parse(deletedAt)}.${id}`;

/** What comes after a cursor; everything where it is unreadable. */
export function thrownBefore(cursor: string | undefined, at: SQLiteColumn, id: SQLiteColumn): SQL | undefined {
  const [, ms, last] = /^(\d{1,15})\.(\w+)$/.exec(cursor ?? '') ?? [];
  if (ms === undefined || last === undefined) return undefined;
  // The first condition alone lets the index start where the page does.
  return and(lte(at, Number(ms)), or(lt(at, Number(ms)), lt(id, last)));
}

interface Row extends Omit<TrashItem, 'deletedAt' | 'title'> {
  title: string | null;
  deletedAtMs: number | null;
}

export const trashItemOf = ({ deletedAtMs, title, ...row }: Row): TrashItem => ({
  ...row,
  title: title ?? '',
  deletedAt: new Date(deletedAtMs ?? 0).toISOString(),
});
