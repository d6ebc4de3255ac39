import { expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { tried } from '../../../worker/domain/alerts/trial.ts';
import { alertRule, minuteMs, sessionFactOf, startMs } from './builders.ts';

const at = (minutes: number) => startMs + minutes * minuteMs;
const iso = (minutes: number) => new Date(at(minutes)).toISOString();
const nothing = { sessions: [], budgets: [], quotas: [] };

it('a trial finds what a rule would have done: the silence of a session, to the minute, and its end', () => {
  const told = [0, 40].map((minutes, index) => ({
    atMs: at(minutes),
    fact: sessionFactOf({ lastSeq: index + 1, lastEventAtMs: at(minutes) }),
  }));
  const rule = alertRule({ kind: 'session_stuck', threshold: 15 });
  expect(tried(rule, { ...nothing, sessions: [told] }, at(0), at(60))).toMatchObject([
    { at: iso(15), until: iso(40), isQuiet: false },
    { at: iso(55), until: null },
  ]);
});

it('a trial says what quiet hours would have kept from people', () => {
  const told = [{ atMs: at(1), fact: sessionFactOf({ status: 'failed', endedAtMs: at(1), lastEventAtMs: at(1) }) }];
  const quietHours = { from: '00:00', to: '01:00', timeZone: 'UTC' };
  const rule = alertRule({ quietHours });
  expect(tried(rule, { ...nothing, sessions: [told] }, at(0), at(30))).toMatchObject([{ at: iso(1), isQuiet: true }]);
  expect(tried(rule, { ...nothing, sessions: [told] }, at(0), at(90))).toMatchObject([{ at: iso(1), isQuiet: false }]);
});

it('a trial reads a budget by its points, and ends where a rule fires too often', () => {
  const fact = { id: 'bud_1', scope: 'organization', projectId: null, limit: 100, unit: 'micro_usd' } as const;
  const budgets = Array.from({ length: 400 }, (_, index) => ({ atMs: at(index), fact: { ...fact, spent: index % 2 ? 90 : 10 } }));
  const rule = alertRule({ kind: 'budget_used', threshold: 80 });
  const firings = tried(rule, { ...nothing, budgets }, at(0), at(400));
  expect(firings).toHaveLength(limits.maxTrialFirings);
  expect(firings[0]).toMatchObject({ at: iso(1), until: iso(2), title: '90 % of a budget is spent' });
});
