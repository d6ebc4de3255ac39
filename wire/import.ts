import * as z from 'zod/mini';
import { limits } from './limits.ts';

/**
 * What happens to a session that is there already and is not the same: `skip` leaves it, `rename` imports beside it, `replace` takes its
 * place. One that is the same is never touched.
 */
export const OnConflict = z.enum(['skip', 'rename', 'replace'], 'On a conflict: skip, rename or replace.');
export type OnConflict = z.infer<typeof OnConflict>;

/** Query of `POST /api/imports`; the body is the file: JSON as it is or gzipped, or the tar.gz of a whole archive. */
export const ImportQuery = z.object({
  /** Where all of it goes; left out, each session goes to the project that it names. */
  project: z.optional(z.string().check(z.minLength(1), z.maxLength(limits.maxExternalIdLength))),
  onConflict: z._default(OnConflict, 'skip'),
  /** `true` only says what would happen. */
  dryRun: z._default(z.enum(['true', 'false'], 'Say dryRun=true or dryRun=false.'), 'false'),
});
export type ImportQuery = z.infer<typeof ImportQuery>;

export const ImportOutcome = z.enum(['created', 'renamed', 'replaced', 'skipped', 'unchanged']);
export type ImportOutcome = z.infer<typeof ImportOutcome>;

export const ImportedSession = z.object({
  /** Its id here. */
  sessionId: z.string(),
  externalId: z.string(),
  agent: z.string(),
  title: z.string(),
  projectId: z.string(),
  eventCount: z.int(),
  outcome: ImportOutcome,
  /** Where what it takes the place of lies in the trash, as a session of its own. */
  keptId: z.optional(z.string()),
  /** Snapshots that come with it, of an archive; one that is there already comes with none. */
  snapshotCount: z.optional(z.int()),
});
export type ImportedSession = z.infer<typeof ImportedSession>;

/** Answer of `POST /api/imports`; sessions in the order of the file. */
export const ImportReport = z.object({ dryRun: z.boolean(), sessions: z.array(ImportedSession) });
export type ImportReport = z.infer<typeof ImportReport>;
