import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** When the command's hook keeps the workspace of a project's sessions by itself. */
export const SnapshotRules = z.object({
  atStart: z._default(z.boolean(), false),
  atEnd: z._default(z.boolean(), false),
  /** Minutes between two snapshots while the agent is at work; null: none by the clock. */
  everyMinutes: z._default(
    z.nullable(
      z
        .int('Minutes are a whole number, or null for none.')
        .check(
          z.gte(limits.minSnapshotMinutes, `At most one every ${limits.minSnapshotMinutes} minutes.`),
          z.lte(limits.maxSnapshotMinutes, `At least one every ${limits.maxSnapshotMinutes} minutes, or null for none.`),
        ),
    ),
    null,
  ),
  /** Tools whose calls wait until the workspace is kept; `*` stands for anything. */
  beforeTools: z._default(
    z
      .array(
        z
          .string()
          .check(
            z.trim(),
            z.minLength(1, 'Name a tool, or leave it out.'),
            z.maxLength(limits.maxSnapshotToolLength, `A tool’s name has at most ${limits.maxSnapshotToolLength} characters.`),
          ),
      )
      .check(z.maxLength(limits.maxSnapshotTools, `Name at most ${limits.maxSnapshotTools} tools.`)),
    [],
  ),
});
export type SnapshotRules = z.infer<typeof SnapshotRules>;

export const noSnapshotRules: SnapshotRules = { atStart: false, atEnd: false, everyMinutes: null, beforeTools: [] };

/** Whether they never ask for a snapshot. */
export const isIdle = ({ atStart, atEnd, everyMinutes, beforeTools }: SnapshotRules): boolean =>
  !atStart && !atEnd && everyMinutes === null && beforeTools.length === 0;
