import { limits } from '../../../wire/limits.ts';
import { type TrashItem, TrashKind } from '../../../wire/trash.ts';
import { plural } from '../../format.ts';
import { reasonNames } from './snapshots.ts';

const dayMs = 24 * 3600_000;

/** Which list an address asks for. */
export function kindIn(kind: string | undefined): TrashKind {
  const known = TrashKind.safeParse(kind);
  return known.success ? known.data : 'session';
}

/** What it is known by: a snapshot without a name by why it was taken. */
export function trashName({ title, kind, taken }: TrashItem): string {
  if (title !== '') return title;
  return taken ? reasonNames[taken.reason] : `Untitled ${kind}`;
}

/** `gone in 12 days`: how long it can still be brought back. */
export function goneWords(deletedAt: string, nowMs: number): string {
  const leftMs = Date.parse(deletedAt) + limits.trashDays * dayMs - nowMs;
  return leftMs > 0 ? `gone in ${plural(Math.ceil(leftMs / dayMs), 'day')}` : 'gone any time now';
}
