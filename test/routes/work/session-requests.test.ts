import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionPage, SessionSummary } from '../../../wire/session.ts';
import type { RequestPage, SessionRequest } from '../../../wire/work.ts';
import { SessionRoom } from '../../../worker/rooms/session/session-room.ts';
import { requestSession } from '../../../worker/rooms/work/request-session.ts';
import { makeRig } from '../../rooms/rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Requests');
});
afterEach(() => vi.restoreAllMocks());

const base = '/api/session-requests';
const wish = (over: object = {}) => ({
  projectId: rig.account.project.id,
  agent: 'claude-code',
  prompt: 'Fix the login race\nand write a test.',
  ...over,
});
const ask = (over: object = {}, headers: Record<string, string> = {}) =>
  rig.browser.json<SessionRequest>(base, { body: wish(over), headers });
const get = (id: string) => rig.browser.json<SessionRequest>(`${base}/${id}`);
const session = (id: string) => rig.browser.json<SessionSummary>(`/api/sessions/${id}`);
const queue = () => env.WORK_QUEUE.getByName(rig.account.organization.id);

/** What another part of the Worker asks for: an integration, say. */
const requested = (over: object = {}) =>
  requestSession(env, {
    organizationId: rig.account.organization.id,
    projectId: rig.account.project.id,
    agent: 'claude-code',
    prompt: 'Review it',
    source: { kind: 'github', label: 'acme/web#12', url: 'https://github.com/acme/web/pull/12', integrationId: 'int_1' },
    key: 'github:delivery-1',
    requestedBy: { userId: rig.account.user.id, name: 'Requests' },
    repository: 'github.com/acme/web',
    ref: 'refs/pull/12/head',
    ...over,
  });

async function problem(over: object): Promise<Problem> {
  const response = await rig.browser.call(base, { body: wish(over) });
  expect(response.ok).toBe(false);
  return response.json<Problem>();
}

describe('a request', () => {
  it('is a queued session at once, whose log begins with who asked', async () => {
    const request = await ask();
    expect(request).toMatchObject({
      status: 'queued',
      title: 'Fix the login race',
      prompt: 'Fix the login race\nand write a test.',
      source: { kind: 'web', label: 'Flightdeck' },
      requestedBy: { name: 'Requests' },
      repository: null,
      ref: null,
    });
    const summary = await session(request.sessionId);
    expect(summary).toMatchObject({
      status: 'queued',
      title: 'Fix the login race',
      activity: 'waits for a machine',
      externalId: request.externalId,
      request: { id: request.id, source: { kind: 'web' } },
    });
    const { items } = await rig.events(request.sessionId);
    expect(items).toMatchObject([{ seq: 1, type: 'control', control: { action: 'requested', request: { id: request.id } } }]);
  });

  it('is in the list of sessions, and in its own, the newest first', async () => {
    const one = await ask({ prompt: 'One' });
    const two = await ask({ prompt: 'Two' });
    const { items } = await rig.browser.json<RequestPage>(`${base}?status=queued,claimed&project=${one.projectId}`);
    expect(items.slice(0, 2).map(({ id }) => id)).toEqual([two.id, one.id]);
    const first = await rig.browser.json<RequestPage>(`${base}?limit=1`);
    expect(first.items.map(({ id }) => id)).toEqual([two.id]);
    const second = await rig.browser.json<RequestPage>(`${base}?limit=1&cursor=${first.nextCursor}`);
    expect(second.items.map(({ id }) => id)).toEqual([one.id]);
    expect((await rig.browser.json<RequestPage>(`${base}?status=failed`)).items).toEqual([]);
    const sessions = await rig.browser.json<SessionPage>('/api/sessions?status=queued');
    expect(sessions.items.map(({ id }) => id)).toEqual(expect.arrayContaining([one.sessionId, two.sessionId]));
  });

  it('is nothing to branch off before it has begun', async () => {
    const { sessionId } = await ask({ prompt: 'Not begun' });
    const refused = await rig.browser.call(`/api/sessions/${sessionId}/branches`, { body: {} });
    expect([refused.status, (await refused.json<Problem>()).detail]).toEqual([
      409,
      'This session has not begun yet: wait until a machine has started it.',
    ]);
  });

  it('runs once its agent has begun, wherever that is', async () => {
    const request = await ask({ prompt: 'Begin by hand' });
    await rig.hook({ session_id: request.externalId, hook_event_name: 'SessionStart', source: 'startup', cwd: '/home/dev/web' });
    expect(await session(request.sessionId)).toMatchObject({ status: 'running', request: { id: request.id } });
  });

  it('names a repository as a remote or in short, and is refused with a sentence where it cannot be one', async () => {
    expect(await ask({ repository: 'git@GitHub.com:acme/web.git', ref: 'main' })).toMatchObject({
      repository: 'github.com/acme/web',
      ref: 'main',
    });
    expect(await ask({ repository: 'github.com/acme/web' })).toMatchObject({ repository: 'github.com/acme/web' });
    expect((await problem({ repository: '/home/dev/web' })).errors).toEqual([
      { path: 'repository', message: 'Give a git remote, or host/owner/name, e.g. github.com/acme/web.' },
    ]);
    expect((await problem({ prompt: ' ' })).errors).toEqual([{ path: 'prompt', message: 'Give the agent something to do.' }]);
    expect((await problem({ ref: 'main\n--force' })).errors?.[0]?.path).toBe('ref');
    expect((await problem({ projectId: 'prj_none' })).code).toBe('not_found');
    expect((await rig.browser.call(`${base}?status=idle`)).status).toBe(400);
    expect((await rig.browser.call(`${base}/req_none`)).status).toBe(404);
  });

  it('shows no secret in its title, and keeps its prompt as its agent needs it', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const request = await ask({ prompt: `Use ${token}` });
    expect(request.title).not.toContain(token);
    expect(request.prompt).toBe(`Use ${token}`);
    expect((await session(request.sessionId)).title).not.toContain(token);
  });
});

describe('a key', () => {
  it('asks for one session, however often it comes, at once and after an eviction', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => requested()));
    await evictDurableObject(queue());
    answers.push(await requested({ prompt: 'Something else' }));
    expect(new Set(answers.map((answer) => answer.ok && answer.request.sessionId)).size).toBe(1);
    expect(answers.filter((answer) => answer.ok && answer.isNew)).toHaveLength(1);
    const [first] = answers;
    if (!first?.ok) throw new Error('It was asked for.');
    const { items } = await rig.events(first.request.sessionId);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ control: { request: { source: { url: 'https://github.com/acme/web/pull/12' } } } });
  });

  it('of the API is its caller’s Idempotency-Key', async () => {
    const [one, two] = [await ask({}, { 'idempotency-key': 'k1' }), await ask({}, { 'idempotency-key': 'k1' })];
    expect(two).toEqual(one);
    expect((await ask({}, { 'idempotency-key': 'k2' })).id).not.toBe(one.id);
  });
});

describe('the queue', () => {
  it('makes a session later whose room could not be reached, once, though the alarm runs twice', async () => {
    const unreachable = vi.spyOn(SessionRoom.prototype, 'enqueue').mockRejectedValue(new Error('unreachable'));
    const made = await requested({ key: 'later' });
    if (!made.ok) throw new Error(made.message);
    expect(await runInDurableObject(queue(), (_, { storage }) => storage.getAlarm())).not.toBeNull();
    expect((await rig.browser.call(`/api/sessions/${made.request.sessionId}`)).status).toBe(404);
    unreachable.mockRestore();
    await evictDurableObject(queue());
    await runDurableObjectAlarm(queue());
    await runDurableObjectAlarm(queue());
    expect(await session(made.request.sessionId)).toMatchObject({ status: 'queued' });
    expect((await rig.events(made.request.sessionId)).items).toHaveLength(1);
  });

  it('gives up what nobody started for a week', async () => {
    const made = await requested({ key: 'forgotten' });
    if (!made.ok) throw new Error(made.message);
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 8 * 24 * 3600_000);
    await runDurableObjectAlarm(queue());
    await runDurableObjectAlarm(queue());
    vi.restoreAllMocks();
    expect(await get(made.request.id)).toMatchObject({ status: 'cancelled', prompt: '' });
  });

  it('writes nothing for an organization that has asked for nothing', async () => {
    const { browser, account } = await makeRig('Nothing requested');
    expect(await browser.json<RequestPage>(base)).toEqual({ items: [], nextCursor: null });
    const tables = await runInDurableObject(env.WORK_QUEUE.getByName(account.organization.id), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it('takes no more than its limit, and says what to do', async () => {
    const { account } = await makeRig('Full');
    const ofFull = (key: string) => requested({ key, organizationId: account.organization.id });
    await ofFull('0');
    await runInDurableObject(env.WORK_QUEUE.getByName(account.organization.id), (_, { storage: { sql } }) => {
      for (let at = 1; at < limits.maxOpenRequests; at += 1)
        sql.exec(
          'INSERT INTO request (id, status, project, created_at, is_told, agent, entry) SELECT ?, status, project, created_at, 1, agent, entry FROM request WHERE seq = 1',
          `copy${at}`,
        );
    });
    expect(await ofFull('one more')).toMatchObject({ ok: false, code: 'quota_exceeded' });
    expect(await ofFull('0')).toMatchObject({ ok: true, isNew: false });
  });
});
