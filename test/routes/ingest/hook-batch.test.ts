import { beforeAll, describe, expect, it } from 'vitest';
import type { HookBatchAnswer } from '../../../wire/ingest.ts';
import { makeRig } from '../../rooms/rig.ts';
import { refusal } from '../identity/client.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('spool');
});

const base = (session: string, name: string) => ({ session_id: session, hook_event_name: name });
const message = (session: string, index: number) => ({ ...base(session, 'MessageDisplay'), delta: `message ${index}` });
const call = (session: string, id: string) => ({
  ...base(session, 'PreToolUse'),
  tool_name: 'Bash',
  tool_use_id: id,
  tool_input: { command: 'echo hi' },
});

async function send(events: object[], stream = 'stream'): Promise<HookBatchAnswer> {
  const response = await rig.post('/hooks/claude-code/batch', { stream, events });
  if (response.status !== 200) throw new Error(`batch: ${response.status} ${await response.text()}`);
  return response.json<HookBatchAnswer>();
}

const texts = async (sessionId: string) => (await rig.events(sessionId)).items.map(({ text, toolUseId }) => text ?? toolUseId);

describe('a batch of hooks', () => {
  it('is stored once and in order, however often and in whatever pieces it comes', async () => {
    const events = [1, 2, 3, 4].map((n) => ({ n, hook: message('once', n) }));
    const first = await send(events.slice(0, 2));
    expect(first).toMatchObject({ accepted: 2, duplicates: 0, lastSeq: 2, answer: {} });
    expect(await send(events.slice(0, 3))).toMatchObject({ accepted: 1, duplicates: 2, lastSeq: 3 });
    expect(await send(events)).toMatchObject({ accepted: 1, duplicates: 3, lastSeq: 4 });
    expect(await texts(first.sessionId)).toEqual(['message 1', 'message 2', 'message 3', 'message 4']);
  });

  it('is in the same session as hooks that were posted one by one', async () => {
    await rig.hook(message('shared', 1));
    const { sessionId } = await send([{ n: 1, hook: message('shared', 2) }]);
    expect(await texts(sessionId)).toEqual(['message 1', 'message 2']);
  });

  it('keeps the time, repository and branch that the client names', async () => {
    const at = '2026-11-20T08:00:00.000Z';
    const told = { repository: 'git@github.com:acme/shop.git', gitBranch: 'main' };
    const { sessionId } = await send([{ n: 1, at, ...told, hook: { ...base('told', 'SessionStart'), source: 'startup' } }]);
    expect((await rig.events(sessionId)).items[0]).toMatchObject({ type: 'session.started', at });
    expect(await rig.sessionOf('claude-code', 'told')).toMatchObject({ repository: 'github.com/acme/shop', gitBranch: 'main' });
  });

  it('counts a hook of two events once, when it is sent again, too', async () => {
    const hook = {
      ...base('twofold', 'AfterModel'),
      llm_request: { model: 'gemini-3', messages: [] },
      llm_response: {
        text: 'done',
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2, totalTokenCount: 12 },
      },
    };
    const body = { stream: 'gemini', events: [{ n: 1, hook }] };
    const first = await (await rig.post('/hooks/gemini-cli/batch', body)).json<HookBatchAnswer>();
    expect(first).toMatchObject({ accepted: 2, lastSeq: 2 });
    expect(await (await rig.post('/hooks/gemini-cli/batch', body)).json()).toMatchObject({
      accepted: 0,
      duplicates: 2,
      lastSeq: 2,
    });
  });
});

describe('the answer to a batch', () => {
  const paused = async (session: string) => {
    const { sessionId } = await send([{ n: 1, hook: message(session, 1) }]);
    await rig.browser.json(`/api/sessions/${sessionId}/control`, { body: { action: 'pause' } });
    return sessionId;
  };

  it('is the agent’s own JSON for the last hook', async () => {
    await paused('asked');
    const { answer } = await send([
      { n: 2, hook: message('asked', 2) },
      { n: 3, hook: call('asked', 'toolu_1') },
    ]);
    expect(answer).toMatchObject({ continue: false, hookSpecificOutput: { permissionDecision: 'deny' } });
  });

  it('is not that of another hook before it', async () => {
    await paused('other');
    const { answer } = await send([
      { n: 2, hook: call('other', 'toolu_1') },
      { n: 3, hook: message('other', 2) },
    ]);
    expect(answer).toEqual({});
  });

  it('is the same for the same call again', async () => {
    await paused('again');
    const events = [{ n: 2, hook: call('again', 'toolu_1') }];
    expect((await send(events)).answer).toEqual((await send(events)).answer);
  });

  it('refuses nothing that came too late to be refused', async () => {
    const sessionId = await paused('late');
    await send([{ n: 2, late: true, hook: call('late', 'toolu_1') }]);
    const started = (await rig.events(sessionId)).items.find(({ type }) => type === 'tool.started');
    expect(started).toMatchObject({ toolUseId: 'toolu_1' });
    expect(started?.refused).toBeUndefined();
  });
});

describe('a batch that cannot be read', () => {
  const refused = async (body: unknown, agent = 'claude-code') => {
    const response = await rig.post(`/hooks/${agent}/batch`, body);
    return { status: response.status, ...(await response.json<{ code: string; errors?: { path: string }[] }>()) };
  };

  it('of an unknown agent is nowhere', async () => {
    expect(await refusal(await rig.post('/hooks/nobody/batch', { stream: 's', events: [] }))).toEqual([404, 'not_found']);
  });

  it.each([
    ['no events', { stream: 's', events: [] }, 'events'],
    ['no stream', { events: [{ n: 1, hook: message('x', 1) }] }, 'stream'],
    ['a number below one', { stream: 's', events: [{ n: 0, hook: message('x', 1) }] }, 'events.0.n'],
    [
      'a hook without a session',
      { stream: 's', events: [{ n: 1, hook: { hook_event_name: 'Stop' } }] },
      'events.0.hook.session_id',
    ],
    ['a hook that is no object', { stream: 's', events: [{ n: 1, hook: 'Stop' }] }, 'events.0.hook'],
    [
      'two sessions',
      { stream: 's', events: [1, 2].map((n) => ({ n, hook: message(`of ${n}`, n) })) },
      'events.1.hook.session_id',
    ],
  ])('for %s names what is wrong, and nothing is stored', async (_, body, path) => {
    expect(await refused(body)).toMatchObject({ status: 400, code: 'invalid', errors: [{ path }] });
  });
});
