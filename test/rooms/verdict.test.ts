import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionSummary } from '../../wire/session.ts';
import { makeRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Verdict');
});

const hook = (session: string, name: string, fields: object = {}) =>
  rig.hook({ session_id: session, hook_event_name: name, ...fields });
const call = (session: string, id: string) =>
  hook(session, 'PreToolUse', { tool_name: 'Bash', tool_use_id: id, tool_input: { command: 'ls' } });
const usage = (session: string, requestId: string, costMicroUsd: number) =>
  rig.post('/hooks/events', {
    agent: 'claude-code',
    sessionId: session,
    events: [
      {
        id: requestId,
        type: 'usage',
        costMicroUsd,
        usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, model: 'claude-opus-5-5' },
      },
    ],
  });

async function started(name: string): Promise<SessionSummary> {
  await hook(name, 'UserPromptSubmit', { prompt: 'work' });
  const session = await rig.sessionOf('claude-code', name);
  if (!session) throw new Error('no session');
  return session;
}

const control = (id: string, action: string) => rig.browser.call(`/api/sessions/${id}/control`, { body: { action } });
const limit = (id: string, limitMicroUsd: number | null) =>
  rig.browser.call(`/api/sessions/${id}/budget`, { method: 'PUT', body: { limitMicroUsd } });

const refusal = (reason: unknown) => ({
  hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: reason },
  continue: false,
  stopReason: reason,
});

describe('a paused session', () => {
  it('runs no tool and takes no prompt until it is resumed, through an eviction', async () => {
    const { id } = await started('paused');
    expect((await control(id, 'pause')).status).toBe(200);
    await evictDurableObject(rig.room(id));
    const reason = 'Paused by Verdict in Flightdeck. Stop here and wait to be resumed.';
    expect(await call('paused', 't1')).toEqual(refusal(reason));
    expect(await hook('paused', 'UserPromptSubmit', { prompt: 'please' })).toEqual({ decision: 'block', reason });
    expect(await hook('paused', 'Stop')).toEqual({});
    expect(await rig.sessionOf('claude-code', 'paused')).toMatchObject({
      status: 'paused',
      hold: { because: 'paused', reason, by: { name: 'Verdict' } },
    });
    expect(await (await control(id, 'resume')).json()).toMatchObject({ status: 'running' });
    expect(await call('paused', 't1')).toEqual({});
  });

  it('tells whoever watches of each refusal', async () => {
    const { id } = await started('told');
    await control(id, 'pause');
    const watcher = await rig.watch(id);
    await call('told', 't1');
    await watcher.until(({ frames }) => frames.some(({ type }) => type === 'verdict'));
    expect(watcher.frames.find(({ type }) => type === 'verdict')).toMatchObject({ toolUseId: 't1', verdict: { type: 'stop' } });
  });

  it('is in the list as such at once, and so is its new name', async () => {
    const { id } = await started('listed at once');
    await control(id, 'pause');
    await rig.browser.call(`/api/sessions/${id}`, { method: 'PATCH', body: { title: 'A new name' } });
    const { items } = await rig.browser.json<{ items: SessionSummary[] }>('/api/sessions?status=paused');
    expect(items.find((item) => item.id === id)).toMatchObject({ status: 'paused', title: 'A new name' });
  });

  it('shows what was refused, and that it never ran', async () => {
    const { id } = await started('shown');
    await control(id, 'pause');
    await call('shown', 't1');
    const { items } = await rig.events(id);
    expect(items.slice(-2)).toMatchObject([
      { type: 'tool.started', toolUseId: 't1', refused: { because: 'paused' } },
      { type: 'tool.failed', toolUseId: 't1', ok: false },
    ]);
  });
});

describe('a stopped session', () => {
  it('is cancelled, stays so whatever its agent still says, and is let in again when its agent is started anew', async () => {
    const { id } = await started('stopped');
    expect(await (await control(id, 'stop')).json()).toMatchObject({ status: 'cancelled' });
    expect(await call('stopped', 't1')).toEqual(refusal('Stopped by Verdict in Flightdeck. Stop here.'));
    expect(await rig.sessionOf('claude-code', 'stopped')).toMatchObject({ status: 'cancelled' });
    await hook('stopped', 'SessionStart', { source: 'resume' });
    expect(await call('stopped', 't2')).toEqual({});
  });

  it('may be told to stop again, but not to pause, and says why', async () => {
    const { id } = await started('twice');
    await control(id, 'stop');
    expect(await (await control(id, 'stop')).json()).toMatchObject({ status: 'cancelled' });
    const again = await control(id, 'pause');
    expect([again.status, await again.json()]).toMatchObject([
      409,
      { code: 'conflict', detail: expect.stringContaining('has ended') },
    ]);
  });
});

describe("a session's budget", () => {
  const reason = 'The budget of $0.05 for this session is spent; stop and summarise.';

  it('stops the agent at the call that would cross it, and a raise lets the same call go on', async () => {
    const { id } = await started('budget');
    await limit(id, 50_000);
    await usage('budget', 'r1', 20_000);
    expect(await call('budget', 't1')).toEqual({});
    await usage('budget', 'r2', 20_000);
    // 40,000 are spent, and a call leads to one more of about 20,000.
    expect(await call('budget', 't2')).toEqual(refusal(reason));
    expect(await rig.sessionOf('claude-code', 'budget')).toMatchObject({
      status: 'budget_exceeded',
      budget: { limitMicroUsd: 50_000, spentMicroUsd: 40_000, reservedMicroUsd: 0 },
    });
    expect(await (await limit(id, 5_000_000)).json()).toMatchObject({ status: 'running' });
    expect(await call('budget', 't2')).toEqual({});
  });

  it('ends the turn after a tool when the usage that arrives has crossed it', async () => {
    const { id } = await started('crossed');
    await limit(id, 50_000);
    await call('crossed', 't1');
    await usage('crossed', 'r1', 60_000);
    expect(await rig.sessionOf('claude-code', 'crossed')).toMatchObject({ status: 'budget_exceeded' });
    const answer = await hook('crossed', 'PostToolUse', { tool_name: 'Bash', tool_use_id: 't1', tool_response: {} });
    expect(answer).toEqual({ continue: false, stopReason: reason });
  });

  it('sets money aside once for calls that run side by side, and gives it back when the turn ends', async () => {
    const { id } = await started('parallel');
    await limit(id, 100_000);
    await usage('parallel', 'r1', 30_000);
    for (const tool of ['a', 'b', 'c']) expect(await call('parallel', tool)).toEqual({});
    expect(await rig.sessionOf('claude-code', 'parallel')).toMatchObject({ budget: { reservedMicroUsd: 30_000 } });
    await hook('parallel', 'Stop');
    expect(await rig.sessionOf('claude-code', 'parallel')).toMatchObject({ budget: { reservedMicroUsd: 0 } });
  });

  it('does not refuse a repeated question for the money that its own first answer set aside', async () => {
    const { id } = await started('again');
    await limit(id, 50_000);
    await usage('again', 'r1', 24_000);
    expect(await call('again', 't1')).toEqual({});
    expect(await call('again', 't1')).toEqual({});
    expect((await rig.events(id)).items.filter(({ toolUseId }) => toolUseId === 't1')).toHaveLength(1);
  });

  it('below what is spent holds at once; of nothing lets nothing through; without one nothing is held', async () => {
    const { id } = await started('low');
    await usage('low', 'r1', 20_000);
    expect(await (await limit(id, 10_000)).json()).toMatchObject({ status: 'budget_exceeded' });
    const resumed = await control(id, 'resume');
    const detail = expect.stringMatching(/^Its own budget is spent \(\$0\.02 of \$0\.01\): raise it/);
    expect([resumed.status, await resumed.json()]).toMatchObject([409, { code: 'budget_exceeded', detail }]);
    expect(await (await limit(id, null)).json()).toMatchObject({ status: 'running', budget: null });
    await limit((await started('nothing')).id, 0);
    expect(await call('nothing', 't1')).toMatchObject({ continue: false });
  });

  it('is in the list of sessions as the room knows it', async () => {
    const { id } = await started('listed');
    await limit(id, 70_000);
    await rig.later(id, 0.1);
    const { items } = await rig.browser.json<{ items: SessionSummary[] }>('/api/sessions');
    expect(items.find((item) => item.id === id)?.budget).toEqual({
      limitMicroUsd: 70_000,
      spentMicroUsd: 0,
      reservedMicroUsd: 0,
    });
  });

  it('that is no whole, positive amount is refused with the path', async () => {
    const { id } = await started('negative');
    for (const wrong of [-1, 1.5, '5']) {
      const response = await rig.browser.call(`/api/sessions/${id}/budget`, { method: 'PUT', body: { limitMicroUsd: wrong } });
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { code: 'invalid', errors: [{ path: 'limitMicroUsd' }] },
      ]);
    }
  });
});
