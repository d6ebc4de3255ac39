import { limits } from '../../../wire/limits.ts';
import type { Retention, RetentionPatch, RetentionReport } from '../../../wire/retention.ts';
import { plural } from '../../format.ts';

type Texts = Record<keyof Retention, string>;

const names = ['liveDays', 'sessionDays', 'snapshotDays'] as const satisfies (keyof Retention)[];

/** What the form shows of the days in force; empty: kept for good. */
export const retentionTexts = (retention: Retention): Texts => ({
  liveDays: String(retention.liveDays),
  sessionDays: String(retention.sessionDays ?? ''),
  snapshotDays: String(retention.snapshotDays ?? ''),
});

/** What is wrong, by field; empty when all is well. */
export function retentionProblems(texts: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const problem = problemOf(name, (texts[name] ?? '').trim());
    if (problem !== undefined) found[name] = problem;
  }
  return found;
}

function problemOf(name: keyof Retention, text: string): string | undefined {
  if (text === '') return name === 'liveDays' ? 'Enter a number; 0 is an hour.' : undefined;
  const days = Number(text);
  if (!Number.isInteger(days)) return 'Enter a whole number of days.';
  const [least, most] = name === 'liveDays' ? [0, limits.maxLiveDays] : [1, limits.maxRetentionDays];
  return days < least || days > most ? `Between ${least} and ${most} days.` : undefined;
}

/** What differs from the days in force; the texts have no problems. */
export function retentionPatch(texts: Record<string, string>, before: Retention): RetentionPatch {
  const daysIn = (name: keyof Retention) => {
    const text = (texts[name] ?? '').trim();
    return text === '' ? null : Number(text);
  };
  const [sessionDays, snapshotDays] = [daysIn('sessionDays'), daysIn('snapshotDays')];
  const liveDays = daysIn('liveDays') ?? 0;
  return {
    ...(liveDays !== before.liveDays && { liveDays }),
    ...(sessionDays !== before.sessionDays && { sessionDays }),
    ...(snapshotDays !== before.snapshotDays && { snapshotDays }),
  };
}

/** What a change throws away that is kept so far, a sentence each; none where nothing is kept for less long. */
export function shorteningWords(patch: RetentionPatch, before: Retention): string[] {
  const shorter = (name: 'sessionDays' | 'snapshotDays') => {
    const days = patch[name] ?? Number.POSITIVE_INFINITY;
    return days < (before[name] ?? Number.POSITIVE_INFINITY) ? plural(days, 'day') : null;
  };
  const [sessions, snapshots] = [shorter('sessionDays'), shorter('snapshotDays')];
  return [
    ...(sessions ? [`Sessions without an event for ${sessions} go into the trash, with their log and snapshots.`] : []),
    ...(snapshots ? [`Snapshots that were taken ${snapshots} ago or earlier go into the trash, named or not.`] : []),
  ];
}

/** What a run did, in words. */
export function reportWords(report: RetentionReport): string {
  const said = [
    ...each(report.trashedSessions, 'session', 'into the trash'),
    ...each(report.trashedSnapshots, 'snapshot', 'into the trash'),
    ...each(report.erasedSessions, 'session', 'gone for good'),
    ...each(report.erasedSnapshots, 'snapshot', 'gone for good'),
    ...(report.failures > 0 ? [`${plural(report.failures, 'thing')} could not be done and was tried again`] : []),
  ];
  return said.join(', ');
}

const each = (count: number, what: string, where: string): string[] => (count > 0 ? [`${plural(count, what)} ${where}`] : []);
