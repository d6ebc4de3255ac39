import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { ownerOf } from '../../worker/routes/ingest/owner.ts';
import basic from '../fixtures/agents/claude-code/_sequence.basic.json';
import denied from '../fixtures/agents/claude-code/_sequence.perm.json';
import subagent from '../fixtures/agents/claude-code/_sequence.subagent.json';
import { makeRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Ingest');
});

/** Posts a recorded session and answers what we then know of it. */
async function play(recording: { body: object }[], sessionId: string) {
  for (const { body } of recording) expect(await rig.hook({ ...body, session_id: sessionId })).toEqual({});
  const id = await computed(sessionId);
  return { id, events: (await rig.events(id)).items, session: await rig.browser.json<SessionSummary>(`/api/sessions/${id}`) };
}

async function computed(externalId: string): Promise<string> {
  const text = [rig.account.organization.id, 'claude-code', externalId].map((part) => `${part.length}:${part}`).join('');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const chars = bits
    .match(/.{5}/g)
    ?.slice(0, 20)
    .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)]);
  return `ses_${chars?.join('')}`;
}

describe('a recorded session of Claude Code', () => {
  it('becomes one session whose events are its hooks, numbered in order', async () => {
    const { events, session } = await play(basic, 'basic');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ type }) => type)).toEqual([
      'other',
      'session.started',
      'prompt',
      'message',
      'tool.started',
      'tool.finished',
      'other',
      'message',
      'turn.finished',
      'session.ended',
    ]);
    expect(session).toMatchObject({
      status: 'completed',
      title: 'say hi',
      agent: 'claude-code',
      toolCallCount: 1,
      errorCount: 0,
      lastSeq: 10,
    });
  });

  it('tells of a denied call once, though only a batch hook mentions its end', async () => {
    const { events, session } = await play(denied, 'denied');
    const failed = events.filter(({ type }) => type === 'tool.failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ tool: 'Write', ok: false });
    expect(session).toMatchObject({ toolCallCount: 1, errorCount: 1, status: 'completed' });
  });

  it('keeps a subagent under the call that started it', async () => {
    const { events } = await play(subagent, 'subagent');
    const call = events.find(({ type, tool }) => type === 'tool.started' && tool === 'Agent');
    const started = events.find(({ type }) => type === 'subagent.started');
    expect(started?.parentToolUseId).toBe(call?.toolUseId);
    const inside = events.filter(({ subagentId }) => subagentId === started?.subagentId);
    expect(inside.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['tool.started', 'tool.finished', 'subagent.finished']),
    );
  });
});

describe('a batch', () => {
  const steps = (...numbers: number[]) => numbers.map((n) => ({ n, type: 'message', text: `step ${n}` }));
  const answer = async (response: Response) => response.json<IngestAnswer>();

  it('is stored once, however often and in whatever order it is sent', async () => {
    const first = await answer(await rig.batch('once', steps(2, 1, 3), 'a'));
    expect(first).toMatchObject({ accepted: 3, duplicates: 0, lastSeq: 3, verdict: { type: 'allow' } });
    expect(await answer(await rig.batch('once', steps(3, 4, 1), 'a'))).toMatchObject({ accepted: 1, duplicates: 2, lastSeq: 4 });
    const { items } = await rig.events(first.sessionId);
    expect(items.map(({ text }) => text)).toEqual(['step 2', 'step 1', 'step 3', 'step 4']);
  });

  it('is known after an eviction, too, by number and by id', async () => {
    const { sessionId } = await answer(await rig.batch('evicted', steps(1, 3), 'a'));
    await rig.batch('evicted', [{ id: 'x', type: 'message' }]);
    await evictDurableObject(rig.room(sessionId));
    expect(await answer(await rig.batch('evicted', steps(1, 2, 3), 'a'))).toMatchObject({
      accepted: 1,
      duplicates: 2,
      lastSeq: 4,
    });
    expect(await answer(await rig.batch('evicted', [{ id: 'x', type: 'message' }]))).toMatchObject({
      accepted: 0,
      duplicates: 1,
      lastSeq: 4,
    });
  });

  it('is refused whole, with the mark, when its numbers run too far ahead', async () => {
    await rig.batch('gap', steps(1), 'a');
    const far = Array.from({ length: 500 }, (_, index) => index + 3);
    await rig.batch('gap', steps(...far), 'a');
    await rig.batch('gap', steps(...far.map((n) => n + 500)), 'a');
    const response = await rig.batch('gap', steps(...far.map((n) => n + 1000)), 'a');
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'stream_gap', mark: 1 });
  });

  it('may leave out the figures that its agent does not know, and need not say twice that a call failed', async () => {
    const { sessionId } = await answer(
      await rig.batch('partial', [
        { type: 'usage', usage: { input: 1000, output: 500 }, costMicroUsd: 12_345 },
        { type: 'usage', costMicroUsd: 5 },
        { type: 'tool.failed', tool: 'Bash', toolUseId: 't1' },
      ]),
    );
    const session = await rig.browser.json<SessionSummary>(`/api/sessions/${sessionId}`);
    expect(session).toMatchObject({ costMicroUsd: 12_350, tokens: { input: 1000, output: 500, cacheRead: 0 }, errorCount: 1 });
  });

  it('keeps repeats that nothing identifies, because agents repeat themselves', async () => {
    const event = { type: 'message', text: 'again' };
    expect(await answer(await rig.batch('repeats', [event, event]))).toMatchObject({ accepted: 2, lastSeq: 2 });
  });

  it('names the fields that are wrong and stores nothing of itself', async () => {
    const response = await rig.batch('wrong', [{ type: 'message' }, { text: 'no type' }]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid', errors: [{ path: 'events.1.type' }] });
    expect((await rig.browser.call(`/api/sessions/${await computed('wrong')}`)).status).toBe(404);
  });
});

describe('an event larger than a row of the platform', () => {
  it('survives whole, through an eviction', async () => {
    const output = '🛰️ telemetry '.repeat(400_000);
    const response = await rig.post('/hooks/events', {
      agent: 'tester',
      sessionId: 'large',
      events: [{ type: 'tool.finished', tool: 'Read', output }],
    });
    const { sessionId } = await response.json<IngestAnswer>();
    await evictDurableObject(rig.room(sessionId));
    const { items } = await rig.events(sessionId);
    expect(items).toHaveLength(1);
    expect(items[0]?.output === output).toBe(true);
  });
});

describe('a hook that cannot be read', () => {
  it.each([
    ['no JSON', '{', 400, 'bad_json', undefined],
    ['no session', { hook_event_name: 'Stop' }, 400, 'invalid', 'session_id'],
    ['no name', { session_id: 'x' }, 400, 'invalid', 'hook_event_name'],
    ['a list', [], 400, 'invalid', 'body'],
  ])('is refused with a code and the path: %s', async (_, body, status, code, path) => {
    const response = await rig.post('/hooks/claude-code', body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, ...(path && { errors: [{ path }] }) });
  });

  it('is answered 200 and counted when it is too large', async () => {
    const body = JSON.stringify({ session_id: 'huge', hook_event_name: 'PreToolUse', tool_input: 'x'.repeat(17 * 1024 * 1024) });
    const response = await rig.post('/hooks/claude-code', body);
    expect([response.status, await response.json()]).toEqual([200, {}]);
    const session = await rig.browser.json<SessionSummary>(`/api/sessions/${await computed('huge')}`);
    expect(session).toMatchObject({ refusedCount: 1, eventCount: 0 });
  });

  it('is counted once where the room’s answer was lost and the call comes again, to an evicted room too', async () => {
    const { organization, project, user } = rig.account;
    const actor = { tokenId: 'tok', organizationId: organization.id, projectId: project.id, userId: user.id };
    const owner = ownerOf(actor, 'claude-code', 'refused');
    const room = rig.room(owner.sessionId);
    await room.refuse({ owner, postId: 'one' });
    await evictDurableObject(room);
    await room.refuse({ owner, postId: 'one' });
    expect(await room.summary()).toMatchObject({ refusedCount: 1, recentHooks: [{ refused: 1 }] });
    await room.refuse({ owner, postId: 'two' });
    await room.refuse({ owner, postId: 'two' });
    await rig.later(owner.sessionId, 0.01);
    expect(await room.summary()).toMatchObject({ refusedCount: 2 });
  });

  it('is kept whole as `other` when its name or a field is strange', async () => {
    await rig.hook({ session_id: 'strange', hook_event_name: 'SomethingNew', detail: { deep: [1] } });
    await rig.hook({ session_id: 'strange', hook_event_name: 'PreToolUse', tool_name: 7 });
    const { items } = await rig.events(await computed('strange'));
    expect(items.map(({ type }) => type)).toEqual(['other', 'other']);
    expect(items[0]?.data).toMatchObject({ detail: { deep: [1] } });
  });
});
