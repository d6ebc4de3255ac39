import { describe, expect, it } from 'vitest';
import { AlertKind, AlertRule, AlertRulePatch, kindSpec, NewAlertRule, thresholdProblem } from '../../../wire/alert.ts';
import { builtInRules, emptyBook, rulesOf } from '../../../worker/domain/alerts/built-in.ts';
import { isQuiet } from '../../../worker/domain/alerts/quiet.ts';

describe('built-in rules', () => {
  it('are on, valid, and each has an id of its own', () => {
    expect(rulesOf(emptyBook)).toEqual(builtInRules);
    expect(new Set(builtInRules.map(({ id }) => id)).size).toBe(builtInRules.length);
    for (const rule of builtInRules) {
      expect(rule).toMatchObject({ enabled: true, isBuiltIn: true });
      expect(thresholdProblem(rule)).toBeUndefined();
      expect(AlertRule.parse(rule)).toEqual(rule);
    }
  });

  it('are changed by what somebody said of them, and by nothing that was left out', () => {
    const changes = { alr_session_stuck: AlertRulePatch.parse({ threshold: 60, name: undefined }) };
    const stuck = rulesOf({ changes, own: [] }).find(({ id }) => id === 'alr_session_stuck');
    expect(stuck).toMatchObject({ name: 'A session is stuck', threshold: 60, isChanged: true, enabled: true });
  });
});

describe('a new rule', () => {
  it('of every kind takes its bounds and nothing beyond them', () => {
    for (const kind of AlertKind.options) {
      const { least, most } = kindSpec(kind);
      expect(NewAlertRule.safeParse({ name: 'x', kind, threshold: least }).success).toBe(true);
      expect(NewAlertRule.safeParse({ name: 'x', kind, threshold: most }).success).toBe(true);
      const beyond = NewAlertRule.safeParse({ name: 'x', kind, threshold: most + 1 });
      expect(beyond.error?.issues[0]).toMatchObject({ path: ['threshold'], message: expect.stringMatching(/threshold/) });
    }
  });

  it('keeps quiet only in a zone and at times that there are', () => {
    const quiet = (quietHours: object) => NewAlertRule.safeParse({ name: 'x', kind: 'collision', quietHours }).success;
    expect(quiet({ from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' })).toBe(true);
    expect(quiet({ from: '22:00', to: '07:00', timeZone: 'Mars/Base' })).toBe(false);
    expect(quiet({ from: '24:00', to: '07:00', timeZone: 'UTC' })).toBe(false);
    expect(quiet({ from: '07:00', to: '07:00', timeZone: 'UTC' })).toBe(false);
  });
});

it('quiet hours go by the clock on the wall, summer and winter, over midnight or not', () => {
  const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
  const at = (iso: string) => isQuiet(night, Date.parse(iso));
  // Berlin is an hour ahead of UTC in winter, two in summer.
  expect([at('2026-11-23T20:59:00Z'), at('2026-11-23T21:00:00Z')]).toEqual([false, true]);
  expect([at('2026-07-23T19:59:00Z'), at('2026-07-23T20:00:00Z')]).toEqual([false, true]);
  expect([at('2026-11-24T05:59:00Z'), at('2026-11-24T06:00:00Z')]).toEqual([true, false]);
  expect(isQuiet({ from: '12:00', to: '13:00', timeZone: 'UTC' }, Date.parse('2026-11-23T00:00:00Z'))).toBe(false);
  expect(isQuiet(null, 0)).toBe(false);
});
