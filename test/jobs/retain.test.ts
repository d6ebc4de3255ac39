import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../wire/error.ts';
import type { ImportReport } from '../../wire/import.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { Page } from '../../wire/page.ts';
import type { RetentionAnswer } from '../../wire/retention.ts';
import type { SessionPage } from '../../wire/session.ts';
import type { CreatedSnapshot } from '../../wire/snapshot.ts';
import type { TrashItem } from '../../wire/trash.ts';
import { retain } from '../../worker/jobs/retain.ts';
import { openDb } from '../../worker/store/db.ts';
import { trashSession } from '../../worker/store/sessions/trash.ts';
import { brokenD1 } from '../rooms/broken-bindings.ts';
import { makeArchiveRig } from '../routes/archive/rig.ts';

const dayMs = 24 * 3600_000;

beforeAll(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

async function makeOrganization(name: string) {
  const rig = await makeArchiveRig(name);
  /** A session that D1 knows of. */
  const begin = async (session: string): Promise<string> => {
    const answer = await rig.batch(session, [{ type: 'prompt', text: session }]);
    const { sessionId } = await answer.json<IngestAnswer>();
    await rig.later(sessionId, 25);
    return sessionId;
  };
  const answer = () => rig.browser.json<RetentionAnswer>('/api/retention');
  return {
    ...rig,
    begin,
    answer,
    keep: (body: object) => rig.browser.call('/api/retention', { method: 'PATCH', body }),
    take: (id: string) => rig.browser.json<CreatedSnapshot>(`/api/sessions/${id}/snapshots`, { body: { entries: [] } }),
    status: async (method: string, path: string) => (await rig.browser.call(path, { method })).status,
    trash: async (kind = 'session') =>
      (await rig.browser.json<Page<TrashItem>>(`/api/trash?kind=${kind}`)).items.map(({ id }) => id),
    /** The cron's run of a day, so many days from now. */
    run: async (days: number, bindings = env) => {
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + days * dayMs);
      try {
        // Other organizations of this file take their turns, too.
        await retain(bindings, Date.now());
      } finally {
        now.mockRestore();
      }
    },
    /** The counts of all reports together. */
    did: async () => {
      const { reports } = await answer();
      const sum = (name: 'trashedSessions' | 'trashedSnapshots' | 'erasedSessions' | 'erasedSnapshots' | 'failures') =>
        reports.reduce((total, report) => total + report[name], 0);
      return {
        trashed: [sum('trashedSessions'), sum('trashedSnapshots')],
        erased: [sum('erasedSessions'), sum('erasedSnapshots')],
        failures: sum('failures'),
      };
    },
  };
}

describe('retention', () => {
  it('keeps everything until somebody says otherwise, and is set in whole days', async () => {
    const organization = await makeOrganization('Settings');
    expect(await organization.answer()).toEqual({
      retention: { liveDays: 0, sessionDays: null, snapshotDays: null },
      trashDays: 30,
      reports: [],
    });
    const refused = await organization.keep({ sessionDays: 0 });
    expect([refused.status, await refused.json<Problem>()]).toMatchObject([
      400,
      { errors: [{ path: 'sessionDays', message: 'Keep at least a day, or null to keep for good.' }] },
    ]);
    expect((await organization.keep({ snapshotDays: 90 })).status).toBe(200);
    expect((await organization.keep({ liveDays: 2 })).status).toBe(200);
    expect((await organization.answer()).retention).toEqual({ liveDays: 2, sessionDays: null, snapshotDays: 90 });
  });

  it('throws away what is too old, and deletes it for good a month later, whatever is evicted; a second run of a day does nothing', async () => {
    const organization = await makeOrganization('Old');
    const [session, kept] = [await organization.begin('old'), await organization.begin('kept')];
    const snapshot = await organization.take(session);
    await organization.keep({ sessionDays: 10 });
    await organization.run(5);
    expect(await organization.did()).toEqual({ trashed: [0, 0], erased: [0, 0], failures: 0 });
    // Whoever speaks stays.
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 8 * dayMs);
    await organization.batch('kept', [{ type: 'prompt', text: 'still here' }]);
    now.mockRestore();
    await organization.later(kept, 9 * 24);
    await organization.run(12);
    await organization.run(12);
    expect(await organization.trash()).toEqual([session]);
    expect(await organization.did()).toEqual({ trashed: [1, 0], erased: [0, 0], failures: 0 });
    expect(await organization.status('GET', `/api/sessions/${kept}`)).toBe(200);
    await evictDurableObject(organization.room(session));
    await organization.run(41);
    expect(await organization.trash()).toContain(session);
    await organization.keep({ sessionDays: null });
    for (const _ of [1, 2]) await organization.run(43);
    expect(await organization.trash()).not.toContain(session);
    expect((await organization.did()).erased).toEqual([1, 0]);
    for (const [table, id] of [
      ['trashed_sessions', session],
      ['sessions', session],
      ['snapshots', snapshot.id],
    ])
      expect(await env.DB.prepare(`SELECT id FROM ${table} WHERE id = ?`).bind(id).first()).toBeNull();
    const { objects } = await env.ARCHIVE.list({ prefix: `${organization.account.organization.id}/sessions/${session}/` });
    expect(objects).toEqual([]);
  });

  it('spares whoever spoke after D1 last heard of it', async () => {
    const organization = await makeOrganization('Late');
    const id = await organization.begin('late');
    await organization.keep({ sessionDays: 10 });
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 8 * dayMs);
    await organization.batch('late', [{ type: 'prompt', text: 'still here' }]);
    now.mockRestore();
    const { last } = (await env.DB.prepare('SELECT last_event_at_ms AS last FROM sessions WHERE id = ?')
      .bind(id)
      .first<{ last: number }>()) ?? { last: Number.NaN };
    expect(last).toBeLessThan(Date.now() + 2 * dayMs);
    await organization.run(12);
    expect(await organization.did()).toEqual({ trashed: [0, 0], erased: [0, 0], failures: 0 });
    expect(await organization.status('GET', `/api/sessions/${id}`)).toBe(200);
  });

  it('counts the days of an imported session from its import, however old it is', async () => {
    const [from, to] = [await makeOrganization('From'), await makeOrganization('To')];
    const file = await (await from.browser.call(`/api/sessions/${await from.begin('ancient')}/export`)).text();
    const old = file.replaceAll(/"20\d\d-/g, '"2020-');
    const imported = await to.sendBytes('POST', `/api/imports?project=${to.account.project.id}`, old, 'application/json');
    const { sessions } = await imported.json<ImportReport>();
    const id = sessions[0]?.sessionId ?? '';
    await to.keep({ sessionDays: 10 });
    await to.run(9);
    expect(await to.trash()).toEqual([]);
    await to.run(12);
    expect(await to.trash()).toEqual([id]);
  });

  it('believes the room where D1 has a session in the trash that is not there', async () => {
    const organization = await makeOrganization('Mistaken');
    const id = await organization.begin('live');
    const { id: snapshot } = await organization.take(id);
    await trashSession(openDb(env.DB), organization.account.organization.id, id, { atMs: Date.now(), by: null });
    expect(await organization.trash()).toEqual([id]);
    await organization.run(31);
    expect([await organization.trash(), await organization.trash('snapshot')]).toEqual([[], []]);
    const { items } = await organization.browser.json<SessionPage>('/api/sessions');
    expect(items.map((session) => session.id)).toEqual([id]);
    expect(await organization.status('GET', `/api/snapshots/${snapshot}`)).toBe(200);
  });

  it('takes a row out of the trash whose room knows nothing of it, with what the archive has', async () => {
    const organization = await makeOrganization('Nobody');
    const id = await organization.begin('nobody');
    const organizationId = organization.account.organization.id;
    // As an organization that was put back from a backup has it.
    const ghost = 'ses_aaaaaaaaaaaaaaaaaaaa';
    await env.DB.prepare('UPDATE sessions SET id = ? WHERE id = ?').bind(ghost, id).run();
    await trashSession(openDb(env.DB), organizationId, ghost, { atMs: Date.now(), by: null });
    const key = `${organizationId}/sessions/${ghost}/log/000000000001-1.ndjson.gz`;
    await env.ARCHIVE.put(key, 'x');
    await organization.run(31);
    expect(await organization.trash()).toEqual([]);
    expect(await env.ARCHIVE.head(key)).toBeNull();
    expect((await organization.did()).erased).toEqual([1, 0]);
  });

  it('throws away old snapshots alone, which come back or go', async () => {
    const organization = await makeOrganization('Snapshots');
    const session = await organization.begin('work');
    const [one, other] = [await organization.take(session), await organization.take(session)];
    await organization.keep({ snapshotDays: 3 });
    await organization.run(4);
    expect((await organization.trash('snapshot')).toSorted()).toEqual([one.id, other.id].toSorted());
    expect(await organization.status('POST', `/api/trash/${one.id}/restore`)).toBe(204);
    await organization.keep({ snapshotDays: null });
    await organization.run(36);
    expect(await organization.did()).toEqual({ trashed: [0, 2], erased: [0, 1], failures: 0 });
    expect(await organization.stored('manifests')).toEqual([`${one.id}.json.gz`]);
  });

  it('leaves a snapshot that was brought back for as long as a new one', async () => {
    const organization = await makeOrganization('Back');
    const session = await organization.begin('back');
    const [one, other] = [await organization.take(session), await organization.take(session)];
    await organization.keep({ snapshotDays: 3 });
    await organization.run(4);
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 4 * dayMs);
    expect(await organization.status('POST', `/api/trash/${one.id}/restore`)).toBe(204);
    now.mockRestore();
    await organization.run(6);
    expect(await organization.trash('snapshot')).toEqual([other.id]);
    await organization.run(8);
    expect((await organization.trash('snapshot')).toSorted()).toEqual([one.id, other.id].toSorted());
  });

  it('does twenty sessions a run and goes on a minute later', async () => {
    const organization = await makeOrganization('Many');
    const ids: string[] = [];
    for (let n = 0; n < 22; n++) ids.push(await organization.begin(`many-${n}`));
    await organization.keep({ sessionDays: 1 });
    await organization.run(3);
    expect(await organization.trash()).toHaveLength(20);
    await organization.run(3 + 2 / (24 * 60));
    expect((await organization.trash()).toSorted()).toEqual(ids.toSorted());
  });

  it('that D1 fails in the middle reports the failure, and is done by the next run', async () => {
    const organization = await makeOrganization('Failing');
    const session = await organization.begin('failing');
    await organization.status('DELETE', `/api/sessions/${session}`);
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const room = organization.room(session);
    const broken = {
      ...env,
      SESSION_ROOM: new Proxy(env.SESSION_ROOM, {
        get: (on, key) =>
          key === 'getByName' ? () => ({ empty: () => Promise.reject(new Error('unreachable')) }) : Reflect.get(on, key),
      }),
    };
    await organization.run(31, broken);
    warned.mockRestore();
    expect(await organization.did()).toMatchObject({ erased: [0, 0], failures: 1 });
    expect(await room.summary()).toBeNull();
    await organization.run(31 + 2 / (24 * 60));
    expect(await organization.did()).toMatchObject({ erased: [1, 0], failures: 1 });
    await expect(organization.run(32, { ...env, DB: brokenD1(env.DB, 'down') })).rejects.toThrow();
  });

  it('lets the log of a session that is over stay in its room for as long as is said', async () => {
    const organization = await makeOrganization('Live');
    await organization.keep({ liveDays: 3 });
    await organization.hook({ session_id: 'live', hook_event_name: 'UserPromptSubmit', prompt: 'go' });
    await organization.hook({ session_id: 'live', hook_event_name: 'SessionEnd', reason: 'other' });
    const id = (await organization.sessionOf('claude-code', 'live'))?.id ?? '';
    const archived = async () =>
      (await env.ARCHIVE.list({ prefix: `${organization.account.organization.id}/sessions/${id}/` })).objects.length > 0;
    for (const hours of [0.1, 2, 48]) await organization.later(id, hours);
    expect(await archived()).toBe(false);
    for (const hours of [73, 74]) await organization.later(id, hours);
    expect(await archived()).toBe(true);
  });
});
