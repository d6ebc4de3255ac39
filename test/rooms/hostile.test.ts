import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { makeRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Hostile');
});

const strings: [string, string, string?][] = [
  ['a script tag', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
  ['an ANSI bomb', '\u001b[31m'.repeat(50_000)],
  ['one line of a megabyte', 'a'.repeat(1_000_000)],
  ['a NUL', 'before\u0000after', 'before\ufffdafter'],
  ['a lone surrogate', 'before\ud800after', 'before\ufffdafter'],
  ['right-to-left overrides', '\u202eevil\u202c'],
  ['line separators', '\u2028\u2029'],
  ['SQL', "'; DROP TABLE log; --"],
  ['a prototype', '{"__proto__":{"admin":true}}'],
];

describe('a hostile string', () => {
  it.each(strings)('is stored whole and shown live, through an eviction: %s', async (name, text, shown = text) => {
    const response = await rig.batch(name, [
      { type: 'tool.finished', tool: 'Bash', toolUseId: 't1', output: { stdout: text }, text },
    ]);
    const { sessionId } = await response.json<IngestAnswer>();
    await evictDurableObject(rig.room(sessionId));
    const { items } = await rig.events(sessionId);
    expect(items[0]?.text === shown).toBe(true);
    expect(items[0]?.output).toEqual({ stdout: shown });
    const watcher = await rig.watch(sessionId);
    await watcher.until(({ seqs, frames }) => seqs.includes(1) || frames.some(({ type }) => type === 'gap'));
  });
});

describe('a strange body', () => {
  it('of ten megabytes is stored whole', async () => {
    const output = 'x'.repeat(10 * 1024 * 1024);
    const body = {
      session_id: 'ten',
      hook_event_name: 'PostToolUse',
      tool_name: 'Read',
      tool_use_id: 't1',
      tool_response: { content: output },
    };
    expect(await rig.hook(body)).toEqual({});
    const session = await rig.sessionOf('claude-code', 'ten');
    const { items } = await rig.events(session?.id ?? '');
    expect(JSON.stringify(items[0]?.output).includes(output)).toBe(true);
  });

  it('nested a thousand deep is stored down to the documented depth', async () => {
    const body = `{"session_id":"deep","hook_event_name":"Odd","x":${'['.repeat(1000)}${']'.repeat(1000)}}`;
    expect((await rig.post('/hooks/claude-code', body)).status).toBe(200);
    expect(await rig.sessionOf('claude-code', 'deep')).toMatchObject({ eventCount: 1 });
  });

  it('that is no UTF-8 is refused as no JSON', async () => {
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    const response = await rig.send('/hooks/claude-code', bytes);
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([400, 'bad_json']);
  });

  it('with a session id that is too long, empty or no text is refused with the path', async () => {
    for (const session_id of ['x'.repeat(257), '', 7, null]) {
      const response = await rig.post('/hooks/codex', { session_id, hook_event_name: 'Stop' });
      expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ path: 'session_id' }] }]);
    }
  });

  it('to an agent that we do not know names the way for others', async () => {
    const response = await rig.post('/hooks/unheard-of', { session_id: 's', hook_event_name: 'Stop' });
    expect([response.status, await response.json()]).toMatchObject([404, { detail: expect.stringContaining('/hooks/events') }]);
  });
});

describe('a bad token', () => {
  it.each([
    ['none', ''],
    ['a bare prefix', 'fdi_'],
    ['no signature of ours', 'fdi_a.b.c'],
    ['another scheme', 'Basic x'],
    ['a very long one', `fdi_${'a'.repeat(10_000)}`],
  ])('is 401 and stores nothing: %s', async (_, token) => {
    const response = await rig.send('/hooks/claude-code', '{"session_id":"anon","hook_event_name":"Stop"}', {
      authorization: `Bearer ${token}`,
    });
    expect(response.status).toBe(401);
    expect(await rig.sessionOf('claude-code', 'anon')).toBeNull();
  });
});
