import {
  createExecutionContext,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApprovalList } from '../../wire/approval.ts';
import type { ApprovalAnswer, HookBatchAnswer, IngestAnswer } from '../../wire/ingest.ts';
import { limits } from '../../wire/limits.ts';
import type { Rule } from '../../wire/rule.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { app } from '../../worker/app.ts';
import type { Env } from '../../worker/env.ts';
import { waitRequest } from '../../worker/rooms/session/waiters.ts';
import { settled, held as waitFor } from '../../worker/routes/ingest/held.ts';
import { makeRig, origin } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Approvals');
});

const rule = (body: object) => rig.browser.json<Rule>('/api/rules', { method: 'POST', body: { name: 'ask first', ...body } });

const lost = () => Promise.reject(new Error('the network is gone'));

/** A hook of Claude Code whose settings give it five minutes; answered when it is. */
const hook = async (session: string, name: string, fields: object = {}): Promise<object> => {
  const body = { session_id: session, hook_event_name: name, ...fields };
  const response = await rig.post('/hooks/claude-code', body, { 'x-flightdeck-timeout': '300' });
  expect(response.status).toBe(200);
  return response.json();
};
const call = (session: string, tool: string, id: string, input: object = { command: 'npm publish' }) =>
  hook(session, 'PreToolUse', { tool_name: tool, tool_use_id: id, tool_input: input });

/** The session once a call of it waits. */
const waiting = (session: string): Promise<SessionSummary> =>
  vi.waitUntil(async () => {
    const summary = await rig.sessionOf('claude-code', session);
    return summary?.approvals?.length ? summary : null;
  });

/** Its room once a Worker holds the hook, so that what comes next finds it waiting. */
async function held(session: string): Promise<SessionSummary> {
  const summary = await waiting(session);
  await evictDurableObject(rig.room(summary.id));
  return summary;
}

const decide = (summary: SessionSummary, body: object) =>
  rig.browser.json<SessionSummary>(`/api/sessions/${summary.id}/approvals/${summary.approvals?.[0]?.id}`, {
    method: 'POST',
    body,
  });

const permission = (decision: string, reason: unknown) => ({
  hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: decision, permissionDecisionReason: reason },
});

describe('a call that a rule asks about', () => {
  it('waits in a room that is evicted meanwhile, is listed, and runs once a person allowed it', async () => {
    await rule({ tool: 'Publish', name: 'publishing' });
    const answer = call('allowed', 'Publish', 't1');
    const summary = await held('allowed');
    expect(summary).toMatchObject({ status: 'waiting', activity: 'asks you: npm publish' });
    expect(summary.approvals).toMatchObject([
      { tool: 'Publish', words: 'npm publish', reason: 'Rule “publishing” asks a person first.', unanswered: 'deny' },
    ]);
    const { items } = await rig.browser.json<ApprovalList>('/api/approvals');
    expect(items).toMatchObject([{ sessionId: summary.id, agent: 'claude-code', words: 'npm publish' }]);
    const decided = await decide(summary, { decision: 'allow' });
    expect(decided).toMatchObject({ status: 'running' });
    expect(decided.approvals).toBeUndefined();
    expect(await answer).toEqual(permission('allow', expect.stringContaining('Allowed by')));
    expect((await rig.browser.json<ApprovalList>('/api/approvals')).items).toEqual([]);
    const { items: events } = await rig.events(summary.id);
    expect(events.at(-1)).toMatchObject({
      type: 'control',
      control: { action: 'approval_allowed', scope: 'once', by: { name: expect.any(String) } },
    });
  });

  it('gives the agent the note when it is denied, and is denied again when it is asked again', async () => {
    await rule({ tool: 'Drop' });
    const answer = call('denied', 'Drop', 't1');
    const summary = await held('denied');
    await decide(summary, { decision: 'deny', note: 'not on a Friday' });
    expect(await answer).toEqual(permission('deny', expect.stringContaining('not on a Friday')));
    expect(await call('denied', 'Drop', 't1')).toEqual(permission('deny', expect.stringContaining('not on a Friday')));
    const { items } = await rig.events(summary.id);
    expect(items.filter(({ type }) => type === 'tool.started')).toHaveLength(1);
    expect(items.at(-2)).toMatchObject({ control: { action: 'approval_denied', note: 'not on a Friday' } });
    expect(items.at(-1)).toMatchObject({ type: 'tool.failed', toolUseId: 't1', ok: false });
  });

  it('allowed for the session lets later calls of the same tool and rule through, and asks about others', async () => {
    await rule({ tool: 'Deploy*' });
    const answer = call('scoped', 'DeployWeb', 't1');
    await decide(await held('scoped'), { decision: 'allow', scope: 'session' });
    await answer;
    expect(await call('scoped', 'DeployWeb', 't2')).toEqual({});
    const other = call('scoped', 'DeployApi', 't3');
    await decide(await held('scoped'), { decision: 'deny' });
    expect(await other).toMatchObject(permission('deny', expect.any(String)));
  });

  it('is answered by its rule when nobody does, however often the alarm runs', async () => {
    await rule({ tool: 'Slow', waitSeconds: 60 });
    const answer = call('unanswered', 'Slow', 't1');
    const summary = await held('unanswered');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await runDurableObjectAlarm(rig.room(summary.id));
    await runDurableObjectAlarm(rig.room(summary.id));
    vi.useRealTimers();
    expect(await answer).toEqual(permission('deny', expect.stringContaining('Nobody answered within 60 seconds')));
    const { items } = await rig.events(summary.id);
    expect(items.filter(({ control }) => control?.action === 'approval_expired')).toHaveLength(1);
  });

  it('may run when nobody answers, where its rule says so, and leaves the terminal’s own question alone', async () => {
    await rule({ tool: 'Lenient', unanswered: 'allow', waitSeconds: 60 });
    const answer = call('lenient', 'Lenient', 't1');
    const summary = await held('lenient');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await runDurableObjectAlarm(rig.room(summary.id));
    vi.useRealTimers();
    expect(await answer).toEqual({});
  });

  it('stops instead when somebody pauses the session, and its card goes', async () => {
    await rule({ tool: 'Paused' });
    const answer = call('paused', 'Paused', 't1');
    const summary = await held('paused');
    const after = await rig.browser.json<SessionSummary>(`/api/sessions/${summary.id}/control`, {
      method: 'POST',
      body: { action: 'pause' },
    });
    expect(after).toMatchObject({ status: 'paused' });
    expect(after.approvals).toBeUndefined();
    expect(await answer).toMatchObject({ continue: false });
    const conflict = await rig.browser.call(`/api/sessions/${summary.id}/approvals/${summary.approvals?.[0]?.id}`, {
      method: 'POST',
      body: { decision: 'allow' },
    });
    expect(conflict.status).toBe(409);
  });

  it('decided twice the same way is decided once; the other way is a conflict that says who was first', async () => {
    await rule({ tool: 'Twice' });
    const answer = call('twice', 'Twice', 't1');
    const summary = await held('twice');
    await decide(summary, { decision: 'allow' });
    await answer;
    await decide(summary, { decision: 'allow' });
    const other = await rig.browser.call(`/api/sessions/${summary.id}/approvals/${summary.approvals?.[0]?.id}`, {
      method: 'POST',
      body: { decision: 'deny' },
    });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'conflict', detail: expect.stringContaining('Allowed by') });
    const unknown = await rig.browser.call(`/api/sessions/${summary.id}/approvals/apr_999`, {
      method: 'POST',
      body: { decision: 'deny' },
    });
    expect(unknown.status).toBe(404);
  });

  it('is deferred for a headless Claude Code, and the answer is kept until it asks again', async () => {
    await rule({ tool: 'Later', unanswered: 'defer', waitSeconds: 60 });
    const answer = call('deferred', 'Later', 't1');
    const summary = await held('deferred');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    await runDurableObjectAlarm(rig.room(summary.id));
    vi.useRealTimers();
    expect(await answer).toEqual(permission('defer', expect.any(String)));
    await hook('deferred', 'SessionEnd', { reason: 'other' });
    const left = await waiting('deferred');
    expect(left).toMatchObject({ status: 'waiting', endedAt: expect.any(String), approvals: [{ deferred: true }] });
    await evictDurableObject(rig.room(summary.id));
    await decide(left, { decision: 'allow' });
    await hook('deferred', 'UserPromptSubmit', { prompt: 'go on' });
    expect(await call('deferred', 'Later', 't1')).toEqual(permission('allow', expect.stringContaining('Allowed by')));
  });

  it('is refused when its session is deleted meanwhile', async () => {
    await rule({ tool: 'Deleted' });
    const answer = call('deleted', 'Deleted', 't1');
    const summary = await held('deleted');
    expect((await rig.browser.call(`/api/sessions/${summary.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await answer).toEqual(permission('deny', expect.stringContaining('was deleted')));
  });

  it('runs unasked by no failure: a connection that breaks is made again, a room out of reach is a refusal', async () => {
    await rule({ tool: 'Broken' });
    const posted = await rig.batch('broken', [{ type: 'tool.started', tool: 'Broken', toolUseId: 't1' }]);
    const { sessionId, verdict } = await posted.json<IngestAnswer>();
    const where = { organizationId: rig.account.organization.id, sessionId };
    const unreachable = { getByName: () => ({ fetch: lost, verdictOn: lost }) };
    const broken = { ...env, SESSION_ROOM: unreachable as unknown as typeof env.SESSION_ROOM };
    expect(settled(verdict, await waitFor(broken, where, verdict, Date.now() + 700))).toMatchObject({ type: 'deny' });
    let failures = 1;
    const once = (name: string) => (failures-- > 0 ? unreachable.getByName() : env.SESSION_ROOM.getByName(name));
    const flaky = { ...env, SESSION_ROOM: { getByName: once } as unknown as typeof env.SESSION_ROOM };
    const answer = waitFor(flaky, where, verdict, Date.now() + 20_000);
    await rig.browser.json(`/api/sessions/${sessionId}/approvals/apr_1`, { method: 'POST', body: { decision: 'allow' } });
    expect(await answer).toMatchObject({ type: 'allow' });
  });

  it('of an agent without a dialect is polled for', async () => {
    await rule({ tool: 'Polled' });
    const posted = await rig.batch('polled', [{ type: 'tool.started', tool: 'Polled', toolUseId: 't1' }]);
    const { sessionId, verdict } = await posted.json<IngestAnswer>();
    if (verdict.type !== 'ask') throw new Error(verdict.type);
    const poll = async (wait = 0) => {
      const response = await ask(`/hooks/events/approvals/${sessionId}/${verdict.approvalId}?wait=${wait}`);
      return response.json<ApprovalAnswer>();
    };
    expect(await poll()).toMatchObject({ verdict: { type: 'ask' }, pending: { approvalId: verdict.approvalId } });
    const answer = poll(20);
    await rig.browser.json(`/api/sessions/${sessionId}/approvals/${verdict.approvalId}`, {
      method: 'POST',
      body: { decision: 'deny', note: 'no' },
    });
    expect(await answer).toEqual({ verdict: { type: 'deny', reason: expect.stringContaining('no') } });
  });

  it('that is polled in slices leaves no socket behind, at its room or here', async () => {
    const { where, verdict } = await asking('Sliced');
    const room = rig.room(where.sessionId);
    const sockets = () => runInDurableObject(room, (_, state) => state.getWebSockets().length);
    for (const _ of [1, 2, 3]) {
      expect(await waitFor(env, where, verdict, Date.now() + 50)).toMatchObject({ type: 'ask' });
      await vi.waitUntil(async () => (await sockets()) === 0);
    }
  });

  it('is held in as many hooks as is documented: the next is refused in clear words, and a poll is told when to come again', async () => {
    const { where, verdict, approvalId } = await asking('Crowd');
    const held = Array.from({ length: limits.maxWaitingHooks }, () => rig.room(where.sessionId).fetch(waitRequest(approvalId)));
    const statuses = await Promise.all(held.map(async (response) => (await response).status));
    expect(new Set(statuses)).toEqual(new Set([101]));
    await evictDurableObject(rig.room(where.sessionId));
    const answer = settled(verdict, await waitFor(env, where, verdict, Date.now() + 5000));
    expect(answer).toMatchObject({
      type: 'deny',
      reason: expect.stringMatching(/128 hooks of this session wait .* already; try/),
    });
    const polled = await ask(`/hooks/events/approvals/${where.sessionId}/${approvalId}?wait=5`);
    expect([polled.status, polled.headers.get('retry-after')]).toEqual([429, '10']);
    // Whoever only looks is told as ever.
    expect((await ask(`/hooks/events/approvals/${where.sessionId}/${approvalId}`)).status).toBe(200);
  });

  it('may be polled as often as is documented, then the answer says when again', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const { where, approvalId } = await asking('Often');
    const room = rig.room(where.sessionId);
    const polls = await Promise.all(Array.from({ length: limits.approvalPollBurst + 5 }, () => room.poll(approvalId)));
    vi.useRealTimers();
    expect(polls.filter((polled) => polled?.ok)).toHaveLength(limits.approvalPollBurst);
    expect(polls.at(-1)).toEqual({ ok: false, retryAfterMs: 100 });
  });
});

/** A question of a client without a dialect, waiting. */
async function asking(tool: string) {
  await rule({ tool });
  const posted = await rig.batch(tool, [{ type: 'tool.started', tool, toolUseId: 't1' }]);
  const { sessionId, verdict } = await posted.json<IngestAnswer>();
  if (verdict.type !== 'ask' || verdict.approvalId === undefined) throw new Error(verdict.type);
  return { where: { organizationId: rig.account.organization.id, sessionId }, verdict, approvalId: verdict.approvalId };
}

describe('a client that keeps hooks', () => {
  it.each([
    ['deny', permission('deny', expect.stringContaining('could not be reached any more, so it is refused'))],
    ['allow', {}],
    ['terminal', permission('ask', expect.stringContaining('so its own person decides'))],
  ] as const)('is told with a question what to say if we stay away: %s', async (unanswered, otherwise) => {
    await rule({ tool: `Kept${unanswered}`, unanswered });
    const names = { session_id: `kept-${unanswered}`, hook_event_name: 'PreToolUse', tool_name: `Kept${unanswered}` };
    const asked = { ...names, tool_use_id: 't1', tool_input: {} };
    const posted = await rig.post('/hooks/claude-code/batch', { stream: 's', events: [{ n: 1, hook: asked }] });
    expect(await posted.json<HookBatchAnswer>()).toMatchObject({ pending: { approvalId: 'apr_1', otherwise } });
  });
});

const ask = (path: string) => exports.default.fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${rig.token}` } });

describe('a rule', () => {
  it('that refuses says which it is; one that warns lets the call run and notes it', async () => {
    await rule({ name: 'no secrets', path: '*.env', action: 'deny' });
    await rule({ name: 'look here', command: 'git push*', action: 'warn' });
    const write = { file_path: '/repo/.env', content: 'x' };
    expect(await call('ruled', 'Write', 't1', write)).toEqual(permission('deny', expect.stringContaining('no secrets')));
    expect(await call('ruled', 'Bash', 't2', { command: 'npm test && git push origin main' })).toEqual({});
    const summary = await rig.sessionOf('claude-code', 'ruled');
    const { items } = await rig.events(summary?.id ?? '');
    expect(items.find(({ toolUseId }) => toolUseId === 't1')).toMatchObject({ refused: { because: 'rule' } });
    expect(items.find(({ toolUseId }) => toolUseId === 't2')).toMatchObject({ warned: [{ reason: 'Rule “look here” warns.' }] });
  });

  it('about the agent’s own questions answers them from here', async () => {
    await rule({ name: 'from here', tool: 'Fetch', on: 'permission', unanswered: 'terminal' });
    expect(await call('permission', 'Fetch', 't1')).toEqual({});
    const answer = hook('permission', 'PermissionRequest', { tool_name: 'Fetch', tool_input: {} });
    await decide(await held('permission'), { decision: 'allow' });
    expect(await answer).toEqual({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } } });
  });

  it('that could match nothing, or everything by accident, is refused with the field', async () => {
    const refused = async (body: object) => {
      const response = await rig.browser.call('/api/rules', { method: 'POST', body: { name: 'wrong', ...body } });
      expect(response.status).toBe(400);
      return (await response.json<{ errors: { path: string; message: string }[] }>()).errors;
    };
    expect(await refused({})).toMatchObject([{ path: 'tool', message: expect.stringContaining('match every call') }]);
    expect(await refused({ tool: 'Read', command: 'rm *' })).toMatchObject([{ path: 'command' }]);
    expect(await refused({ tool: 'Bash', path: '*.env' })).toMatchObject([{ path: 'path' }]);
    expect(await refused({ tool: '' })).toMatchObject([{ path: 'tool' }]);
    expect(await refused({ tool: 'Bash', aboveMicroUsd: -1 })).toMatchObject([{ path: 'aboveMicroUsd' }]);
    expect(await refused({ tool: 'Bash', projectId: 'prj_nobody' })).toMatchObject([{ path: 'projectId' }]);
    const tried = await rig.browser.json('/api/rules/try', {
      method: 'POST',
      body: { rule: { command: 'rm -rf *' }, tool: 'Bash', input: { command: 'ls' } },
    });
    expect(tried).toEqual({ matches: false, why: 'no part of the command is like rm -rf *' });
  });
});

describe('a session whose first event is a call', () => {
  it('is judged by the policy that nobody had asked for before', async () => {
    const { id } = await rig.browser.json<{ id: string }>('/api/budgets', {
      method: 'POST',
      body: { scope: 'organization', window: 'lifetime', limit: 0 },
    });
    expect(await call('first', 'Bash', 't1', { command: 'ls' })).toMatchObject({
      continue: false,
      stopReason: expect.stringContaining('budget'),
    });
    await env.BUDGET_LEDGER.getByName(rig.account.organization.id).remove(id);
  });
});

describe('a budget that asks', () => {
  it('lets a call cross it once a person said so', async () => {
    const { id } = await rig.browser.json<{ id: string }>('/api/budgets', {
      method: 'POST',
      body: { scope: 'organization', window: 'lifetime', limit: 0, action: 'ask' },
    });
    const answer = call('crossing', 'Bash', 't1', { command: 'ls' });
    const summary = await held('crossing');
    expect(summary.approvals).toMatchObject([{ budgetId: id, reason: expect.stringContaining('is spent') }]);
    await decide(summary, { decision: 'allow' });
    expect(await answer).toEqual(permission('allow', expect.stringContaining('Allowed by')));
    await env.BUDGET_LEDGER.getByName(rig.account.organization.id).remove(id);
  });
});

describe('a message to the agent', () => {
  it('is read at its next hook that can carry one, once, also by an evicted room', async () => {
    await hook('messaged', 'UserPromptSubmit', { prompt: 'work' });
    const summary = await rig.sessionOf('claude-code', 'messaged');
    if (!summary) throw new Error('no session');
    const sent = await rig.browser.json<SessionSummary>(`/api/sessions/${summary.id}/messages`, {
      method: 'POST',
      body: { text: 'mind the tests' },
    });
    expect(sent.unreadMessages).toBe(1);
    await evictDurableObject(rig.room(summary.id));
    expect(await call('messaged', 'Bash', 't1', { command: 'ls' })).toEqual({});
    const ended = { tool_name: 'Bash', tool_use_id: 't1', tool_input: {}, tool_response: {} };
    const read = await hook('messaged', 'PostToolUse', ended);
    expect(read).toEqual({
      hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: expect.stringContaining('mind the tests') },
    });
    expect(await hook('messaged', 'PostToolUse', { ...ended, tool_use_id: 't2' })).toEqual({});
    const { items } = await rig.events(summary.id);
    expect(items.find(({ delivered }) => delivered)).toMatchObject({ hook: 'PostToolUse', delivered: [expect.any(Number)] });
  });

  it('makes an agent that would stop go on, and waits for no agent that has left', async () => {
    await hook('stopping', 'UserPromptSubmit', { prompt: 'work' });
    const summary = await rig.sessionOf('claude-code', 'stopping');
    const path = `/api/sessions/${summary?.id}/messages`;
    await rig.browser.json(path, { method: 'POST', body: { text: 'one thing more' } });
    expect(await hook('stopping', 'Stop', {})).toEqual({ decision: 'block', reason: expect.stringContaining('one thing more') });
    await hook('stopping', 'SessionEnd', { reason: 'other' });
    expect((await rig.browser.call(path, { method: 'POST', body: { text: 'too late' } })).status).toBe(409);
  });

  it('is one message, however often the call to its room or the request under a key is repeated, also at an evicted room', async () => {
    await hook('once', 'UserPromptSubmit', { prompt: 'work' });
    const summary = await rig.sessionOf('claude-code', 'once');
    if (!summary) throw new Error('no session');
    const path = `/api/sessions/${summary.id}/messages`;
    const { token } = await rig.browser.json<{ token: string }>('/api/api-tokens', { method: 'POST', body: { name: 'cli' } });
    const write = async (text: string, key?: string, bindings: Env = env) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const named = key === undefined ? headers : { ...headers, 'idempotency-key': key };
      const request = new Request(`${origin}${path}`, { method: 'POST', headers: named, body: JSON.stringify({ text }) });
      const context = createExecutionContext();
      const response = await app.fetch(request, bindings, context);
      await waitOnExecutionContext(context);
      expect(response.status).toBe(201);
      return (await response.json<SessionSummary>()).unreadMessages;
    };
    let losses = 1;
    /** The room does what it is asked, and its answer is lost. */
    const lossy = (name: string) => {
      const room = env.SESSION_ROOM.getByName(name);
      const write: typeof room.write = (async (...all: Parameters<typeof room.write>) => {
        const answer = await room.write(...all);
        if (losses-- > 0) throw Object.assign(new Error('the connection was lost'), { retryable: true });
        return answer;
      }) as typeof room.write;
      return { write };
    };
    const bindings = { ...env, SESSION_ROOM: { getByName: lossy } as unknown as typeof env.SESSION_ROOM };
    expect(await write('mind the tests', undefined, bindings)).toBe(1);
    expect(await write('mind the tests')).toBe(2);
    expect(await write('and the docs', 'k1')).toBe(3);
    await evictDurableObject(rig.room(summary.id));
    expect(await write('and the docs', 'k1')).toBe(3);
    // Nothing that somebody wrote is lost because a key was used again.
    expect(await write('and the README', 'k1')).toBe(4);
  });
});
