import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Alert, AlertDetail, AlertPage, AlertRule, AlertRuleList, AlertTrial } from '../../../wire/alert.ts';
import type { Problem } from '../../../wire/error.ts';
import { limits } from '../../../wire/limits.ts';
import { alertDesk } from '../../../worker/rooms/index.ts';
import { Outbox } from '../../../worker/rooms/outbox/outbox.ts';
import { sessionFactOf } from '../../domain/alerts/builders.ts';
import { makeOutboxRig } from '../../rooms/alerts/outbox-rig.ts';
import { makeRig } from '../../rooms/rig.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function makeAlertRig(name: string) {
  const rig = await makeRig(name);
  const organizationId = rig.account.organization.id;
  const desk = () => alertDesk(env, organizationId);
  return {
    ...rig,
    organizationId,
    desk,
    /** A room's word that its session failed, or goes on. */
    hear: (id: string, status: 'failed' | 'running' = 'failed', lastSeq = 1) => {
      const atMs = Date.now();
      return desk().hear(
        sessionFactOf({ id, status, lastSeq, lastEventAtMs: atMs, endedAtMs: status === 'failed' ? atMs : null }),
      );
    },
    list: (query = '') => rig.browser.json<AlertPage>(`/api/alerts${query}`),
    detail: (id: string) => rig.browser.json<AlertDetail>(`/api/alerts/${id}`),
    rules: async () => (await rig.browser.json<AlertRuleList>('/api/alert-rules')).items,
    make: (body: object) => rig.browser.json<AlertRule>('/api/alert-rules', { body }),
    change: (id: string, body: object) => rig.browser.call(`/api/alert-rules/${id}`, { method: 'PATCH', body }),
    /** A channel that takes everything. */
    channel: async () => {
      const outbox = makeOutboxRig(organizationId, () => new Response());
      await outbox.addWebhook('chn_1');
      return { id: 'chn_1', over: outbox.over };
    },
  };
}

describe('the list of alerts', () => {
  it('comes page by page, the latest first, by state, rule and session, and counts what presses', async () => {
    const rig = await makeAlertRig('Lists');
    for (let index = 0; index < 5; index++) await rig.hear(`ses_${index}`);
    await rig.hear('ses_0', 'running', 2);
    const first = await rig.list('?limit=3');
    expect(first.items).toHaveLength(3);
    expect(first.pressing).toBe(4);
    const rest = await rig.list(`?limit=3&cursor=${first.nextCursor}`);
    expect(rest.nextCursor).toBeNull();
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(5);
    expect((await rig.list('?state=open')).items).toHaveLength(4);
    expect((await rig.list('?state=resolved')).items.map(({ subject }) => subject)).toEqual(['ses_0']);
    expect((await rig.list('?session=ses_3')).items).toHaveLength(1);
    expect((await rig.list('?rule=alr_collision')).items).toEqual([]);
  });

  it('of an organization in which nothing fired is empty', async () => {
    const rig = await makeAlertRig('Empty');
    expect(await rig.list()).toEqual({ items: [], nextCursor: null, pressing: 0 });
  });
});

describe('an alert', () => {
  it('is acknowledged by who did so first, and snoozed for as long as somebody says', async () => {
    const rig = await makeAlertRig('Deeds');
    await rig.hear('ses_1');
    const { id } = (await rig.list()).items[0] as Alert; // Just fired.
    const snoozed = await rig.browser.json<Alert>(`/api/alerts/${id}/snooze`, { body: { minutes: 30 } });
    expect(Date.parse(snoozed.snoozed?.until ?? '') - Date.parse(snoozed.snoozed?.at ?? '')).toBe(30 * 60_000);
    expect((await rig.list()).pressing).toBe(0);
    const by = { userId: rig.account.user.id, name: 'Deeds' };
    const seen = await rig.browser.json<Alert>(`/api/alerts/${id}/acknowledge`, { method: 'POST' });
    expect(seen.acknowledged).toMatchObject(by);
    const again = await rig.browser.json<Alert>(`/api/alerts/${id}/acknowledge`, { method: 'POST' });
    expect(again.acknowledged).toEqual(seen.acknowledged);
    await evictDurableObject(rig.desk());
    expect(await rig.detail(id)).toMatchObject({ acknowledged: seen.acknowledged, snoozed: snoozed.snoozed, deliveries: [] });
  });

  it('that is over takes no deeds, and one that is not there has none', async () => {
    const rig = await makeAlertRig('Late');
    await rig.hear('ses_1');
    await rig.hear('ses_1', 'running', 2);
    const { id } = (await rig.list()).items[0] as Alert; // Fired, and over.
    const post = async (path: string, body?: object) =>
      (await rig.browser.call(`/api/alerts/${path}`, { method: 'POST', body })).status;
    expect(await post(`${id}/acknowledge`)).toBe(409);
    expect(await post(`${id}/snooze`, { minutes: 5 })).toBe(409);
    expect(await post('alt_0/acknowledge')).toBe(404);
    expect(await post(`${id}/snooze`, { minutes: 0 })).toBe(400);
  });
});

describe('alert rules', () => {
  it('are the built-in ones until somebody changes one, switches it off or resets it', async () => {
    const rig = await makeAlertRig('BuiltIn');
    const before = await rig.rules();
    expect(before.every(({ isBuiltIn, enabled }) => isBuiltIn && enabled)).toBe(true);
    await rig.hear('ses_1');
    const changed = await rig.change('alr_session_failed', { enabled: false, severity: 'critical' });
    expect(await changed.json()).toMatchObject({ enabled: false, severity: 'critical', isChanged: true });
    expect((await rig.list()).items).toMatchObject([{ resolvedBecause: 'rule' }]);
    await rig.hear('ses_2');
    expect((await rig.list('?state=open')).items).toEqual([]);
    await evictDurableObject(rig.desk());
    expect((await rig.browser.call('/api/alert-rules/alr_session_failed', { method: 'DELETE' })).status).toBe(204);
    expect(await rig.rules()).toEqual(before);
  });

  it('of one’s own are made once for a key, changed and deleted', async () => {
    const rig = await makeAlertRig('Own');
    const ask = () =>
      rig.browser.json<AlertRule>('/api/alert-rules', {
        body: { name: 'Dear', kind: 'session_cost', threshold: 5_000_000 },
        headers: { 'idempotency-key': 'dear' },
      });
    const rule = await ask();
    expect(await ask()).toEqual(rule);
    expect(rule).toMatchObject({ isBuiltIn: false, enabled: true, severity: 'warning', channelIds: [] });
    expect((await (await rig.change(rule.id, { threshold: 9_000_000 })).json<AlertRule>()).threshold).toBe(9_000_000);
    expect((await rig.browser.call(`/api/alert-rules/${rule.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await rig.rules()).some(({ id }) => id === rule.id)).toBe(false);
    expect((await rig.change(rule.id, { name: 'Gone' })).status).toBe(404);
  });

  it('name only projects and channels that there are, and a threshold of their kind', async () => {
    const rig = await makeAlertRig('Checks');
    const refused = async (body: object) => {
      const answer = await rig.browser.call('/api/alert-rules', { method: 'POST', body });
      return [answer.status, (await answer.json<Problem>()).errors?.[0]?.path];
    };
    const rule = { name: 'x', kind: 'session_stuck', threshold: 5 };
    expect(await refused({ ...rule, projectId: 'prj_none' })).toEqual([400, 'projectId']);
    expect(await refused({ ...rule, channelIds: ['chn_none'] })).toEqual([400, 'channelIds.0']);
    expect(await refused({ ...rule, threshold: 0 })).toEqual([400, 'threshold']);
    const stuck = await rig.change('alr_session_stuck', { threshold: limits.maxAlertWaitMinutes + 1 });
    expect(stuck.status).toBe(400);
  });
});

describe('channels of a rule', () => {
  it('hear that it fired and that it is over, once, with the attempts shown on the alert', async () => {
    const rig = await makeAlertRig('Channels');
    const channel = await rig.channel();
    await rig.change('alr_session_failed', { channelIds: [channel.id] });
    await rig.hear('ses_1');
    await rig.hear('ses_1', 'running', 2);
    const { id } = (await rig.list()).items[0] as Alert; // Fired, and over.
    const told = await vi.waitUntil(async () => {
      const { deliveries } = await rig.detail(id);
      return deliveries.length === 2 && deliveries;
    });
    expect(told.map(({ key, channelId: to }) => [key, to])).toEqual([
      [`${id}/fired/1`, channel.id],
      [`${id}/resolved`, channel.id],
    ]);
    expect(told[1]?.title).toBe('Over: “Fix the login race” failed');
    for (let times = 0; times < 2; times++) await runInDurableObject(rig.desk(), (desk) => desk.alarm());
    await channel.over(2);
    expect((await rig.detail(id)).deliveries.map(({ outcome, attemptCount }) => [outcome, attemptCount])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
    ]);
  });

  it('hear of it later, and once, where the outbox could not be reached or its answer was lost, over an eviction', async () => {
    const rig = await makeAlertRig('Unreached');
    const channel = await rig.channel();
    await rig.change('alr_session_failed', { channelIds: [channel.id] });
    const post = vi.spyOn(Outbox.prototype, 'post').mockImplementation(() => {
      throw new Error('unreachable');
    });
    await rig.hear('ses_1');
    await vi.waitUntil(() => post.mock.calls.length > 0);
    const { id } = (await rig.list()).items[0] as Alert; // Just fired.
    post.mockRestore();
    const real = Outbox.prototype.post;
    const mute = vi.spyOn(Outbox.prototype, 'post').mockImplementationOnce(function (this: Outbox, posting) {
      real.call(this, posting);
      throw new Error('the answer was lost');
    });
    await evictDurableObject(rig.desk());
    expect(await runDurableObjectAlarm(rig.desk())).toBe(true);
    expect(mute).toHaveBeenCalledTimes(1);
    expect(await runDurableObjectAlarm(rig.desk())).toBe(true);
    await channel.over(1);
    expect((await rig.detail(id)).deliveries.map(({ key }) => key)).toEqual([`${id}/fired/1`]);
    const left = await runInDurableObject(rig.desk(), (_, { storage }) => storage.sql.exec('SELECT n FROM note').toArray());
    expect(left).toEqual([]);
  });
});

describe('a trial', () => {
  const tryOn = (rig: Awaited<ReturnType<typeof makeAlertRig>>, rule: object) =>
    rig.browser.json<AlertTrial>('/api/alert-rules/try', { body: { name: 'tried', ...rule } });

  it('says when a rule would have fired by the sessions of the last day, and stores nothing', async () => {
    const rig = await makeAlertRig('Trial');
    const answer = await rig.batch('asks', [
      { type: 'prompt', text: 'Publish it' },
      { type: 'permission.requested', tool: 'Bash' },
    ]);
    const { sessionId } = await answer.json<{ sessionId: string }>();
    await rig.batch('fails', [
      { type: 'prompt', text: 'Fix it' },
      { type: 'turn.finished', ok: false },
      { type: 'session.ended', ok: false },
    ]);
    for (const session of ['asks', 'fails']) await rig.later((await rig.sessionOf('tester', session))?.id ?? '', 0.02);
    const failed = await tryOn(rig, { kind: 'session_failed' });
    expect(failed).toMatchObject({ sessions: 2, isPartial: false, firings: [{ title: '“Fix it” failed', until: null }] });
    const waiting = await tryOn(rig, { kind: 'session_waiting', threshold: 0 });
    expect(waiting.firings.map(({ link }) => link)).toContain(`/sessions/${sessionId}`);
    expect((await tryOn(rig, { kind: 'session_cost', threshold: 1 })).firings).toEqual([]);
    expect((await tryOn(rig, { kind: 'failed_sessions', threshold: 1, windowMinutes: 60 })).firings).toHaveLength(1);
    const page = await rig.list('?rule=tried');
    expect(page.items).toEqual([]);
  });

  it('of budgets and quotas goes by what the ledger knows', async () => {
    const rig = await makeAlertRig('TrialMoney');
    await rig.browser.json('/api/limits', { method: 'PATCH', body: { liveSessions: 0 } });
    expect((await tryOn(rig, { kind: 'quota_used', threshold: 80 })).firings).toHaveLength(1);
    expect((await tryOn(rig, { kind: 'budget_used', threshold: 80 })).firings).toEqual([]);
  });
});
