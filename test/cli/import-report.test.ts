import { describe, expect, it } from 'vitest';
import { reportLines, reportSummary } from '../../cli/transfer/report-lines.ts';
import { type ImportedSession, ImportOutcome } from '../../wire/import.ts';

const session = (outcome: ImportOutcome, title = 'One'): ImportedSession => ({
  ...{ sessionId: 'ses_1', externalId: 'one', agent: 'tester', title, projectId: 'prj_1', eventCount: 4, outcome },
});

describe('the report of an import', () => {
  it('has a line for each session, without what could move a cursor', () => {
    expect(reportLines([session('created'), session('unchanged', 'a\x1b[2Jb'), session('skipped', '')], 10)).toEqual([
      'new                  ses_1  One',
      'there already        ses_1  a [2Jb',
      'left as it is        ses_1  Untitled',
    ]);
    expect(reportLines(Array<ImportedSession>(12).fill(session('created')), 10).at(-1)).toBe('and 2 more');
  });

  it('sums up what came, and what did not and why', () => {
    const sessions = ImportOutcome.options.map((outcome) => session(outcome));
    expect(reportSummary({ dryRun: false, sessions })).toBe(
      'Imported 3 sessions; 1 there already; 1 left as it is: another is there (--on-conflict rename or replace).',
    );
    expect(reportSummary({ dryRun: true, sessions: [session('created')] })).toBe('Would import 1 session.');
    const withSnapshots = { dryRun: false, sessions: [{ ...session('created'), snapshotCount: 2 }] };
    expect(reportSummary(withSnapshots)).toBe('Imported 1 session and 2 snapshots.');
    expect(reportLines(withSnapshots.sessions, 10)).toEqual(['new                  ses_1  One  (2 snapshots)']);
  });
});
