import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LivePass } from '../../wire/identity.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { limits } from '../../wire/limits.ts';
import { OrganizationFeed } from '../../worker/rooms/organization-feed.ts';
import { makeRig, origin } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Live');
});

const say = (...texts: string[]) => texts.map((text) => ({ type: 'message', text }));
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** A session with `count` events. */
async function session(externalId: string, count = 3): Promise<string> {
  const response = await rig.batch(externalId, say(...numbers(1, count).map(String)));
  return (await response.json<IngestAnswer>()).sessionId;
}

describe('a spectator', () => {
  it('is greeted with the session and its cursor, then gets everything after the seq it names, then what follows', async () => {
    const id = await session('greeted');
    const watcher = await rig.watch(id, 1);
    await rig.batch('greeted', say('later'));
    await watcher.until(({ seqs }) => seqs.includes(4));
    expect(watcher.frames[0]).toMatchObject({ type: 'hello', cursor: 3, session: { id, lastSeq: 3 } });
    expect(watcher.seqs).toEqual([2, 3, 4]);
  });

  it('keeps its socket through an eviction of the room', async () => {
    const id = await session('evicted');
    const watcher = await rig.watch(id);
    await evictDurableObject(rig.room(id));
    await rig.batch('evicted', say('after'));
    await watcher.until(({ seqs }) => seqs.includes(4));
    expect(watcher.seqs).toEqual([1, 2, 3, 4]);
    expect(watcher.closed).toBeUndefined();
  });

  it('sees who else watches, one person once however many tabs', async () => {
    const id = await session('presence');
    const first = await rig.watch(id);
    await rig.watch(id);
    await first.until(({ frames }) => frames.some((frame) => frame.type === 'presence' && frame.viewers[0]?.sockets === 2));
    expect(first.frames.at(-1)).toMatchObject({ viewers: [{ userId: rig.account.user.id, sockets: 2 }] });
  });

  it('is told of a gap where an event is too large for a frame, and finds it under /events', async () => {
    const id = await session('wide');
    const watcher = await rig.watch(id, 3);
    await rig.batch('wide', say('x'.repeat(limits.maxFrameBytes)));
    await watcher.until(({ frames }) => frames.some(({ type }) => type === 'gap'));
    expect(watcher.frames.find(({ type }) => type === 'gap')).toEqual({ type: 'gap', from: 4, to: 4 });
    expect((await rig.events(id, 3)).items).toHaveLength(1);
    const late = await rig.watch(id, 3);
    await late.until(({ frames }) => frames.some(({ type }) => type === 'gap'));
    expect(late.frames.find(({ type }) => type === 'gap')).toEqual({ type: 'gap', from: 4, to: 4 });
  });

  it('gets the last 8 MB of a long session at once and a gap for what came before', async () => {
    const id = await session('long', 1);
    for (const _ of numbers(1, 5)) await rig.batch('long', say(...numbers(1, 10).map(() => 'y'.repeat(200_000))));
    const watcher = await rig.watch(id);
    await watcher.until(({ seqs }) => seqs.includes(51));
    const gap = watcher.frames.find((frame) => frame.type === 'gap');
    expect(gap).toMatchObject({ from: 1 });
    expect([...numbers(1, gap?.to ?? 0), ...watcher.seqs]).toEqual(numbers(1, 51));
  });

  it('loses its socket when its right to watch ends, unless it renews it', async () => {
    const id = await session('renewed');
    const [leaver, keeper] = [await rig.watch(id), await rig.watch(id)];
    // Half of the time passes: both attachments are moved into the past, so that no test has to wait for minutes.
    await runInDurableObject(rig.room(id), (_, ctx) => {
      for (const socket of ctx.getWebSockets())
        socket.serializeAttachment({ ...socket.deserializeAttachment(), untilMs: Date.now() });
    });
    const { pass } = await rig.browser.json<LivePass>('/api/live-pass', { method: 'POST' });
    keeper.socket.send(JSON.stringify({ type: 'renew', pass }));
    keeper.socket.send('ping');
    await evictDurableObject(rig.room(id));
    await runDurableObjectAlarm(rig.room(id));
    await leaver.until(({ closed }) => closed !== undefined);
    expect(leaver.closed?.code).toBe(4401);
    expect(keeper.closed).toBeUndefined();
  });

  it("of a session that does not exist, or is somebody else's, gets the same 404", async () => {
    const other = await makeRig('Stranger');
    const id = await session('private');
    for (const missing of [id, 'ses_aaaaaaaaaaaaaaaaaaaa']) {
      const response = await other.browser.call(`/api/sessions/${missing}/live`, { headers: { upgrade: 'websocket', origin } });
      expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([404, 'not_found']);
    }
  });
});

describe('a stream of Server-Sent Events', () => {
  it('carries the same frames, and goes on after the last id seen', async () => {
    const id = await session('stream');
    const response = await rig.browser.call(`/api/sessions/${id}/stream`, { headers: { 'last-event-id': '2' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"seq":3')) text += (await reader?.read())?.value;
    await reader?.cancel();
    const [hello, events] = text.split('\n\n');
    expect(hello).toMatch(/^data: \{"type":"hello"/);
    expect(events).toMatch(/^id: 3\ndata: \{"type":"events"/);
    expect(text).not.toContain('"seq":2');
  });
});

describe('the feed', () => {
  it("tells an open dashboard of a session's first event and of its end, whatever D1 knows", async () => {
    const response = await rig.browser.call('/api/feed', { headers: { upgrade: 'websocket', origin } });
    const frames: { type: string; session?: { externalId: string; status: string } }[] = [];
    const socket = response.webSocket;
    const done = new Promise<void>((resolve) => {
      socket?.addEventListener('message', ({ data }) => {
        frames.push(JSON.parse(String(data)));
        if (frames.some(({ session }) => session?.externalId === 'fed' && session.status === 'completed')) resolve();
      });
    });
    socket?.accept();
    await session('fed');
    await rig.batch('fed', [{ type: 'session.ended' }]);
    await done;
    expect(frames[0]).toEqual({ type: 'hello' });
    expect(frames.find(({ session }) => session?.externalId === 'fed')).toMatchObject({
      type: 'session',
      session: { status: 'running' },
    });
  });
});

describe('a deleted session', () => {
  it('is gone for everyone at once, and late hooks bring nothing back', async () => {
    const id = await session('deleted');
    await runDurableObjectAlarm(rig.room(id));
    const watcher = await rig.watch(id);
    expect((await rig.browser.call(`/api/sessions/${id}`, { method: 'DELETE' })).status).toBe(204);
    await watcher.until(({ closed }) => closed !== undefined);
    expect([watcher.frames.at(-1), watcher.closed?.code]).toEqual([{ type: 'deleted' }, 4410]);
    await evictDurableObject(rig.room(id));
    expect(await (await rig.batch('deleted', say('late'))).json()).toMatchObject({ accepted: 0 });
    expect((await rig.browser.call(`/api/sessions/${id}`)).status).toBe(404);
    const { items } = await rig.browser.json<{ items: { id: string }[] }>('/api/sessions');
    expect(items.map((item) => item.id)).not.toContain(id);
  });

  it('is deleted also when no dashboard can be told', async () => {
    const id = await session('deleted-untold');
    const feed = vi.spyOn(OrganizationFeed.prototype, 'remove').mockImplementation(() => {
      throw new Error('the feed is restarting');
    });
    try {
      expect((await rig.browser.call(`/api/sessions/${id}`, { method: 'DELETE' })).status).toBe(204);
      expect(feed).toHaveBeenCalled();
    } finally {
      feed.mockRestore();
    }
  });
});

describe('plain HTTP', () => {
  it('on a WebSocket address is told to upgrade', async () => {
    const response = await rig.browser.call(`/api/sessions/${await session('plain')}/live`);
    expect(response.status).toBe(426);
  });

  it('without credentials is refused before any room is asked', async () => {
    const response = await exports.default.fetch(`${origin}/api/sessions/ses_aaaaaaaaaaaaaaaaaaaa/live`, {
      headers: { upgrade: 'websocket' },
    });
    expect(response.status).toBe(401);
  });
});
