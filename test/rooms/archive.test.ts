import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { SessionSummary } from '../../wire/session.ts';
import { makeRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeRig>>;
beforeAll(async () => {
  rig = await makeRig('Archive');
});

const steps = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ n: from + index, type: 'message', text: `step ${from + index}` }));

async function ended(externalId: string): Promise<string> {
  const { sessionId } = await (await rig.batch(externalId, steps(1, 40), 'a')).json<IngestAnswer>();
  await rig.batch(externalId, [{ n: 41, type: 'session.ended' }], 'a');
  return sessionId;
}

const rowsOf = (id: string) =>
  runInDurableObject(
    rig.room(id),
    (_, ctx) => ctx.storage.sql.exec<{ count: number }>('SELECT count(*) AS count FROM log').one().count,
  );

describe('an hour after its end', () => {
  it('a session moves to R2, its room keeps a stub, and reading it is the same call with the same answer', async () => {
    const id = await ended('moved');
    const before = await rig.events(id);
    await rig.later(id, 2);
    await rig.later(id, 2);
    expect(await rowsOf(id)).toBe(0);
    const { objects } = await env.ARCHIVE.list({ prefix: `${rig.account.organization.id}/sessions/${id}/` });
    expect(objects).toHaveLength(1);
    await evictDurableObject(rig.room(id));
    expect(await rig.events(id)).toEqual(before);
    expect((await rig.events(id, 10, 5)).items.map(({ seq }) => seq)).toEqual([11, 12, 13, 14, 15]);
  });

  it('a resumed session runs on with the next seq, and knows what it has seen', async () => {
    const id = await ended('resumed');
    await rig.later(id, 2);
    await evictDurableObject(rig.room(id));
    expect(await (await rig.batch('resumed', steps(39, 40), 'a')).json()).toMatchObject({ accepted: 0, duplicates: 2 });
    await rig.batch('resumed', [{ n: 42, type: 'prompt', text: 'go on' }], 'a');
    const { items } = await rig.events(id, 38);
    expect(items.map(({ seq }) => seq)).toEqual([39, 40, 41, 42]);
    expect(await rig.browser.json<SessionSummary>(`/api/sessions/${id}`)).toMatchObject({
      status: 'running',
      endedAt: null,
      lastSeq: 42,
    });
    const watcher = await rig.watch(id);
    await watcher.until(({ seqs }) => seqs.includes(42));
    expect(watcher.frames.find(({ type }) => type === 'gap')).toEqual({ type: 'gap', from: 1, to: 41 });
  });

  it('deleting it for good empties the archive, too', async () => {
    const id = await ended('erased');
    await rig.later(id, 2);
    for (const of of ['sessions', 'trash']) await rig.browser.call(`/api/${of}/${id}`, { method: 'DELETE' });
    const { objects } = await env.ARCHIVE.list({ prefix: `${rig.account.organization.id}/sessions/${id}/` });
    expect(objects).toHaveLength(0);
  });
});

describe('a session whose agent was killed', () => {
  it('is closed after half an hour without a word, its open calls with it', async () => {
    const response = await rig.batch('killed', [
      { type: 'prompt', text: 'work' },
      { type: 'tool.started', tool: 'Bash', toolUseId: 't1' },
    ]);
    const { sessionId: id } = await response.json<IngestAnswer>();
    await rig.later(id, 0.6);
    await rig.later(id, 0.6);
    const { items } = await rig.events(id);
    expect(items.map(({ type, text }) => [type, text])).toEqual([
      ['prompt', 'work'],
      ['tool.started', undefined],
      ['tool.failed', 'interrupted'],
      ['control', 'closed after 30 minutes without a word'],
    ]);
    expect(await rig.browser.json<SessionSummary>(`/api/sessions/${id}`)).toMatchObject({ status: 'timed_out' });
  });
});

describe('the index in D1', () => {
  it('has a new session after its first flush, and its totals after the last, however often the alarm runs', async () => {
    const id = await ended('indexed');
    await rig.later(id, 0.01);
    await rig.later(id, 0.01);
    const { items } = await rig.browser.json<{ items: SessionSummary[] }>('/api/sessions?status=completed');
    const listed = items.find((item) => item.id === id);
    expect(listed).toEqual(await rig.browser.json<SessionSummary>(`/api/sessions/${id}`));
    const day = await env.DB.prepare(
      "SELECT sum(events) AS events FROM session_days WHERE organization_id = ? AND agent = 'tester'",
    )
      .bind(rig.account.organization.id)
      .first<{ events: number }>();
    const sum = await env.DB.prepare('SELECT sum(event_count) AS events FROM sessions WHERE organization_id = ?')
      .bind(rig.account.organization.id)
      .first<{ events: number }>();
    expect(day?.events).toBeGreaterThanOrEqual(sum?.events ?? Number.POSITIVE_INFINITY);
  });
});

describe('the list of sessions', () => {
  it('shows a live session as its room knows it, though D1 hears later', async () => {
    const { sessionId: id } = await (await rig.batch('lagging', [{ type: 'prompt', text: 'go' }])).json<IngestAnswer>();
    await rig.later(id, 0.001);
    await rig.batch('lagging', steps(1, 5), 'a');
    const { items } = await rig.browser.json<{ items: SessionSummary[] }>('/api/sessions?status=running');
    expect(items.find((item) => item.id === id)).toMatchObject({ eventCount: 6, lastSeq: 6 });
    await rig.batch('lagging', [{ type: 'session.ended' }]);
    const after = await rig.browser.json<{ items: SessionSummary[] }>('/api/sessions?status=running');
    expect(after.items.map((item) => item.id)).not.toContain(id);
  });
});
