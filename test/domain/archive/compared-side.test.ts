import { describe, expect, it } from 'vitest';
import { comparedSide, lastSeqOf } from '../../../worker/domain/archive/compared-side.ts';
import { summary } from '../../store/sessions/summary.ts';

const snapshot = {
  ...{ id: 'snp_1', sessionId: 'ses_1', projectId: 'prj_1', name: null, reason: 'manual' as const, seq: 7, gitHead: null },
  ...{ fileCount: 0, bytes: 0, leftOutCount: 0, createdBy: 'usr_1', createdAt: '2026-11-21T12:00:00.000Z' },
};
const times = { startedAt: '2026-11-21T12:00:00.000Z', lastEventAt: '2026-11-21T12:01:00.000Z' };

describe('a side of a comparison', () => {
  it('that is a session goes to its last event, and says how much of its log was not read', () => {
    const session = summary('ses_1', { ...times, lastSeq: 50_000, endedAt: null, outcome: 'Done.' });
    const side = { session, snapshot, isSnapshot: false };
    expect(lastSeqOf(side)).toBe(50_000);
    expect(comparedSide(side, 20_000)).toMatchObject({
      ...{ eventsRead: 20_000, eventsLeftOut: 30_000, outcome: 'Done.', figures: { durationMs: 60_000 } },
    });
  });

  it('that is a snapshot ends where it was taken, and has no figures of its own', () => {
    const session = summary('ses_1', { ...times, lastSeq: 50, outcome: 'Done.' });
    const side = { session, snapshot, isSnapshot: true };
    expect(lastSeqOf(side)).toBe(7);
    expect(comparedSide(side, 7)).toMatchObject({ eventsLeftOut: 0, outcome: null, figures: null, snapshot });
  });
});
