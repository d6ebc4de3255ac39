import { createExecutionContext, evictDurableObject, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { BranchPrompt } from '../../../wire/branch.ts';
import type { Problem } from '../../../wire/error.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import type { CreatedBranch, SessionPage, SessionSummary } from '../../../wire/session.ts';
import type { SessionTree } from '../../../wire/session-tree.ts';
import type { CreatedSnapshot } from '../../../wire/snapshot.ts';
import { app } from '../../../worker/app.ts';
import type { Env } from '../../../worker/env.ts';
import { origin } from '../identity/client.ts';
import { makeArchiveRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
beforeAll(async () => {
  rig = await makeArchiveRig('Branches');
});

/** A session of Claude Code that was asked for something and has answered: four events. */
async function parentOf(externalId: string): Promise<SessionSummary> {
  const hook = (name: string, fields: object = {}) =>
    rig.hook({ session_id: externalId, hook_event_name: name, cwd: '/home/dev/app', ...fields });
  await hook('SessionStart', { source: 'startup' });
  await hook('UserPromptSubmit', { prompt: 'Fix the login race' });
  await hook('MessageDisplay', { message_id: 'm1', index: 0, final: true, delta: 'Shall I take a mutex?' });
  await hook('Stop', { last_assistant_message: 'Shall I take a mutex?' });
  const session = await rig.sessionOf('claude-code', externalId);
  if (!session) throw new Error('It is there.');
  return session;
}

const branch = ({ id }: Pick<SessionSummary, 'id'>, body: object = {}) =>
  rig.browser.json<CreatedBranch>(`/api/sessions/${id}/branches`, { method: 'POST', body });
const tree = (id: string) => rig.browser.json<SessionTree>(`/api/sessions/${id}/tree`);
const get = (id: string) => rig.browser.json<SessionSummary>(`/api/sessions/${id}`);
const snapshot = ({ id }: SessionSummary, body: object = {}) =>
  rig.browser.json<CreatedSnapshot>(`/api/sessions/${id}/snapshots`, { method: 'POST', body: { entries: [], ...body } });

async function refused(id: string, body: object): Promise<Problem & { httpStatus: number }> {
  const response = await rig.browser.call(`/api/sessions/${id}/branches`, { method: 'POST', body });
  expect(response.ok).toBe(false);
  return { ...(await response.json<Problem>()), httpStatus: response.status };
}

describe('a branch', () => {
  it('is a queued session of the same project and agent, with what its agent is told first', async () => {
    const parent = await parentOf('first');
    const { session, prompt } = await branch(parent, { name: 'With a mutex', description: 'Try a mutex.' });
    expect(session).toMatchObject({
      status: 'queued',
      title: 'With a mutex',
      agent: 'claude-code',
      projectId: parent.projectId,
      parentId: parent.id,
      externalId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      activity: 'waits to be started',
      branch: { fromSeq: parent.lastSeq, snapshotId: null, name: 'With a mutex', description: 'Try a mutex.' },
    });
    expect(prompt).toContain('Fix the login race');
    expect(prompt).toContain('It asked: “Shall I take a mutex?”');
    expect(await rig.browser.json<BranchPrompt>(`/api/sessions/${session.id}/branch-prompt`)).toEqual({ prompt });
  });

  it('stands in its own log as its first event, and in its parent’s', async () => {
    const parent = await parentOf('told');
    const { session } = await branch(parent, { seq: 2 });
    const { items: own } = await rig.events(session.id);
    const origin = { fromSeq: 2, snapshotId: null, name: null, description: null, madeAt: expect.any(String) };
    expect(own[0]).toMatchObject({
      seq: 1,
      type: 'control',
      control: { action: 'branched', parentId: parent.id, branch: origin, by: { name: expect.any(String) } },
    });
    const { items: told } = await rig.events(parent.id);
    expect(told.at(-1)).toMatchObject({
      type: 'control',
      control: { action: 'branch_made', childId: session.id, branch: origin },
    });
    expect(await get(parent.id)).toMatchObject({ status: parent.status, activity: parent.activity });
    expect(session.title).toBe('Branch of Fix the login race');
  });

  it('is there after an eviction, and in the list with where it came from', async () => {
    const parent = await parentOf('evicted');
    const { session } = await branch(parent, { name: 'kept' });
    await evictDurableObject(rig.room(session.id));
    expect(await get(session.id)).toMatchObject({ status: 'queued', parentId: parent.id, branch: session.branch });
    const { items } = await rig.browser.json<SessionPage>(`/api/sessions?parent=${parent.id}`);
    expect(items).toMatchObject([{ id: session.id, branch: session.branch }]);
  });

  it('runs once its agent starts under the id that it was given, and its time counts from there', async () => {
    const parent = await parentOf('started');
    const { session } = await branch(parent);
    await rig.hook({ session_id: session.externalId, hook_event_name: 'SessionStart', source: 'startup' });
    await rig.hook({ session_id: session.externalId, hook_event_name: 'UserPromptSubmit', prompt: 'You continue' });
    const running = await get(session.id);
    expect(running).toMatchObject({ status: 'running', parentId: parent.id, title: 'Branch of Fix the login race' });
    expect(Date.parse(running.startedAt)).toBeGreaterThanOrEqual(Date.parse(session.startedAt));
    await evictDurableObject(rig.room(session.id));
    expect(await get(session.id)).toEqual(running);
  });

  it('is cancelled when nobody started it for a week, once', async () => {
    const { session } = await branch(await parentOf('forgotten'));
    await rig.later(session.id, 25);
    expect(await get(session.id)).toMatchObject({ status: 'queued' });
    await rig.later(session.id, 7 * 24 + 1);
    await rig.later(session.id, 7 * 24 + 1);
    expect(await get(session.id)).toMatchObject({ status: 'cancelled' });
    const { items } = await rig.events(session.id);
    expect(items.filter(({ control }) => control?.action === 'timed_out')).toHaveLength(1);
  });

  it('begins with the snapshot that its parent had by then, and never with what was in the way of a restore', async () => {
    const parent = await parentOf('snapshots');
    const early = await snapshot(parent, { seq: 1 });
    const late = await snapshot(parent, { seq: 3 });
    await snapshot(parent, { seq: 4, reason: 'restore' });
    const { lastSeq: fromSeq } = await get(parent.id);
    expect((await branch(parent)).session.branch).toMatchObject({ fromSeq, snapshotId: late.id });
    expect((await branch(parent, { seq: 2 })).session.branch).toMatchObject({ fromSeq: 2, snapshotId: early.id });
    expect((await branch(parent, { snapshotId: early.id })).session.branch).toMatchObject({ fromSeq: 1, snapshotId: early.id });
  });

  it('may begin with the files that its parent began with', async () => {
    const parent = await parentOf('files');
    const kept = await snapshot(parent);
    const { session } = await branch(parent);
    await rig.hook({ session_id: session.externalId, hook_event_name: 'UserPromptSubmit', prompt: 'go' });
    expect((await branch(session)).session.branch).toMatchObject({ fromSeq: expect.any(Number), snapshotId: kept.id });
    expect((await branch(session, { snapshotId: kept.id })).session.branch).toMatchObject({ snapshotId: kept.id });
  });

  it('is made once for each Idempotency-Key', async () => {
    const parent = await parentOf('once');
    const call = () =>
      rig.browser.call(`/api/sessions/${parent.id}/branches`, { body: {}, headers: { 'idempotency-key': 'branch-once' } });
    const [first, second] = [await call(), await call()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await second.json()).toEqual(await first.json());
    expect((await tree(parent.id)).nodes).toHaveLength(2);
  });

  it('takes an archived parent as it takes a live one', async () => {
    const parent = await parentOf('archived');
    const before = await branch(parent, { seq: 4 });
    await rig.later(parent.id, 49);
    await rig.later(parent.id, 98);
    const { objects } = await env.ARCHIVE.list({ prefix: `${rig.place.organizationId}/sessions/${parent.id}/log/` });
    expect(objects.length).toBeGreaterThan(0);
    const after = await branch(parent, { seq: 4 });
    expect(after.prompt).toBe(before.prompt);
  });
});

describe('a branch that cannot be made', () => {
  it('says what is wrong, and leaves nothing behind', async () => {
    const parent = await parentOf('refused');
    const other = await snapshot(await parentOf('another'));
    const { session: waiting } = await branch(parent);
    const { lastSeq } = await get(parent.id);
    expect(await refused(parent.id, { seq: 99 })).toMatchObject({
      httpStatus: 400,
      errors: [{ path: 'seq', message: expect.stringMatching(/^The session has only \d+ events\.$/) }],
    });
    expect(await refused(parent.id, { seq: 0 })).toMatchObject({
      errors: [{ path: 'seq', message: 'Events are numbered from 1.' }],
    });
    expect(await refused(parent.id, { name: ' ' })).toMatchObject({ errors: [{ path: 'name' }] });
    expect(await refused(parent.id, { description: 'x'.repeat(4001) })).toMatchObject({ errors: [{ path: 'description' }] });
    expect(await refused(parent.id, { agent: '../x' })).toMatchObject({ errors: [{ path: 'agent' }] });
    expect(await refused(parent.id, { snapshotId: 'snp_none' })).toMatchObject({ httpStatus: 404 });
    expect(await refused(parent.id, { snapshotId: other.id })).toMatchObject({ errors: [{ path: 'snapshotId' }] });
    expect(await refused('ses_aaaaaaaaaaaaaaaaaaaa', {})).toMatchObject({ httpStatus: 404 });
    expect(await refused(waiting.id, {})).toMatchObject({
      code: 'conflict',
      detail: 'This branch was not started yet: start it, or branch off its parent.',
    });
    expect((await get(parent.id)).lastSeq).toBe(lastSeq);
    expect((await tree(parent.id)).nodes).toHaveLength(2);
  });
});

describe('the tree of a session', () => {
  it('is the same family from each of its members, with what each came to', async () => {
    const root = await parentOf('root');
    const { session: left } = await branch(root, { name: 'left' });
    const { session: right } = await branch(root, { name: 'right' });
    await rig.hook({ session_id: left.externalId, hook_event_name: 'UserPromptSubmit', prompt: 'go' });
    const { session: leaf } = await branch(left, { name: 'leaf' });
    const started = await rig.post('/hooks/events', {
      ...{ agent: 'tester', sessionId: 'started by it', parent: leaf.id },
      events: [
        { type: 'prompt', text: 'go' },
        { type: 'message', text: 'All is done.' },
      ],
    });
    const { sessionId } = await started.json<IngestAnswer>();
    await rig.later(sessionId, 0.01);
    const { nodes, isCut } = await tree(leaf.id);
    expect(isCut).toBe(false);
    expect(nodes.find(({ id }) => id === root.id)).toMatchObject({ parentId: null, outcome: 'Shall I take a mutex?' });
    expect(new Map(nodes.map(({ id, parentId }) => [id, parentId]))).toEqual(
      new Map([
        [root.id, null],
        [left.id, root.id],
        [leaf.id, left.id],
        [sessionId, leaf.id],
        [right.id, root.id],
      ]),
    );
    expect(nodes.find(({ id }) => id === sessionId)).toMatchObject({ outcome: 'All is done.' });
    expect(nodes.find(({ id }) => id === right.id)).toMatchObject({ status: 'queued', branch: { name: 'right' } });
    for (const { id } of nodes) expect((await tree(id)).nodes.map((node) => node.id)).toEqual(nodes.map((node) => node.id));
  });

  it('of a session by itself is that session', async () => {
    const { id } = await parentOf('alone');
    expect(await tree(id)).toMatchObject({ nodes: [{ id, parentId: null }], isCut: false });
  });

  it('forgets a deleted session, and keeps its branches', async () => {
    const root = await parentOf('deleted');
    const { session } = await branch(root);
    expect((await rig.browser.call(`/api/sessions/${root.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await tree(session.id)).nodes).toMatchObject([{ id: session.id, parentId: null }]);
  });
});

describe('a branch whose parent could not be told', () => {
  it('is the same one when the request is made again, and is in its parent’s log once', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const parent = await parentOf('untold');
    const deaf = {
      ...env,
      SESSION_ROOM: new Proxy(env.SESSION_ROOM, {
        get: (on, key) => {
          if (key !== 'getByName') return Reflect.get(on, key);
          return (name: string) => (name.endsWith(parent.id) ? deafTo('note', on.getByName(name)) : on.getByName(name));
        },
      }),
    };
    const { token } = await rig.browser.json<{ token: string }>('/api/api-tokens', { body: { name: 'branches' } });
    const ask = async (bindings: Env, name: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'once' };
      const request = new Request(`${origin}/api/sessions/${parent.id}/branches`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ name }),
      });
      const context = createExecutionContext();
      const response = await app.fetch(request, bindings, context);
      await waitOnExecutionContext(context);
      return response;
    };
    expect((await ask(deaf, 'once')).status).toBe(500);
    logged.mockRestore();
    const { session } = await (await ask(env, 'once')).json<CreatedBranch>();
    expect((await (await ask(env, 'once')).json<CreatedBranch>()).session.id).toBe(session.id);
    const { items } = await rig.events(parent.id);
    const notes = items.filter(({ control }) => control?.action === 'branch_made');
    expect(notes.map(({ control }) => control)).toMatchObject([{ childId: session.id, branch: session.branch }]);
    const page = await rig.browser.json<SessionPage>(`/api/sessions?parent=${parent.id}`);
    expect(page.items.map(({ id }) => id)).toEqual([session.id]);
    // The same key for something else is refused, as everywhere.
    expect((await ask(env, 'twice')).status).toBe(422);
  });
});

/** An object that cannot be asked one thing. */
const deafTo = <T extends object>(method: string, real: T): T =>
  new Proxy(real, {
    get: (on, key) => {
      if (key === method) return () => Promise.reject(new Error('unreachable'));
      const value: unknown = Reflect.get(on, key);
      return typeof value === 'function' ? (...args: unknown[]) => Reflect.apply(value, on, args) : value;
    },
  });
