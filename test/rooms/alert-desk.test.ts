import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../wire/alert.ts';
import type { FeedFrame } from '../../wire/frame.ts';
import { checkAlerts } from '../../worker/jobs/check-alerts.ts';
import { AlertDesk } from '../../worker/rooms/alerts/alert-desk.ts';
import { budgetLedger } from '../../worker/rooms/index.ts';
import { SessionRoom } from '../../worker/rooms/session/session-room.ts';
import { brokenD1 } from './broken-bindings.ts';
import { makeRadarRig } from './radar-rig.ts';
import { origin } from './rig.ts';

const minuteMs = 60_000;

afterEach(() => {
  vi.restoreAllMocks();
});

async function makeAlertRig(name: string) {
  const rig = await makeRadarRig(name);
  const organizationId = rig.account.organization.id;
  const desk = () => env.ALERT_DESK.getByName(organizationId);
  const alerts = async (): Promise<Alert[]> => {
    const page: { items: Alert[] } = await desk().list({ limit: 100 });
    return page.items.toReversed();
  };
  return {
    ...rig,
    organizationId,
    desk,
    alerts,
    /** Alerts of a kind, once there are so many. */
    fired: async (kind: string, count = 1): Promise<Alert[]> =>
      vi.waitUntil(async () => {
        const found = (await alerts()).filter((alert) => alert.kind === kind);
        return found.length >= count && found;
      }),
    resolved: async (kind: string): Promise<Alert> =>
      vi.waitUntil(async () => (await alerts()).find((alert) => alert.kind === kind && alert.resolvedAt !== null)),
    fail: async (session: string) => {
      await rig.hook(session, 'UserPromptSubmit', { prompt: 'go' });
      await rig.hook(session, 'StopFailure', { error: 'server_error' });
      await rig.hook(session, 'SessionEnd', { reason: 'other' });
    },
    /** What the cron runs, so many minutes from now. */
    tick: async (minutes = 0, bindings = env) => {
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + minutes * minuteMs);
      try {
        await checkAlerts(bindings, Date.now());
      } finally {
        now.mockRestore();
      }
    },
  };
}

describe('a room that knows', () => {
  it('fires at once when its session fails, once however often it is told, and resolves when the session goes on', async () => {
    const rig = await makeAlertRig('Fails');
    await rig.begin('one', 'Fix the login race');
    await rig.fail('one');
    const [alert] = await rig.fired('session_failed');
    expect(alert).toMatchObject({
      title: '“Fix the login race” failed',
      sessionId: rig.idOf('one'),
      link: `/sessions/${rig.idOf('one')}`,
      severity: 'warning',
      resolvedAt: null,
    });
    await rig.tick();
    await rig.tick();
    expect(await rig.alerts()).toHaveLength(1);
    await evictDurableObject(rig.desk());
    await rig.hook('one', 'UserPromptSubmit', { prompt: 'again' });
    expect(await rig.resolved('session_failed')).toMatchObject({ id: alert?.id, resolvedBecause: 'over' });
  });

  it('fires when a call waits for a person, naming the very call, and resolves when it is decided', async () => {
    const rig = await makeAlertRig('Asks');
    await rig.browser.json('/api/rules', { body: { name: 'publishing', tool: 'Publish', action: 'ask' } });
    const events = [{ type: 'tool.started', tool: 'Publish', toolUseId: 't1', input: { command: 'npm publish' } }];
    await rig.batch('asks', events);
    const [alert] = await rig.fired('call_waiting');
    expect(alert).toMatchObject({
      body: 'Publish: npm publish',
      link: expect.stringMatching(/^\/approvals\?session=ses_.*&approval=apr_\d+$/),
    });
    const { approvals } = (await rig.sessionOf('tester', 'asks')) ?? {};
    await rig.browser.json(`/api/sessions/${alert?.sessionId}/approvals/${approvals?.[0]?.id}`, { body: { decision: 'deny' } });
    await rig.resolved('call_waiting');
  });

  it('fires when two sessions edit one file, and resolves when the meeting passes though the index knows nothing of it', async () => {
    const rig = await makeAlertRig('Meets');
    await rig.edit('ann', 'a.ts');
    await vi.waitUntil(() =>
      runInDurableObject(
        rig.radar(),
        (_, { storage }) => storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'touch'").toArray().length > 0,
      ),
    );
    await rig.edit('bob', 'a.ts');
    expect((await rig.fired('collision', 2)).map(({ body }) => body)).toEqual([
      expect.stringMatching(/^a\.ts/),
      expect.anything(),
    ]);
    for (const session of ['ann', 'bob']) await rig.later(rig.idOf(session), 0.02);
    await rig.tick(31);
    await rig.resolved('collision');
  });

  it('whose word is lost is made up for by the cron, also after an eviction', async () => {
    const rig = await makeAlertRig('Lost');
    const hear = vi.spyOn(AlertDesk.prototype, 'hear').mockImplementation(() => {
      throw new Error('unreachable');
    });
    await rig.begin('one', 'Unheard');
    await rig.fail('one');
    await vi.waitUntil(() => hear.mock.calls.length > 0);
    await rig.later(rig.idOf('one'), 0.02);
    expect(await rig.alerts()).toEqual([]);
    await evictDurableObject(rig.desk());
    await rig.tick(1);
    expect(await rig.alerts()).toMatchObject([{ kind: 'session_failed', title: '“Unheard” failed' }]);
  });

  it('of many refused hooks has its alert fire at the minute’s look, once, and resolve when the last ten minutes have few of them', async () => {
    const rig = await makeAlertRig('Refuses');
    await rig.begin('one', 'Floods');
    const id = rig.idOf('one');
    await rig.later(id, 0.02);
    const minute = Math.floor(Date.now() / minuteMs);
    const keep = (recentHooks: object[]) =>
      env.DB.prepare('UPDATE sessions SET recent_hooks = ? WHERE id = ?').bind(JSON.stringify(recentHooks), id).run();
    await keep([{ minute, taken: 60, refused: 40 }]);
    for (let n = 0; n < 2; n++) await rig.tick();
    expect(await rig.fired('hooks_refused')).toMatchObject([
      { title: '40 % of the hooks of “Floods” are refused', resolvedAt: null },
    ]);
    await keep([
      { minute, taken: 60, refused: 40 },
      { minute: minute + 1, taken: 900, refused: 0 },
    ]);
    await evictDurableObject(rig.desk());
    await rig.tick(1);
    expect(await rig.resolved('hooks_refused')).toMatchObject({ resolvedBecause: 'over' });

    await keep([{ minute: minute + 1, taken: 60, refused: 40 }]);
    await rig.tick(61);
    expect((await rig.alerts()).filter(({ kind, resolvedAt }) => kind === 'hooks_refused' && resolvedAt === null)).toEqual([]);
  });

  it('is not waited for: a desk that hangs neither fails nor holds a hook', async () => {
    const rig = await makeAlertRig('Hangs');
    vi.spyOn(AlertDesk.prototype, 'hear').mockImplementation(() => new Promise(() => {}) as unknown as undefined);
    await rig.begin('one', 'Quick');
    await rig.fail('one');
    expect(await rig.sessionOf('claude-code', 'one')).toMatchObject({ status: 'failed' });
  });
});

describe('a tick', () => {
  it('finds a session stuck that has said nothing for fifteen minutes, and not one whose room knows better', async () => {
    const rig = await makeAlertRig('Stuck');
    for (const session of ['stuck', 'busy']) {
      await rig.begin(session, session);
      await rig.hook(session, 'UserPromptSubmit', { prompt: 'go' });
      await rig.later(rig.idOf(session), 0.02);
    }
    const real = SessionRoom.prototype.summary;
    vi.spyOn(SessionRoom.prototype, 'summary').mockImplementation(function (this: SessionRoom) {
      const summary = real.call(this);
      if (summary?.title !== 'busy') return summary;
      return { ...summary, lastSeq: summary.lastSeq + 5, lastEventAt: new Date(Date.now()).toISOString() };
    });
    await rig.tick(14);
    expect(await rig.alerts()).toEqual([]);
    await rig.tick(16);
    await rig.tick(16);
    expect((await rig.alerts()).map(({ kind, title }) => [kind, title])).toEqual([['session_stuck', '“stuck” is stuck']]);
  });

  it('finds a budget spent and a quota nearly used up, by what the ledger says', async () => {
    const rig = await makeAlertRig('Money');
    await rig.browser.json('/api/limits', { method: 'PATCH', body: { liveSessions: 1 } });
    await rig.browser.json('/api/budgets', { body: { scope: 'organization', window: 'lifetime', limit: 100, action: 'warn' } });
    await rig.batch('spends', [
      { type: 'prompt', text: 'go' },
      { type: 'tool.started', tool: 'Read', toolUseId: 't1' },
      { type: 'usage', usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }, costMicroUsd: 250 },
    ]);
    const ledger = budgetLedger(env, rig.organizationId);
    await rig.later((await rig.sessionOf('tester', 'spends'))?.id ?? '', 0.02);
    await vi.waitUntil(async () => ((await ledger.budgets())[0]?.spent ?? 0) > 0);
    await rig.tick(1);
    const titles = (await rig.alerts()).map(({ title, severity }) => [title, severity]).toSorted();
    expect(titles).toEqual([
      ['100 % of the quota of live sessions is used', 'warning'],
      ['250 % of a budget is spent', 'critical'],
    ]);
  });

  it('that finds D1 down fires and resolves nothing, and the next one does', async () => {
    const rig = await makeAlertRig('Down');
    await rig.begin('one', 'Fails');
    await rig.fail('one');
    await rig.fired('session_failed');
    await rig.later(rig.idOf('one'), 0.02);
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    await expect(checkAlerts({ ...env, DB: brokenD1(env.DB, 'down') }, Date.now() + minuteMs)).rejects.toThrow();
    expect(await rig.alerts()).toMatchObject([{ resolvedAt: null }]);
    await rig.browser.call(`/api/sessions/${rig.idOf('one')}`, { method: 'DELETE' });
    await rig.tick(7);
    expect(await rig.alerts()).toMatchObject([{ resolvedBecause: 'gone' }]);
  });

  it('comes no more once nothing is live and no alert is open', async () => {
    const rig = await makeAlertRig('Rests');
    await rig.begin('one', 'Ends');
    await rig.hook('one', 'SessionEnd', { reason: 'other' });
    await rig.later(rig.idOf('one'), 0.02);
    const turn = async () =>
      (
        await env.DB.prepare('SELECT due_at_ms AS due FROM alert_turns WHERE organization_id = ?')
          .bind(rig.organizationId)
          .first<{ due: number | null }>()
      )?.due;
    expect(await turn()).toEqual(expect.any(Number));
    await rig.tick(1);
    expect(await turn()).toEqual(expect.any(Number));
    await rig.tick(15);
    expect(await turn()).toBeNull();
  });
});

it('an open dashboard hears how many alerts are pressing', async () => {
  const rig = await makeAlertRig('Feed');
  const { webSocket } = await rig.browser.call('/api/feed', { headers: { upgrade: 'websocket', origin } });
  const frames: FeedFrame[] = [];
  webSocket?.addEventListener('message', ({ data }) => frames.push(JSON.parse(String(data))));
  webSocket?.accept();
  await rig.begin('one', 'Fails');
  await rig.fail('one');
  const [alert] = await rig.fired('session_failed');
  const pressing = () => frames.flatMap((frame) => (frame.type === 'alerts' ? [frame.pressing] : []));
  await vi.waitUntil(() => pressing().length === 1);
  await rig.desk().acknowledge(alert?.id ?? '', { userId: 'usr_1', name: 'Ann' });
  await vi.waitUntil(() => pressing().length === 2);
  expect(pressing()).toEqual([1, 0]);
});

it('of a session that is erased an alert says no more than that there was one', async () => {
  const rig = await makeAlertRig('Erased');
  await rig.begin('one', 'Fails');
  await rig.fail('one');
  const [alert] = await rig.fired('session_failed');
  const { title = '' } = alert ?? {};
  for (let n = 0; n < 2; n++) await rig.desk().forgetSessions([rig.idOf('one')]);
  const rows = await runInDurableObject(rig.desk(), (_, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT record FROM alert').toArray()),
  );
  expect(title).not.toBe('');
  expect(rows).not.toContain(title);
  expect(await rig.alerts()).toMatchObject([{ id: alert?.id, title: 'A session that was erased', body: '' }]);
});

it('an organization in which nothing happened has a desk that stores nothing', async () => {
  const rig = await makeAlertRig('Quiet');
  await rig.desk().tick();
  await rig.begin('one', 'Works');
  await rig.hook('one', 'UserPromptSubmit', { prompt: 'go' });
  await rig.desk().tick();
  const tables = await runInDurableObject(rig.desk(), (_, { storage }) =>
    storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
  );
  expect(tables).toEqual([]);
});
