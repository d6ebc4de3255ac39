import * as z from 'zod/mini';
import { PageQuery } from './page.ts';
import { SnapshotReason } from './snapshot.ts';

export const TrashKind = z.enum(['session', 'snapshot']);
export type TrashKind = z.infer<typeof TrashKind>;

/** What was thrown away, and can be brought back until it has lain in the trash for `trashDays`. */
export const TrashItem = z.object({
  id: z.string(),
  kind: TrashKind,
  /** A session's title, a snapshot's name; empty where it has none. */
  title: z.string(),
  /** The session itself, or whose snapshot it is. */
  sessionId: z.string(),
  deletedAt: z.string(),
  /** The person; null where the organization's retention did. */
  deletedBy: z.nullable(z.string()),
  /** Why a snapshot was taken, and when; left out of a session. */
  taken: z.optional(z.object({ reason: SnapshotReason, at: z.string() })),
});
export type TrashItem = z.infer<typeof TrashItem>;

/** Query of `GET /api/trash`. */
export const TrashQuery = z.extend(PageQuery, { kind: z._default(TrashKind, 'session') });
