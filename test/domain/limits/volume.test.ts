import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits, type QuotaName } from '../../../wire/organization-limits.ts';
import { noPolicy } from '../../../wire/policy.ts';
import { type CountedUse, earlierUse } from '../../../worker/domain/limits/earlier-use.ts';
import { quotasOf } from '../../../worker/domain/limits/meters.ts';
import { type Means, noMeans } from '../../../worker/domain/limits/purse.ts';
import { usedUpReason } from '../../../worker/domain/limits/refusal.ts';
import { volumeRefusal } from '../../../worker/domain/limits/volume.ts';
import { newSession, type SessionState } from '../../../worker/domain/session-state.ts';

const nowMs = Date.UTC(2026, 10, 27, 18);
const owner = { organizationId: 'o', sessionId: 'ses_1', externalId: 'x', agent: 'tester', projectId: 'p', userId: 'u' };
const fresh = newSession(owner, nowMs);
const day = '2026-11-27';
const start = { microUsd: 0, tokens: 0, events: 0 };
/** A session that has stored so much today. */
const stored = (eventCount: number, storedBytes = 0): SessionState => ({
  ...fresh,
  eventCount,
  storedBytes,
  windowStarts: { day: { ...start, key: day }, month: { ...start, key: day.slice(0, 7) } },
});
const means = (limits: Partial<Record<QuotaName, number>>, more: Partial<Means> = {}): Means => ({
  ...noMeans,
  ...more,
  nowMs,
  policy: { ...noPolicy, limits: { ...defaultLimits, ...limits } },
});
const post = (events: number, bytes = 0) => ({ events, bytes: () => bytes });

describe('what a POST may store', () => {
  it('is no question where no quota counts it, and the size of it is not even looked at', () => {
    const unseen = { events: 1, bytes: () => expect.fail('weighed for nothing') };
    expect(volumeRefusal(fresh, unseen, means({ liveSessions: 1, eventsPerDay: 10, costMicroUsdPerMonth: 1 }))).toMatchObject({
      code: 'short',
    });
    expect(volumeRefusal(fresh, unseen, means({}))).toBeUndefined();
  });

  it('passes exactly as far as the room’s lease reaches, and asks for all quotas together beyond it', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(1000), (used, more, cap) => {
        const caps = { 'quota:eventsPerDay': { window: day, cap }, 'quota:storedBytes': { window: 'all', cap: 1e9 } };
        const answer = volumeRefusal(stored(used), post(more, 10), means({ eventsPerDay: 1e6, storedBytes: 1e9 }, { caps }));
        if (used + more <= cap) {
          expect(answer).toBeUndefined();
          return;
        }
        const wants = [
          { budgetId: 'quota:eventsPerDay', upTo: used + more },
          { budgetId: 'quota:storedBytes', upTo: 10 },
        ];
        expect(answer).toMatchObject({ code: 'short', wants });
      }),
    );
  });

  it('is refused where the ledger has no more, until midnight where that mends it', () => {
    const denial = (budgetId: string, window: string) => ({ budgetId, window, most: 5, spent: 10 });
    const events = means({ eventsPerDay: 10 }, { denials: [denial('quota:eventsPerDay', day)] });
    expect(volumeRefusal(stored(4), post(1), events)).toMatchObject({ code: 'short' });
    expect(volumeRefusal(stored(4), post(2), events)).toEqual({
      ok: false,
      code: 'quota_exceeded',
      reason: expect.stringContaining('10 of 10 events'),
      retryAfterMs: 6 * 3600_000,
    });
    const bytes = means({ storedBytes: 10 }, { denials: [denial('quota:storedBytes', 'all')] });
    expect(volumeRefusal(fresh, post(1, 6), bytes)).not.toHaveProperty('retryAfterMs');
  });

  it('passes while the ledger does not answer, to be counted afterwards', () => {
    expect(volumeRefusal(stored(4), post(2), means({ eventsPerDay: 1 }, { isUnreachable: true }))).toBeUndefined();
  });
});

it('a refusal says how much of which quota is used, and what to do', () => {
  const limits = { liveSessions: 12, eventsPerDay: 10_000, storedBytes: 2e9, costMicroUsdPerMonth: 5e8 };
  expect(quotasOf(limits).map((quota) => usedUpReason(quota, quota.limit))).toEqual([
    '12 of 12 live sessions of this organization are taken; end one or raise the quota in Settings → Limits.',
    '10,000 of 10,000 events of this organization are used today; wait for midnight UTC or raise the quota in Settings → Limits.',
    '2 GB of 2 GB of stored logs and snapshots of this organization are used; delete sessions or snapshots or raise the quota in Settings → Limits.',
    '$500.00 of $500.00 of this organization are spent this month. Stop and summarise; wait for the next month, UTC, or raise the quota in Settings → Limits.',
  ]);
});

it('what was used before a quota is what is counted, less what rooms say of themselves: nothing is counted twice or lost', () => {
  const session = fc.record({
    counted: fc.nat(1000),
    late: fc.nat(50),
    room: fc.constantFrom('heard' as const, 'over' as const, 'unreached' as const),
  });
  fc.assert(
    fc.property(fc.array(session), fc.nat(1000), (sessions, over) => {
      // Every session is as D1 has it, which may lack the last of a live one.
      const rows = sessions.map(({ counted }, index) => ({ id: `ses_${index}`, events: counted, costMicroUsd: 0 }));
      const sum = rows.reduce((total, { events }) => total + events, 0);
      const all: CountedUse = { events: sum + over, costMicroUsd: 0, sessions: rows };
      const said = (id: string) => {
        const { counted, late, room } = sessions[Number(id.slice(4))] ?? { counted: 0, late: 0, room: 'over' };
        if (room === 'unreached') return null;
        return room === 'heard' ? counted + late : 0;
      };
      const usedBy = (which: string) => sessions.reduce((total, { counted, room }) => total + (room === which ? counted : 0), 0);
      const earlier = earlierUse(all, 'eventsPerDay', said);
      expect(earlier.others).toBe(over + usedBy('over'));
      expect(earlier.unreached.reduce((total, { used }) => total + used, 0)).toBe(usedBy('unreached'));
    }),
  );
});
