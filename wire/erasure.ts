import * as z from 'zod/mini';

/** What stands in place of the name of whoever was erased. */
export const erasedName = 'Erased person';

/** The erasing of a person from an organization: how far it is, and at its end the report of what it did. */
export const Erasure = z.object({
  /** What stands in place of the person's own id, everywhere in the organization. */
  id: z.string(),
  /** Whom it is about, for as long as it runs; null once nobody knows any more. */
  name: z.nullable(z.string()),
  startedAt: z.string(),
  /** Null while it runs. */
  finishedAt: z.nullable(z.string()),
  /** The person's own sessions that went, with their snapshots. */
  erasedSessions: z.int(),
  erasedSnapshots: z.int(),
  /** Other people's sessions that named the person, and do not any more. */
  changedSessions: z.int(),
  /** Other people's sessions that were looked through, and how many there were at the start. */
  checkedSessions: z.int(),
  totalSessions: z.int(),
  /** Sessions that could not be reached and are tried again. */
  failures: z.int(),
});
export type Erasure = z.infer<typeof Erasure>;
