import type { ImportedSession, ImportOutcome, ImportReport } from '../../wire/import.ts';
import { plain } from '../terminal.ts';

const words: Record<ImportOutcome, string> = {
  created: 'new',
  renamed: 'beside another',
  replaced: 'in place of another',
  skipped: 'left as it is',
  unchanged: 'there already',
};

/** A line for each session, with what became of it. */
export function reportLines(sessions: readonly ImportedSession[], maxLines: number): string[] {
  const width = Math.max(...Object.values(words).map(({ length }) => length));
  const lines = sessions.slice(0, maxLines).map(({ sessionId, title, outcome, snapshotCount = 0 }) => {
    const withThem = snapshotCount > 0 ? `  (${snapshotsOf(snapshotCount)})` : '';
    return `${words[outcome].padEnd(width)}  ${sessionId}  ${plain(title) || 'Untitled'}${withThem}`;
  });
  return sessions.length > maxLines ? [...lines, `and ${sessions.length - maxLines} more`] : lines;
}

/** `Imported 3 sessions, 2 were there already.` */
export function reportSummary({ dryRun, sessions }: ImportReport): string {
  const count = (...outcomes: ImportOutcome[]) => sessions.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const arrived = count('created', 'renamed', 'replaced');
  const rest = [
    [count('unchanged'), 'there already'],
    [count('skipped'), 'left as it is: another is there (--on-conflict rename or replace)'],
  ] as const;
  const others = rest.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  const verb = dryRun ? 'Would import' : 'Imported';
  const snapshots = sessions.reduce((sum, { snapshotCount = 0 }) => sum + snapshotCount, 0);
  const withThem = snapshots > 0 ? ` and ${snapshotsOf(snapshots)}` : '';
  return `${[`${verb} ${arrived} ${arrived === 1 ? 'session' : 'sessions'}${withThem}`, ...others].join('; ')}.`;
}

const snapshotsOf = (count: number): string => `${count} ${count === 1 ? 'snapshot' : 'snapshots'}`;
