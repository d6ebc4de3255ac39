import { limits } from '../../../wire/limits.ts';
import type { SnapshotRules } from '../../../wire/snapshot-rules.ts';

/** The rules as a form has them. */
export interface SnapshotRulesDraft {
  atStart: boolean;
  atEnd: boolean;
  /** Empty: none by the clock. */
  minutes: string;
  /** Names, separated by commas. */
  tools: string;
}

export const draftOf = ({ atStart, atEnd, everyMinutes, beforeTools }: SnapshotRules): SnapshotRulesDraft => ({
  atStart,
  atEnd,
  minutes: String(everyMinutes ?? ''),
  tools: beforeTools.join(', '),
});

/** What the draft says, or what is wrong with which field. */
export function rulesIn({
  atStart,
  atEnd,
  minutes,
  tools,
}: SnapshotRulesDraft): { ok: true; rules: SnapshotRules } | { ok: false; field: 'minutes' | 'tools'; message: string } {
  const { minSnapshotMinutes: least, maxSnapshotMinutes: most, maxSnapshotTools } = limits;
  const everyMinutes = minutes.trim() === '' ? null : Number(minutes);
  if (everyMinutes !== null && !(Number.isInteger(everyMinutes) && everyMinutes >= least && everyMinutes <= most))
    return { ok: false, field: 'minutes', message: `A whole number from ${least} to ${most}, or nothing.` };
  const beforeTools = tools
    .split(',')
    .map((tool) => tool.trim())
    .filter(Boolean);
  if (beforeTools.length > maxSnapshotTools) return { ok: false, field: 'tools', message: `At most ${maxSnapshotTools} tools.` };
  return { ok: true, rules: { atStart, atEnd, everyMinutes, beforeTools } };
}
