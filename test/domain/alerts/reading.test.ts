import { describe, expect, it } from 'vitest';
import type { AlertKind, AlertRule } from '../../../wire/alert.ts';
import type { Facts, SessionFact } from '../../../worker/domain/alerts/facts.ts';
import { readingsOf } from '../../../worker/domain/alerts/reading.ts';
import { alertWords } from '../../../worker/domain/alerts/words.ts';
import { alertRule, factsOf, minuteMs, sessionFactOf, startMs } from './builders.ts';

function holds(rule: Partial<AlertRule>, session: Partial<SessionFact>, nowMs = startMs): boolean | undefined {
  return readingsOf([alertRule(rule)], factsOf([sessionFactOf(session)]), nowMs)[0]?.holds;
}

describe('a rule on a session', () => {
  it('that failed holds for a day from its end, timed out or failed, and not once it runs again', () => {
    const failed = { status: 'failed', endedAtMs: startMs } as const;
    expect(holds({}, failed)).toBe(true);
    expect(holds({}, { ...failed, status: 'timed_out' })).toBe(true);
    expect(holds({}, failed, startMs + 24 * 3600_000)).toBe(false);
    expect(holds({}, { status: 'running' })).toBe(false);
    expect(holds({}, { status: 'cancelled', endedAtMs: startMs })).toBe(false);
  });

  it('that waits or is silent holds from its threshold on, to the minute', () => {
    const stuck = { kind: 'session_stuck', threshold: 15 } as const;
    expect(holds(stuck, {}, startMs + 15 * minuteMs - 1)).toBe(false);
    expect(holds(stuck, {}, startMs + 15 * minuteMs)).toBe(true);
    expect(holds(stuck, { status: 'waiting' }, startMs + 15 * minuteMs)).toBe(false);
    expect(holds({ kind: 'session_waiting', threshold: 0 }, { status: 'waiting' })).toBe(true);
    const asked = { asks: 1, call: { id: 'apr_7', seq: 7, tool: 'Bash', words: 'npm publish', askedAtMs: startMs } };
    expect(holds({ kind: 'call_waiting' }, asked)).toBe(true);
    expect(holds({ kind: 'call_waiting', threshold: 5 }, asked, startMs + 4 * minuteMs)).toBe(false);
    expect(holds({ kind: 'call_waiting' }, { ...asked, endedAtMs: startMs })).toBe(false);
  });

  it('whose hooks are refused holds above its share of the last ten minutes, not at it, and not of a handful', () => {
    const rule = { kind: 'hooks_refused', threshold: 10 } as const;
    const startMinute = Math.floor(startMs / minuteMs);
    const sent = (taken: number, refused: number, minute = 0) => ({ minute: startMinute + minute, taken, refused });
    expect(holds(rule, { recentHooks: [sent(90, 10)] })).toBe(false);
    expect(holds(rule, { recentHooks: [sent(89, 11)] })).toBe(true);
    expect(holds(rule, { recentHooks: [sent(9, 10)] })).toBe(false);
    // All of its life it sent thousands that were taken.
    expect(holds(rule, { eventCount: 5000, recentHooks: [sent(5, 5), sent(5, 5, 1)] })).toBe(true);
    const one = { recentHooks: [sent(10, 90)] };
    expect(holds(rule, one, startMs + 9 * minuteMs)).toBe(true);
    expect(holds(rule, one, startMs + 10 * minuteMs)).toBe(false);
    expect(holds(rule, { recentHooks: [sent(10, 90), sent(900, 0, 5)] }, startMs + 5 * minuteMs)).toBe(false);
    expect(holds(rule, { ...one, endedAtMs: startMs })).toBe(false);
  });

  it('that meets another holds until the last meeting passes; the index, which does not know, says nothing', () => {
    const met = { collisions: [{ path: 'a.ts', title: 'Other', untilMs: startMs + minuteMs }] };
    expect(holds({ kind: 'collision' }, met)).toBe(true);
    expect(holds({ kind: 'collision' }, met, startMs + minuteMs)).toBe(false);
    expect(holds({ kind: 'collision' }, {})).toBeUndefined();
    expect(holds({ kind: 'collision' }, { endedAtMs: startMs })).toBe(false);
  });

  it('of another project does not hold, and a rule that is off says nothing', () => {
    const failed = { status: 'failed', endedAtMs: startMs } as const;
    expect(holds({ projectId: 'prj_2' }, failed)).toBe(false);
    expect(holds({ projectId: 'prj_1' }, failed)).toBe(true);
    expect(holds({ enabled: false }, failed)).toBeUndefined();
  });
});

it('budgets and quotas are compared by whole percents, rounded down; of nothing everything is used', () => {
  const facts: Facts = {
    atMs: startMs,
    budgets: [{ id: 'bud_1', scope: 'user', projectId: null, spent: 799, limit: 1000, unit: 'micro_usd' }],
    quotas: [{ quota: 'liveSessions', used: 0, limit: 0 }],
  };
  const rules = [alertRule({ kind: 'budget_used', threshold: 80 }), alertRule({ kind: 'quota_used', threshold: 80 })];
  expect(readingsOf(rules, facts, startMs).map(({ value, holds }) => [value, holds])).toEqual([
    [79, false],
    [100, true],
  ]);
});

it('failures are counted over the window of the rule, in its project', () => {
  const failures = [1, 20, 59, 60].map((ago) => ({ projectId: 'prj_1', atMs: startMs - ago * minuteMs }));
  const rule = alertRule({ kind: 'failed_sessions', threshold: 3, windowMinutes: 60 });
  const [all, none] = readingsOf([rule, { ...rule, projectId: 'prj_2' }], { atMs: startMs, failures }, startMs);
  expect(all).toMatchObject({ value: 3, holds: true });
  expect(none).toMatchObject({ value: 0, holds: false });
});

it('every kind of rule has words with a title and a link', () => {
  const session = sessionFactOf({
    asks: 1,
    call: { id: 'apr_7', seq: 7, tool: 'Bash', words: 'npm publish', askedAtMs: startMs },
    collisions: [],
  });
  const facts: Facts = {
    ...factsOf([session]),
    budgets: [{ id: 'bud_1', scope: 'user', projectId: null, spent: 80, limit: 100, unit: 'tokens' }],
    quotas: [{ quota: 'storedBytes', used: 8, limit: 10 }],
    failures: [],
  };
  const kinds: AlertKind[] = ['session_failed', 'call_waiting', 'collision', 'failed_sessions', 'budget_used', 'quota_used'];
  const rules = kinds.map((kind) => alertRule({ kind }));
  const words = readingsOf(rules, facts, startMs).map(alertWords);
  expect(words).toHaveLength(kinds.length);
  expect(words[1]).toEqual({
    title: '“Fix the login race” waits for a person',
    body: 'Bash: npm publish',
    link: '/approvals?session=ses_1&approval=apr_7',
  });
  for (const { title, link } of words) expect([title, link]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/^\//)]);
});
