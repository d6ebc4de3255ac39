import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Alert } from '../../wire/alert.ts';
import type { Notification } from '../../wire/notification.ts';
import type { Facts } from '../../worker/domain/alerts/facts.ts';
import type { AlertNote } from '../../worker/rooms/alerts/alert-book.ts';
import { AlertCore } from '../../worker/rooms/alerts/alert-core.ts';
import { expectedOutcomes, type Moment, momentsOf, type Script, script } from '../domain/alerts/week.ts';
import { RoomDisk } from './room-disk.ts';

/** An outbox behind a bad connection: a third of the calls never arrive, of others the answer is lost. It knows repeats by their key. */
function badOutbox() {
  const posted = new Map<string, Notification>();
  let calls = 0;
  /** What the last change of each message made it say. */
  const said = new Map<string, string[]>();
  const post = async (note: AlertNote) => {
    calls += 1;
    if (calls % 3 === 0) throw new Error('unreachable');
    if ('change' in note) {
      const { keys, deeds } = note.change;
      for (const key of keys)
        if (posted.has(key))
          said.set(
            key,
            deeds.map(({ what }) => what),
          );
    } else if (!posted.has(note.notification.key)) posted.set(note.notification.key, note.notification);
    if (calls % 4 === 0) throw new Error('the answer was lost');
  };
  return { posted, said, post };
}

interface Played {
  alerts: Alert[];
  /** What channels heard, by the alert's id: when it fired, perhaps late, and when it was over. */
  heard: Map<string, { fired: string[]; resolved: string[] }>;
}

/** The production desk on a real SQLite, made anew as if it had been evicted after every `evictedAfter` evaluations. */
async function played(week: Script, moments: readonly Moment[], evictedAfter: number): Promise<Played> {
  const disk = new RoomDisk();
  const { posted, said, post } = badOutbox();
  let alarmAtMs: number | null = null;
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
      post,
      setAlarm: (atMs) => {
        alarmAtMs = atMs;
      },
      // Nobody waits for what is handed over at once; what did not arrive is left to the alarm.
      background: () => {},
    });
  let desk = make();
  // The built-in ones, which the week knows nothing of.
  for (const { id } of desk.rules()) desk.editRule(id, { enabled: false });
  for (const rule of week.rules) desk.addRule({ ...rule, channelIds: ['chn_1'] });
  for (const [index, moment] of moments.entries()) {
    now = moment.nowMs;
    facts = moment.facts;
    if (index % evictedAfter === 0) desk = make();
    if (alarmAtMs !== null && alarmAtMs <= now) {
      alarmAtMs = null;
      await desk.handOver();
    }
    if (facts.sessions?.isWhole) await desk.tick();
    else for (const session of facts.sessions?.items ?? []) desk.hear(session);
  }
  while (alarmAtMs !== null) {
    now = alarmAtMs;
    alarmAtMs = null;
    await desk.handOver();
  }
  const alerts = desk.list({ limit: 100_000 }).items;
  disk.close();
  const told = (id: string, kind: Notification['kind']) =>
    [...posted.values()].filter((one) => one.dedupKey === id && one.kind === kind).map(({ at }) => at);
  for (const { key, kind, dedupKey } of posted.values()) {
    const isOver = alerts.find(({ id }) => id === dedupKey)?.resolvedAt !== null;
    if (kind === 'fired') expect(said.has(key), 'a message says that its alert is over when it is').toBe(isOver);
  }
  return {
    alerts,
    heard: new Map(alerts.map(({ id }) => [id, { fired: told(id, 'fired'), resolved: told(id, 'resolved') }])),
  };
}

it('the desk fires, tells and resolves as the reference says over a week of odd ticks, however often it is evicted and its outbox away', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 1, max: 50 }), async (week, evictedAfter) => {
      // A room that has nothing to say of its session is not heard.
      const moments = momentsOf(week).filter(({ facts }) => facts.sessions?.isWhole || facts.sessions?.items.length);
      const { alerts, heard } = await played(week, moments, evictedAfter);
      const seen = alerts.map(({ id, ruleId, subject, firedAt, resolvedAt, resolvedBecause = null }) =>
        JSON.stringify([ruleId, subject, firedAt, resolvedAt, resolvedBecause, heard.get(id)]),
      );
      const iso = (ms: number) => new Date(ms).toISOString();
      const expected = expectedOutcomes(week, moments).map(({ ruleId, subject, firedAtMs, resolvedAtMs, because, toldAtMs }) =>
        JSON.stringify([
          ruleId,
          subject,
          iso(firedAtMs),
          resolvedAtMs === null ? null : iso(resolvedAtMs),
          because,
          {
            fired: toldAtMs.map(iso),
            // Who never heard that it began hears nothing of its end.
            resolved: resolvedAtMs === null || toldAtMs.length === 0 ? [] : [iso(resolvedAtMs)],
          },
        ]),
      );
      expect(seen.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 10 },
  );
});
