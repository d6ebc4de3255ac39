import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { ClaimAnswer, NewClaim, ReportAnswer, SessionRequest, WorkReport } from '../../../wire/work.ts';
import { makeRig } from '../../rooms/rig.ts';

type Rig = Awaited<ReturnType<typeof makeRig>>;

let rig: Rig;
let made = 0;
beforeEach(async () => {
  made += 1;
  rig = await makeRig(`Claims ${made}`);
});
afterEach(() => vi.restoreAllMocks());

const base = '/api/session-requests';
const ask = (over: object = {}) =>
  rig.browser.json<SessionRequest>(base, {
    body: { projectId: rig.account.project.id, agent: 'claude-code', prompt: 'Fix it', ...over },
  });
const claim = (over: Partial<NewClaim> = {}) =>
  rig.browser.json<ClaimAnswer>(`${base}/claim`, {
    body: { claimId: crypto.randomUUID(), machine: 'laptop', agents: ['claude-code'], ...over },
  });
const reporting = (id: string, report: WorkReport) => rig.browser.call(`${base}/${id}/report`, { body: report });
const report = async (id: string, claimId: string, state: WorkReport['state'], more: object = {}) =>
  (await reporting(id, { claimId, state, ...more })).json<ReportAnswer>();
const get = (id: string) => rig.browser.json<SessionRequest>(`${base}/${id}`);
const session = (id: string) => rig.browser.json<SessionSummary>(`/api/sessions/${id}`);
const queue = () => env.WORK_QUEUE.getByName(rig.account.organization.id);
const actions = async (id: string) => (await rig.events(id)).items.map(({ type, control }) => control?.action ?? type);
const agent = (request: SessionRequest, hook: string, fields: object = {}) =>
  rig.hook({ session_id: request.externalId, hook_event_name: hook, cwd: '/home/dev/web', ...fields });

/** A queue that nobody reported to for so long; logins do not outlive a clock that is moved, so the clock goes back. */
async function silentFor(ms: number): Promise<void> {
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
  await runDurableObjectAlarm(queue());
  await runDurableObjectAlarm(queue());
  vi.restoreAllMocks();
}

describe('a claim', () => {
  it('gets the oldest that fits, and nobody else does', async () => {
    const [one, two] = [await ask({ prompt: 'One' }), await ask({ prompt: 'Two' })];
    const answers = await Promise.all(Array.from({ length: 8 }, () => claim()));
    const taken = answers.flatMap(({ request }) => request ?? []).map(({ id }) => id);
    expect(taken.sort()).toEqual([one.id, two.id].sort());
    expect(answers.find(({ request }) => request === null)).toEqual({
      request: null,
      retryAfterMs: limits.claimAgainMs,
      leaseMs: limits.workLeaseMs,
      reportEveryMs: limits.workReportEveryMs,
    });
    expect(await session(one.sessionId)).toMatchObject({
      status: 'queued',
      activity: 'is being started',
      request: { machine: 'laptop' },
    });
    expect(await get(one.id)).toMatchObject({
      status: 'claimed',
      machine: { name: 'laptop', by: { userId: rig.account.user.id } },
    });
  });

  it('says when to ask again where nothing waits', async () => {
    const response = await rig.browser.call(`${base}/claim`, {
      body: { claimId: crypto.randomUUID(), machine: 'laptop', agents: ['claude-code'] },
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([200, '5']);
  });

  it('that is asked again, because its answer was lost, is given the same, after an eviction, too', async () => {
    const { id } = await ask();
    await ask();
    const claimId = crypto.randomUUID();
    expect((await claim({ claimId })).request?.id).toBe(id);
    await evictDurableObject(queue());
    expect((await claim({ claimId })).request?.id).toBe(id);
  });

  it('gets only what the machine can start', async () => {
    await ask({ agent: 'codex' });
    const bound = await ask({ repository: 'https://github.com/acme/web.git' });
    expect((await claim()).request).toBeNull();
    expect((await claim({ repositories: ['github.com/acme/api'] })).request).toBeNull();
    expect((await claim({ repositories: ['github.com/acme/web'], projectIds: ['prj_other'] })).request).toBeNull();
    expect((await claim({ clones: true, projectIds: ['prj_other'] })).request).toBeNull();
    const projectIds = [rig.account.project.id];
    expect((await claim({ repositories: ['git@github.com:acme/web.git'], projectIds })).request?.id).toBe(bound.id);
    expect((await claim({ agents: ['codex'] })).request?.agent).toBe('codex');
    const refused = await rig.browser.call(`${base}/claim`, {
      body: { claimId: crypto.randomUUID(), machine: 'laptop', agents: ['codex'], repositories: ['x'] },
    });
    expect(await refused.json()).toMatchObject({ errors: [{ path: 'repositories.0' }] });
  });

  it('passes over a session that somebody deleted or stopped while it waited', async () => {
    const [gone, stopped, fine] = [await ask(), await ask(), await ask()];
    await rig.browser.call(`/api/sessions/${gone.sessionId}`, { method: 'DELETE' });
    await rig.room(stopped.sessionId).control({ action: 'stop' }, { userId: 'usr', name: 'Ann' });
    expect((await claim()).request?.id).toBe(fine.id);
    for (const { id } of [gone, stopped]) expect((await get(id)).status).toBe('cancelled');
  });
});

describe('a machine', () => {
  it('reports until its agent is done, and the request is what that came to', async () => {
    const { id, sessionId } = await ask();
    const claimId = crypto.randomUUID();
    const { request } = await claim({ claimId });
    if (!request) throw new Error('It was asked for.');
    expect(await report(id, claimId, 'preparing')).toEqual({ order: 'go_on', status: 'claimed' });
    expect(await report(id, claimId, 'running')).toEqual({ order: 'go_on', status: 'running' });
    await agent(request, 'SessionStart', { source: 'startup' });
    await agent(request, 'UserPromptSubmit', { prompt: 'Fix it' });
    await agent(request, 'Stop', { last_assistant_message: 'Fixed.' });
    await agent(request, 'SessionEnd', { reason: 'other' });
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    expect(await report(id, claimId, 'completed', { tail: `Fixed with ${secret}.` })).toMatchObject({ status: 'completed' });
    const done = await get(id);
    expect(done).toMatchObject({ status: 'completed', prompt: '', claims: 1 });
    expect(done.tail).toMatch(/^Fixed with .*\.$/);
    expect(done.tail).not.toContain(secret);
    expect(await session(sessionId)).toMatchObject({ status: 'completed', outcome: 'Fixed.' });
    // Its agent said itself that it is over.
    expect(await actions(sessionId)).toEqual([
      'requested',
      'claimed',
      'session.started',
      'prompt',
      'turn.finished',
      'session.ended',
    ]);
    expect((await reporting(id, { claimId, state: 'running' })).status).toBe(409);
  });

  it('ends the session of an agent that said nothing at its end, and of one that never said a word', async () => {
    const [cut, silent] = [await ask(), await ask()];
    for (const asked of [cut, silent]) {
      const claimId = crypto.randomUUID();
      await claim({ claimId });
      await report(asked.id, claimId, 'running');
      if (asked === cut) await agent(cut, 'UserPromptSubmit', { prompt: 'Fix it' });
      await report(asked.id, claimId, asked === cut ? 'failed' : 'completed', { words: 'done on laptop' });
    }
    expect((await session(cut.sessionId)).status).toBe('failed');
    expect((await session(silent.sessionId)).status).toBe('failed');
    const words = 'Its agent ran without a word to Flightdeck: connect it on that machine.';
    expect((await rig.events(silent.sessionId)).items.at(-1)).toMatchObject({ type: 'session.ended', text: words });
    expect(await get(silent.id)).toMatchObject({ status: 'failed', words });
  });

  it('that says nothing for as long as its lease loses it to the next, and hears so', async () => {
    const { id, sessionId } = await ask();
    const claimId = crypto.randomUUID();
    await claim({ claimId });
    await report(id, claimId, 'running');
    await silentFor(limits.workLeaseMs - 1000);
    expect((await get(id)).status).toBe('running');
    await silentFor(limits.workLeaseMs);
    await evictDurableObject(queue());
    expect(await get(id)).toMatchObject({ status: 'queued', words: 'laptop went away over it.', prompt: 'Fix it' });
    expect(await session(sessionId)).toMatchObject({ activity: 'waits for a machine', request: { machine: null } });
    const next = crypto.randomUUID();
    expect((await claim({ claimId: next, machine: 'server' })).request?.id).toBe(id);
    expect((await reporting(id, { claimId, state: 'running' })).status).toBe(409);
    expect(await report(id, next, 'running')).toMatchObject({ order: 'go_on' });
    expect(await actions(sessionId)).toEqual(['requested', 'claimed', 'unclaimed', 'claimed']);
  });

  it('that gives it back leaves it as if it had never had it', async () => {
    const { id } = await ask();
    const claimId = crypto.randomUUID();
    await claim({ claimId });
    expect(await report(id, claimId, 'returned')).toMatchObject({ status: 'queued' });
    expect(await get(id)).toMatchObject({ status: 'queued', claims: 0 });
    expect((await claim()).request?.id).toBe(id);
  });

  it('is somebody’s: another member’s cannot report for it', async () => {
    const { id } = await ask();
    const claimId = crypto.randomUUID();
    await claim({ claimId });
    expect(await queue().report(id, { claimId, state: 'running' }, { userId: 'usr_other', name: 'Bob' })).toBeNull();
    expect((await reporting('req_none', { claimId, state: 'running' })).status).toBe(404);
  });
});

describe('whoever takes a request back', () => {
  it('ends one that waits, with its session, and twice is once', async () => {
    const { id, sessionId } = await ask();
    for (let times = 0; times < 2; times += 1)
      expect(await rig.browser.json<SessionRequest>(`${base}/${id}/cancel`, { method: 'POST' })).toMatchObject({
        status: 'cancelled',
      });
    expect((await session(sessionId)).status).toBe('cancelled');
    expect((await claim()).request).toBeNull();
  });

  it.each(['request', 'session'])('by its %s, where a machine has it, has that machine stop its agent', async (by) => {
    const { id, sessionId } = await ask();
    const claimId = crypto.randomUUID();
    await claim({ claimId });
    await report(id, claimId, 'running');
    const path = by === 'request' ? `${base}/${id}/cancel` : `/api/sessions/${sessionId}/control`;
    await rig.browser.json(path, { body: { action: 'stop' } });
    expect(await get(id)).toMatchObject({ status: 'running', stop: { by: { userId: rig.account.user.id } } });
    await evictDurableObject(queue());
    expect(await report(id, claimId, 'running')).toMatchObject({ order: 'stop' });
    expect(await get(id)).toHaveProperty('stop');
    expect(await report(id, claimId, 'failed')).toMatchObject({ status: 'cancelled' });
    expect(await get(id)).not.toHaveProperty('stop');
    expect((await session(sessionId)).status).toBe('cancelled');
  });
});
