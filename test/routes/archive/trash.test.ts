import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import type { Page } from '../../../wire/page.ts';
import type { SessionPage, SessionSummary } from '../../../wire/session.ts';
import type { CreatedSnapshot, SnapshotList } from '../../../wire/snapshot.ts';
import type { TrashItem } from '../../../wire/trash.ts';
import { makeArchiveRig } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
beforeAll(async () => {
  rig = await makeArchiveRig('Trash');
});

async function begin(name: string): Promise<string> {
  const answer = await rig.batch(name, [{ type: 'prompt', text: `the ${name}` }]);
  return (await answer.json<IngestAnswer>()).sessionId;
}

const status = async (method: string, path: string) => (await rig.browser.call(path, { method })).status;
const thrownAway = async (kind: string, query = '') => rig.browser.json<Page<TrashItem>>(`/api/trash?kind=${kind}${query}`);
const take = (of: string) => rig.browser.json<CreatedSnapshot>(`/api/sessions/${of}/snapshots`, { body: { entries: [] } });
const snapshotsOf = async (id: string) => (await rig.browser.json<SnapshotList>(`/api/sessions/${id}/snapshots`)).items;

describe('a deleted session', () => {
  it('is nowhere but in the trash, where it says who deleted it, and comes back with its log and its snapshots', async () => {
    const id = await begin('fugue');
    const { id: snapshotId } = await take(id);
    const watcher = await rig.watch(id);
    expect(await status('DELETE', `/api/sessions/${id}`)).toBe(204);
    await watcher.until(({ closed }) => closed !== undefined);
    expect(await status('DELETE', `/api/sessions/${id}`)).toBe(404);
    for (const path of [`/api/sessions/${id}`, `/api/sessions/${id}/events`, `/api/snapshots/${snapshotId}`])
      expect(await status('GET', path)).toBe(404);
    const { items } = await rig.browser.json<SessionPage>('/api/sessions');
    expect(items.map((session) => session.id)).not.toContain(id);
    expect((await thrownAway('session')).items).toContainEqual({
      id,
      sessionId: id,
      kind: 'session',
      title: 'the fugue',
      deletedAt: expect.any(String),
      deletedBy: rig.account.user.id,
    });
    await evictDurableObject(rig.room(id));
    expect(await (await rig.batch('fugue', [{ type: 'prompt', text: 'late' }])).json()).toMatchObject({ accepted: 0 });
    expect(await status('POST', `/api/trash/${snapshotId}/restore`)).toBe(404);

    expect(await status('POST', `/api/trash/${id}/restore`)).toBe(204);
    expect(await status('POST', `/api/trash/${id}/restore`)).toBe(404);
    const { items: events } = await rig.events(id);
    expect(events.map(({ type, control }) => control?.action ?? type)).toEqual(['prompt', 'snapshot_taken', 'restored']);
    expect(await snapshotsOf(id)).toMatchObject([{ id: snapshotId }]);
    expect(await (await rig.batch('fugue', [{ type: 'prompt', text: 'on' }])).json()).toMatchObject({ accepted: 1, lastSeq: 4 });
    await vi.waitUntil(async () => {
      const page = await rig.browser.json<SessionPage>('/api/sessions');
      return page.items.some((session) => session.id === id);
    });
  });

  it('that is archived reads the same when it comes back', async () => {
    const id = await begin('archived');
    await rig.hook({ session_id: 'x', hook_event_name: 'SessionStart' });
    for (const hours of [25, 50]) await rig.later(id, hours);
    const before = await rig.events(id);
    await status('DELETE', `/api/sessions/${id}`);
    await status('POST', `/api/trash/${id}/restore`);
    const after = await rig.events(id);
    expect(after.items.slice(0, before.items.length)).toEqual(before.items);
  });

  it('is gone for good when the trash is emptied: D1, room and archive', async () => {
    const id = await begin('gone');
    await take(id);
    await rig.later(id, 25);
    expect(await status('DELETE', `/api/trash/${id}`)).toBe(404);
    await status('DELETE', `/api/sessions/${id}`);
    expect(await status('DELETE', `/api/trash/${id}`)).toBe(204);
    expect(await status('POST', `/api/trash/${id}/restore`)).toBe(404);
    expect((await thrownAway('session')).items.map((item) => item.id)).not.toContain(id);
    for (const table of ['sessions', 'trashed_sessions'])
      expect(await env.DB.prepare(`SELECT id FROM ${table} WHERE id = ?`).bind(id).first()).toBeNull();
    expect(await env.DB.prepare('SELECT id FROM snapshots WHERE session_id = ?').bind(id).first()).toBeNull();
    const { objects } = await env.ARCHIVE.list({ prefix: `${rig.account.organization.id}/sessions/${id}/` });
    expect(objects).toEqual([]);
    expect(await (await rig.batch('gone', [{ type: 'prompt', text: 'late' }])).json()).toMatchObject({ accepted: 0 });
  });

  it('keeps what it cost in the roll-ups, there and back', async () => {
    const answer = await rig.batch('costly', [
      { type: 'usage', usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, model: 'm' }, costMicroUsd: 70 },
    ]);
    const { sessionId: id } = await answer.json<IngestAnswer>();
    const cost = async () => await rig.browser.json<{ totalMicroUsd?: number }>('/api/costs?by=model');
    await rig.later(id, 0.1);
    const before = await cost();
    await status('DELETE', `/api/sessions/${id}`);
    expect(await cost()).toEqual(before);
    await status('POST', `/api/trash/${id}/restore`);
    expect(await cost()).toEqual(before);
    expect((await rig.browser.json<SessionSummary>(`/api/sessions/${id}`)).costMicroUsd).toBe(70);
  });
});

describe('a deleted snapshot', () => {
  it('comes back from the trash, or goes for good, alone', async () => {
    const id = await begin('snapshots');
    const [kept, gone] = [await take(id), await take(id)];
    for (const each of [kept, gone]) expect(await status('DELETE', `/api/snapshots/${each.id}`)).toBe(204);
    expect(await snapshotsOf(id)).toEqual([]);
    const first = await thrownAway('snapshot', '&limit=1');
    const rest = await thrownAway('snapshot', `&cursor=${first.nextCursor}`);
    const taken = { reason: 'manual', at: kept.createdAt };
    expect([...first.items, ...rest.items]).toContainEqual(expect.objectContaining({ id: kept.id, sessionId: id, taken }));
    const ids = [...first.items, ...rest.items].map((item) => item.id);
    expect(ids).toEqual(expect.arrayContaining([kept.id, gone.id]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(await status('POST', `/api/trash/${kept.id}/restore`)).toBe(204);
    expect(await status('DELETE', `/api/trash/${gone.id}`)).toBe(204);
    for (const method of ['POST', 'DELETE']) {
      const path = method === 'POST' ? `/api/trash/${gone.id}/restore` : `/api/trash/${kept.id}`;
      expect(await status(method, path)).toBe(404);
    }
    expect(await snapshotsOf(id)).toMatchObject([{ id: kept.id }]);
  });

  it('that went before its session stays deleted when the session comes back', async () => {
    const id = await begin('before');
    const [early, with_] = [await take(id), await take(id)];
    await status('DELETE', `/api/snapshots/${early.id}`);
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    await status('DELETE', `/api/sessions/${id}`);
    now.mockRestore();
    await status('POST', `/api/trash/${id}/restore`);
    expect((await snapshotsOf(id)).map((snapshot) => snapshot.id)).toEqual([with_.id]);
    expect(await status('POST', `/api/trash/${early.id}/restore`)).toBe(204);
  });
});
