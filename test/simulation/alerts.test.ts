import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Alert } from '../../wire/alert.ts';
import type { Facts } from '../../worker/domain/alerts/facts.ts';
import { AlertCore } from '../../worker/rooms/alert-core.ts';
import { expectedOutcomes, type Moment, momentsOf, type Script, script } from '../domain/alerts/week.ts';
import { RoomDisk } from './room-disk.ts';

/** The production desk on a real SQLite, made anew as if it had been evicted after every `evictedAfter` evaluations. */
async function played(week: Script, moments: readonly Moment[], evictedAfter: number): Promise<Alert[]> {
  const disk = new RoomDisk();
  let now = 0;
  let facts: Facts = { atMs: 0 };
  const make = () =>
    new AlertCore({
      storage: disk,
      now: () => now,
      look: async () => facts,
      ask: async (id) => facts.sessions?.items.find((session) => session.id === id) ?? null,
      changed: () => {},
      organizationId: () => 'org_1',
      post: async () => {},
      setAlarm: () => {},
      background: () => {},
    });
  let desk = make();
  // The built-in ones, which the week knows nothing of.
  for (const { id } of desk.rules()) desk.editRule(id, { enabled: false });
  for (const rule of week.rules) desk.addRule(rule);
  for (const [index, moment] of moments.entries()) {
    now = moment.nowMs;
    facts = moment.facts;
    if (index % evictedAfter === 0) desk = make();
    if (facts.sessions?.isWhole) await desk.tick();
    else for (const session of facts.sessions?.items ?? []) desk.hear(session);
  }
  const alerts = desk.list({ limit: 100_000 }).items;
  disk.close();
  return alerts;
}

it('the desk fires and resolves as the reference says over a week of odd ticks, however often it is evicted', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 1, max: 50 }), async (week, evictedAfter) => {
      // A room that has nothing to say of its session is not heard.
      const moments = momentsOf(week).filter(({ facts }) => facts.sessions?.isWhole || facts.sessions?.items.length);
      const alerts = await played(week, moments, evictedAfter);
      const seen = alerts.map(({ ruleId, subject, firedAt, resolvedAt, resolvedBecause = null, isQuiet }) =>
        JSON.stringify([ruleId, subject, firedAt, resolvedAt, resolvedBecause, isQuiet]),
      );
      const iso = (ms: number) => new Date(ms).toISOString();
      const expected = expectedOutcomes(week, moments).map(({ ruleId, subject, firedAtMs, resolvedAtMs, because, toldAtMs }) =>
        JSON.stringify([
          ruleId,
          subject,
          iso(firedAtMs),
          resolvedAtMs === null ? null : iso(resolvedAtMs),
          because,
          toldAtMs.length === 0,
        ]),
      );
      expect(seen.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 2 },
  );
});
