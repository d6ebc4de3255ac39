import type { TrashItem } from '../../wire/trash.ts';

/** The key of a page of the trash: `<deleted, ms>.<id>`. */
export const trashCursorOf = ({ deletedAt, id }: TrashItem): string => `${Date.parse(deletedAt)}.${id}`;

interface Row extends Omit<TrashItem, 'deletedAt' | 'title'> {
  title: string | null;
  deletedAtMs: number | null;
}

export const trashItemOf = ({ deletedAtMs, title, ...row }: Row): TrashItem => ({
  ...row,
  title: title ?? '',
  deletedAt: new Date(deletedAtMs ?? 0).toISOString(),
});
