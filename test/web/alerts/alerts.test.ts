import { expect, test } from 'vitest';
import { alertRuleBody, alertRuleProblems, alertRuleValues } from '../../../web/models/alerts/alert-rule-form.ts';
import { AlertRulesModel } from '../../../web/models/alerts/alert-rules.ts';
import { AlertsModel } from '../../../web/models/alerts/alerts.ts';
import { conditionWords, deedWords, tellingWords } from '../../../web/models/alerts/alerts-words.ts';
import type { Alert, AlertPage, AlertRule } from '../../../wire/alert.ts';
import { NewAlertRule } from '../../../wire/alert.ts';
import { alertRule } from '../../domain/alerts/builders.ts';

const nowMs = Date.parse('2026-11-27T12:00:00.000Z');

const alert = (changes: Partial<Alert> = {}): Alert => ({
  id: 'alt_1',
  ruleId: 'alr_1',
  ruleName: 'A session failed',
  kind: 'session_failed',
  severity: 'warning',
  subject: 'ses_1',
  projectId: 'prj_1',
  sessionId: 'ses_1',
  title: '“Fix the login race” failed',
  body: 'Its last turn ended in an error.',
  link: '/sessions/ses_1',
  firedAt: '2026-11-27T11:00:00.000Z',
  resolvedAt: null,
  isQuiet: false,
  ...changes,
});

const page = (items: Alert[], pressing = items.length): AlertPage => ({ items, nextCursor: null, pressing });

function model(pages: (AlertPage | Error | Promise<AlertPage>)[]) {
  const deed = { userId: 'usr_1', name: 'Ann', at: '2026-11-27T12:00:00.000Z' };
  return new AlertsModel({
    open: async () => {
      const next = pages.shift();
      if (!next || next instanceof Error) throw next ?? new Error('nothing more');
      return next;
    },
    acknowledge: async (id) => alert({ id, acknowledged: deed }),
    snooze: async (id, minutes) => alert({ id, snoozed: { ...deed, until: new Date(nowMs + minutes * 60_000).toISOString() } }),
  });
}

test('the feed moves the badge at once and has the list read again', async () => {
  const alerts = model([page([]), page([alert()])]);
  await alerts.load();
  alerts.apply({ type: 'deleted', sessionId: 'ses_1' });
  expect(alerts.pressing.value).toBe(0);
  alerts.apply({ type: 'alerts', pressing: 1 });
  expect(alerts.pressing.value).toBe(1);
  await expect.poll(() => alerts.open.value).toHaveLength(1);
});

test('all pages of what is open are read', async () => {
  const alerts = model([{ ...page([alert()], 2), nextCursor: 'more' }, page([alert({ id: 'alt_2' })], 2)]);
  await alerts.load();
  expect(alerts.open.value?.map(({ id }) => id)).toEqual([alert().id, 'alt_2']);
});

test('a list that was asked for earlier and comes later does not undo a newer one', async () => {
  const { promise, resolve } = Promise.withResolvers<AlertPage>();
  const alerts = model([promise, page([alert({ id: 'alt_2' })])]);
  const slow = alerts.load();
  await alerts.load();
  resolve(page([]));
  await slow;
  expect(alerts.open.value?.map(({ id }) => id)).toEqual(['alt_2']);
});

test('what is known stays where reading it again fails, and the failure is said', async () => {
  const alerts = model([page([alert()]), new Error('offline')]);
  await alerts.load();
  await alerts.load();
  expect(alerts.open.value).toHaveLength(1);
  expect(alerts.failure.value?.message).toBe('offline');
});

test('a deed is shown on its alert', async () => {
  const alerts = model([page([alert(), alert({ id: 'alt_2' })])]);
  await alerts.load();
  await alerts.acknowledge('alt_2');
  await alerts.snooze('alt_1', 30);
  const [snoozed, seen] = alerts.open.value ?? [];
  expect(snoozed && deedWords(snoozed, nowMs)).toMatch(/^Ann snoozed it until .*30/);
  expect(snoozed && deedWords(snoozed, nowMs + 30 * 60_000)).toBe('');
  expect(seen && deedWords(seen, nowMs)).toBe('Ann knows of it');
});

test('what became of an alert is said in words', () => {
  expect(deedWords(alert(), nowMs)).toBe('');
  expect(deedWords(alert({ isQuiet: true }), nowMs)).toBe('nobody was told yet: quiet hours');
  const over = { resolvedAt: '2026-11-27T11:58:00.000Z', resolvedBecause: 'gone' } as const;
  expect(deedWords(alert(over), nowMs)).toMatch(/^gone with what it was about .*2/);
});

test.each<[Partial<AlertRule>, string]>([
  [{ kind: 'session_stuck', threshold: 15 }, 'for 15 minutes'],
  [{ kind: 'call_waiting', threshold: 0 }, 'at once'],
  [{ kind: 'budget_used', threshold: 80 }, 'from 80 % on'],
  [{ kind: 'session_cost', threshold: 5_000_000 }, 'from $5.00 on'],
  [{ kind: 'failed_sessions', threshold: 3, windowMinutes: 60 }, '3 or more within 60 minutes'],
])('a rule of %o holds %s', (changes, words) => {
  expect(conditionWords(alertRule(changes))).toBe(words);
});

test('whom a rule tells is said in words', () => {
  expect(tellingWords(alertRule())).toBe('Shown here');
  const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };
  expect(tellingWords(alertRule({ channelIds: ['chn_1'], throttleMinutes: 30, quietHours }))).toBe(
    'Shown here and told to 1 channel, not again within 30 minutes, quiet from 22:00 to 07:00 (UTC)',
  );
});

test('a rule that is edited and saved as it is stays what it is', () => {
  const quietHours = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
  for (const rule of [
    alertRule({ kind: 'session_cost', threshold: 2_500_000, channelIds: ['chn_1', 'chn_2'], quietHours }),
    alertRule({ kind: 'failed_sessions', threshold: 3, projectId: 'prj_1', severity: 'critical' }),
  ]) {
    const { id: _, isBuiltIn: __, isChanged: ___, enabled: ____, ...settings } = rule;
    expect(alertRuleBody(alertRuleValues(rule, 'UTC'))).toEqual(settings);
  }
});

test('the form says what is wrong before the server does, and what it lets through the server takes', () => {
  const good = { ...alertRuleValues({ kind: 'session_stuck', threshold: 15, name: 'x' }, 'UTC') };
  expect(Object.values(alertRuleProblems(good)).filter(Boolean)).toEqual([]);
  expect(NewAlertRule.safeParse(alertRuleBody(good)).success).toBe(true);
  const wrong = { ...good, name: ' ', threshold: 'many', quietFrom: '22:00', quietTo: '25:00', throttleMinutes: '-1' };
  expect(Object.entries(alertRuleProblems(wrong)).filter(([, problem]) => problem)).toHaveLength(4);
  expect(alertRuleProblems({ ...good, threshold: '0' }).threshold).toMatch(/minutes/);
});

test('rules are put in their place, and a built-in one that is reset is read again', async () => {
  let kept = [alertRule({ id: 'alr_a' }), alertRule({ id: 'alr_b' })];
  const rules = new AlertRulesModel({
    list: async () => kept,
    create: async ({ name }) => alertRule({ id: 'alr_c', name }),
    change: async (id, patch) => alertRule({ id, name: patch.name ?? '' }),
    remove: async (id) => {
      kept = kept.filter((rule) => rule.id !== id);
    },
  });
  await rules.load();
  await rules.change('alr_a', { name: 'Changed' });
  await rules.create({ name: 'New', kind: 'collision' });
  expect(rules.rules.value?.map(({ id, name }) => [id, name])).toEqual([
    ['alr_a', 'Changed'],
    ['alr_b', 'A rule'],
    ['alr_c', 'New'],
  ]);
  await rules.remove('alr_a');
  expect(rules.rules.value?.map(({ id }) => id)).toEqual(['alr_b']);
});
