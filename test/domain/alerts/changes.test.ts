import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { AlertLog } from './alert-log.ts';
import { alertRule, factsOf, minuteMs, sessionFactOf, startMs } from './builders.ts';

const failed = sessionFactOf({ status: 'failed', endedAtMs: startMs });
const rule = alertRule();

describe('an alert', () => {
  it('that is snoozed is told again when the snooze is over, if it still holds; one that is acknowledged is not', () => {
    const log = new AlertLog();
    log.evaluate([rule], factsOf([failed]), startMs);
    log.edit(rule.id, failed.id, { isUntold: true, snoozedUntilMs: startMs + 10 * minuteMs });
    for (let at = 1; at < 20; at++) log.evaluate([rule], factsOf([failed]), startMs + at * minuteMs);
    expect(log.outcomes[0]?.toldAtMs).toEqual([startMs, startMs + 10 * minuteMs]);
    log.edit(rule.id, failed.id, { isUntold: true, snoozedUntilMs: null, isAcknowledged: true });
    log.evaluate([rule], factsOf([failed]), startMs + 30 * minuteMs);
    expect(log.outcomes[0]?.toldAtMs).toHaveLength(2);
  });

  it('is over when its rule is switched off or deleted', () => {
    for (const rules of [[], [{ ...rule, enabled: false }]]) {
      const log = new AlertLog();
      log.evaluate([rule], factsOf([failed]), startMs);
      log.evaluate(rules, { atMs: startMs }, startMs + minuteMs);
      expect(log.outcomes).toMatchObject([{ resolvedAtMs: startMs + minuteMs, because: 'rule' }]);
    }
  });

  it('of a session is not over because facts of another session say nothing of it, nor because older ones say otherwise', () => {
    const log = new AlertLog();
    const late = { ...failed, lastSeq: 9 };
    log.evaluate([rule], factsOf([late]), startMs);
    log.evaluate([rule], { atMs: startMs, sessions: { items: [], isWhole: false } }, startMs + minuteMs);
    log.evaluate([rule], factsOf([sessionFactOf({ lastSeq: 8 })]), startMs + 2 * minuteMs);
    expect(log.outcomes).toMatchObject([{ resolvedAtMs: null }]);
    log.evaluate([rule], factsOf([sessionFactOf({ lastSeq: 10 })]), startMs + 3 * minuteMs);
    log.evaluate([rule], factsOf([late]), startMs + 4 * minuteMs);
    expect(log.outcomes).toMatchObject([{ resolvedAtMs: startMs + 3 * minuteMs, because: 'over' }]);
  });

  it('that a budget is spent does not come with one that it is nearly spent, unless that goes to others', () => {
    const budget = { id: 'bud_1', scope: 'user', projectId: null, limit: 100, unit: 'tokens' } as const;
    const used = (spent: number) => ({ atMs: startMs, budgets: [{ ...budget, spent }] });
    const nearly = alertRule({ id: 'nearly', kind: 'budget_used', threshold: 80 });
    const spent = alertRule({ id: 'spent', kind: 'budget_used', threshold: 100 });
    const open = (log: AlertLog) => log.outcomes.filter(({ resolvedAtMs }) => resolvedAtMs === null).map(({ ruleId }) => ruleId);
    const jump = new AlertLog();
    jump.evaluate([nearly, spent], used(120), startMs);
    expect(open(jump)).toEqual(['spent']);
    // The limit was raised.
    jump.evaluate([nearly, spent], { ...used(85), atMs: startMs + minuteMs }, startMs + minuteMs);
    expect(open(jump)).toEqual(['nearly']);
    const others = new AlertLog();
    others.evaluate([{ ...nearly, channelIds: ['chn_1'] }, spent], used(120), startMs);
    expect(open(others)).toEqual(['nearly', 'spent']);
  });

  it('that a budget is nearly spent is told where that it is spent is not: in its quiet hours, or too soon after the last', () => {
    const budget = { id: 'bud_1', scope: 'user', projectId: null, limit: 100, unit: 'tokens' } as const;
    const at = (minutes: number, spent: number) => ({ atMs: startMs + minutes * minuteMs, budgets: [{ ...budget, spent }] });
    const nearly = alertRule({ id: 'nearly', kind: 'budget_used', threshold: 80 });
    const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };
    const spent = alertRule({ id: 'spent', kind: 'budget_used', threshold: 100 });
    const told = (log: AlertLog) => log.outcomes.map(({ ruleId, toldAtMs }) => [ruleId, toldAtMs.length]);
    const night = new AlertLog();
    night.evaluate([nearly, { ...spent, quietHours }], at(0, 120), startMs);
    expect(told(night)).toEqual([
      ['nearly', 1],
      ['spent', 0],
    ]);
    const soon = new AlertLog();
    const rules = [nearly, { ...spent, throttleMinutes: 60 }];
    soon.evaluate(rules, at(0, 120), startMs);
    soon.evaluate(rules, at(1, 10), startMs + minuteMs);
    soon.evaluate(rules, at(2, 120), startMs + 2 * minuteMs);
    expect(told(soon)).toEqual([
      ['spent', 1],
      ['nearly', 1],
    ]);
    // Quiet for both: in the morning one word is enough.
    const both = new AlertLog();
    const quiet = [
      { ...nearly, quietHours },
      { ...spent, quietHours },
    ];
    both.evaluate(quiet, at(0, 120), startMs);
    both.evaluate(quiet, at(420, 120), startMs + 420 * minuteMs);
    expect(told(both)).toEqual([['spent', 1]]);
  });

  it('of a collision lasts as long as the last meeting, though the index says nothing of it', () => {
    const log = new AlertLog();
    const collision = alertRule({ kind: 'collision' });
    const met = (minutes: number) =>
      sessionFactOf({ collisions: [{ path: 'a.ts', title: '', untilMs: startMs + minutes * minuteMs }] });
    log.evaluate([collision], factsOf([met(5)]), startMs);
    log.evaluate([collision], factsOf([met(30)]), startMs + minuteMs);
    for (const at of [5, 29]) log.evaluate([collision], factsOf([sessionFactOf()]), startMs + at * minuteMs);
    expect(log.outcomes).toMatchObject([{ resolvedAtMs: null }]);
    log.evaluate([collision], factsOf([sessionFactOf()]), startMs + 30 * minuteMs);
    expect(log.outcomes).toMatchObject([{ resolvedAtMs: startMs + 30 * minuteMs }]);
  });

  it('of a session that its room told of is not over while the index has not heard of it yet', () => {
    const log = new AlertLog();
    log.evaluate([rule], { atMs: startMs, sessions: { items: [failed], isWhole: false } }, startMs);
    for (const at of [1, 5]) log.evaluate([rule], factsOf([], { atMs: startMs + at * minuteMs }), startMs + at * minuteMs);
    expect(log.outcomes).toMatchObject([{ resolvedAtMs: null }]);
    log.evaluate([rule], factsOf([], { atMs: startMs + 6 * minuteMs }), startMs + 6 * minuteMs);
    expect(log.outcomes).toMatchObject([{ because: 'gone' }]);
  });
});

it('no more alerts are open than an organization may have, and the rest fire once there is room', () => {
  const log = new AlertLog();
  const many = Array.from({ length: limits.maxOpenAlerts + 3 }, (_, index) => ({ ...failed, id: `ses_${index}` }));
  log.evaluate([rule], factsOf(many), startMs);
  expect(log.outcomes).toHaveLength(limits.maxOpenAlerts);
  log.evaluate([rule], factsOf(many.map((one, index) => (index < 3 ? { ...one, status: 'running' } : one))), startMs);
  log.evaluate([rule], factsOf(many.slice(3)), startMs);
  expect(log.outcomes).toHaveLength(limits.maxOpenAlerts + 3);
});
