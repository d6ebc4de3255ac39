import {
  createExecutionContext,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import type { Manifest, ManifestEntry, SnapshotList } from '../../../wire/snapshot.ts';
import type { TrashItem } from '../../../wire/trash.ts';
import { app } from '../../../worker/app.ts';
import type { Env } from '../../../worker/env.ts';
import { makeArchiveRig, packOf, recordOf } from '../../routes/archive/rig.ts';
import { origin } from '../../routes/identity/client.ts';
import { brokenD1 } from '../broken-bindings.ts';

const hourMs = 3600_000;

// A sweep reports in the log, and these sweep for months.
beforeAll(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

/** A project with a session, and the means to break what its requests stand on. */
async function makeProject(name: string) {
  const rig = await makeArchiveRig(name);
  const answer = await rig.batch(name, [{ type: 'prompt', text: 'go' }]);
  const { sessionId } = await answer.json<IngestAnswer>();
  const { token } = await rig.browser.json<{ token: string }>('/api/api-tokens', { body: { name: 'cli' } });
  const paths = { contents: rig.base, snapshots: `/api/sessions/${sessionId}/snapshots` };
  let hours = 0;

  /** A request whose bindings are as they are given. */
  const ask = async (bindings: Env, method: string, path: string, body?: Uint8Array<ArrayBuffer> | object): Promise<Response> => {
    const bytes = body instanceof Uint8Array;
    const headers = { authorization: `Bearer ${token}`, 'content-type': bytes ? 'application/octet-stream' : 'application/json' };
    const request = new Request(`${origin}${path}`, {
      method,
      headers,
      body: bytes || body === undefined ? body : JSON.stringify(body),
    });
    const context = createExecutionContext();
    const response = await app.fetch(request, bindings, context);
    await waitOnExecutionContext(context);
    return response;
  };
  const entryOf = (text: string): ManifestEntry => {
    const { hash, size } = recordOf(text);
    return { type: 'file', path: 'file', size, mode: 0o644, hash };
  };
  const upload = (text: string, bindings: Env = env) => ask(bindings, 'PUT', paths.contents, packOf([recordOf(text)]));
  const take = (text: string, bindings: Env = env) => ask(bindings, 'POST', paths.snapshots, { entries: [entryOf(text)] });
  return {
    ...rig,
    sessionId,
    ask,
    upload,
    take,
    /** The number of the pack that an upload of this text would get. */
    prepare: async (text: string) => {
      const { hash, packed } = recordOf(text);
      const prepared = await rig.index().prepare([[hash, packed.byteLength]]);
      return prepared.ok ? prepared.pack : null;
    },
    /** Both, as a client does them; whether both went well. */
    keep: async (text: string, bindings: Env = env) => (await upload(text, bindings)).ok && (await take(text, bindings)).ok,
    list: async () => (await (await ask(env, 'GET', paths.snapshots)).json<SnapshotList>()).items,
    manifest: async (id: string) => (await ask(env, 'GET', `/api/snapshots/${id}/manifest`)).json<Manifest>(),
    /** Into the trash, and out of it for good. */
    remove: async (id: string, bindings: Env = env) => {
      await ask(env, 'DELETE', `/api/snapshots/${id}`);
      return ask(bindings, 'DELETE', `/api/trash/${id}`);
    },
    thrownAway: async () => (await (await ask(env, 'GET', '/api/trash?kind=snapshot')).json<Page<TrashItem>>()).items,
    /** Lets the sweep run as if it were later by so many hours, twice, as an alarm may. */
    sweep: async (after: number, times = 2) => {
      hours += after;
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + hours * hourMs);
      try {
        for (let i = 0; i < times; i++) await runDurableObjectAlarm(rig.index());
      } finally {
        now.mockRestore();
      }
    },
    alarm: () => runInDurableObject(rig.index(), (_, { storage }) => storage.getAlarm()),
    rows: (table: 'content' | 'pack' | 'snapshot') =>
      runInDurableObject(
        rig.index(),
        (_, { storage }) => storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n,
      ),
  };
}

type Weather = 'down' | 'mute';

/** An object of which one method fails at its first call: before anything happened, or after, when only the answer is lost. */
function failing<T extends object>(real: T, name: string, weather: Weather): T {
  let failed = false;
  return new Proxy(real, {
    get: (on, key) => {
      const value: unknown = Reflect.get(on, key);
      if (typeof value !== 'function') return value;
      if (key !== name || failed) return (...args: unknown[]) => Reflect.apply(value, on, args);
      return async (...args: unknown[]) => {
        failed = true;
        if (weather === 'down') throw new Error('unreachable');
        await Reflect.apply(value, on, args);
        throw new Error('the connection was lost');
      };
    },
  });
}

const brokenArchive = (method: string, weather: Weather): Env => ({ ...env, ARCHIVE: failing(env.ARCHIVE, method, weather) });
const brokenDb = (weather: Weather): Env => ({ ...env, DB: failing(env.DB, 'batch', weather) });
const brokenIndex = (method: string, weather: Weather): Env => {
  const stubs = new Proxy(env.CONTENT_INDEX, {
    get: (on, key) =>
      key === 'getByName' ? (name: string) => failing(on.getByName(name), method, weather) : Reflect.get(on, key),
  });
  return { ...env, CONTENT_INDEX: stubs };
};

const weathers: Weather[] = ['down', 'mute'];
/** Each place at which an upload and a snapshot can be interrupted. */
const interruptions: [string, () => Env][] = weathers.flatMap((weather): [string, () => Env][] => [
  [`the number of a pack, ${weather}`, () => brokenIndex('prepare', weather)],
  [`the pack, ${weather}`, () => brokenArchive('put', weather)],
  [`the index of its contents, ${weather}`, () => brokenIndex('fill', weather)],
  [`the index of snapshots, ${weather}`, () => brokenIndex('commit', weather)],
  [`the row in D1, ${weather}`, () => brokenDb(weather)],
]);

describe('an interruption', () => {
  let project: Awaited<ReturnType<typeof makeProject>>;
  beforeAll(async () => {
    project = await makeProject('interrupted');
  });

  it.each(interruptions)('at %s is mended by a repeat', async (what, broken) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await project.keep(what, broken())).toBe(false);
    expect(await project.keep(what)).toBe(true);
    logged.mockRestore();
  });

  it.each(weathers)('at the manifest, %s, is mended by a repeat', async (weather) => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    await project.upload(`manifest ${weather}`);
    expect((await project.take(`manifest ${weather}`, brokenArchive('put', weather))).status).toBe(500);
    expect((await project.take(`manifest ${weather}`)).status).toBe(201);
    logged.mockRestore();
  });

  it('leaves nothing behind that a day’s sweeps do not take, and nothing that they may not', async () => {
    const listed = await project.list();
    // What was lost was the answer alone: that snapshot is there, and so is its repeat.
    expect(listed).toHaveLength(interruptions.length + 2 + 1);
    for (const hours of [25, 25, 25]) {
      await project.sweep(hours);
      await evictDurableObject(project.index());
    }
    expect(await project.stored('manifests')).toEqual(listed.map(({ id }) => `${id}.json.gz`).toSorted());
    expect(await project.rows('snapshot')).toBe(listed.length);
    expect(await project.stored('packs')).toHaveLength(await project.rows('pack'));
    expect(await project.rows('pack')).toBe(interruptions.length + 2);
    for (const { id } of listed) {
      const { entries } = await project.manifest(id);
      const hashes = entries.flatMap((entry) => (entry.type === 'file' ? [entry.hash] : []));
      const response = await project.ask(env, 'POST', `${project.base}/read`, { hashes });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
  });

  it('of a deletion leaves nothing either, and an empty project is left alone', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const ways = weathers.flatMap((weather) => [
      brokenDb(weather),
      brokenArchive('delete', weather),
      brokenIndex('forget', weather),
    ]);
    for (const [i, { id }] of (await project.list()).entries()) await project.remove(id, ways[i % ways.length]);
    for (const { id } of await project.thrownAway()) expect((await project.remove(id)).status).toBe(204);
    logged.mockRestore();
    for (const hours of [25, 25, 25]) await project.sweep(hours);
    expect([await project.stored('manifests'), await project.stored('packs')]).toEqual([[], []]);
    for (const table of ['content', 'pack', 'snapshot'] as const) expect(await project.rows(table)).toBe(0);
    expect(await project.alarm()).toBeNull();
  });
});

describe('a sweep', () => {
  it('keeps what no snapshot needs for a day after it found that, and takes it a day later', async () => {
    const project = await makeProject('patient');
    await project.upload('never used');
    await project.sweep(25);
    expect(await project.stored('packs')).toHaveLength(1);
    await project.sweep(20);
    expect(await project.stored('packs')).toHaveLength(1);
    await project.sweep(5);
    expect(await project.stored('packs')).toEqual([]);
    expect(await project.missing([recordOf('never used').hash])).toMatchObject({ missing: [recordOf('never used').hash] });
    expect(await project.keep('never used')).toBe(true);
  });

  it('spares what a snapshot came to need meanwhile, and what only one of several needs', async () => {
    const project = await makeProject('needed');
    await project.upload('late');
    await project.sweep(25);
    expect((await project.take('late')).status).toBe(201);
    expect((await project.take('late')).status).toBe(201);
    await project.sweep(25);
    const [one] = await project.list();
    await project.remove(one?.id ?? '');
    for (const hours of [25, 25, 25]) await project.sweep(hours);
    expect(await project.stored('packs')).toHaveLength(1);
    expect((await project.list()).length).toBe(1);
  });

  it('takes the snapshots of a deleted session', async () => {
    const project = await makeProject('deleted');
    expect(await project.keep('of a deleted session')).toBe(true);
    await project.browser.call(`/api/sessions/${project.sessionId}`, { method: 'DELETE' });
    for (const hours of [25, 25]) await project.sweep(hours);
    expect(await project.stored('manifests')).toHaveLength(1);
    await project.browser.call(`/api/trash/${project.sessionId}`, { method: 'DELETE' });
    for (const hours of [25, 25]) await project.sweep(hours);
    expect([await project.stored('manifests'), await project.stored('packs')]).toEqual([[], []]);
  });

  it('that D1 or R2 fails deletes nothing that it is not sure of, and comes again', async () => {
    const project = await makeProject('failing');
    expect(await project.keep('kept')).toBe(true);
    const failed = vi.spyOn(console, 'error').mockImplementation(() => {});
    await runInDurableObject(project.index(), async (index) => {
      const whole = Reflect.get(index, 'env') as Env;
      Reflect.set(index, 'env', { ...whole, DB: brokenD1(whole.DB, 'down') });
    });
    await project.sweep(25, 1);
    expect(failed).toHaveBeenCalledOnce();
    failed.mockRestore();
    expect(await project.stored('manifests')).toHaveLength(1);
    expect(await project.alarm()).not.toBeNull();
    await evictDurableObject(project.index());
    await project.sweep(1);
    expect(await project.list()).toHaveLength(1);
    expect(await project.stored('manifests')).toHaveLength(1);
  });

  it('a full index takes no more snapshots, and a commit whose answer was lost is still answered as done', async () => {
    const project = await makeProject('full');
    const index = project.index();
    expect(await index.commit('snp_last', [], 0)).toEqual({ ok: true });
    await runInDurableObject(index, (_, { storage: { sql } }) => {
      sql.exec(
        `WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO snapshot (id, at, packs) SELECT 'snp_' || i, 0, '[]' FROM n`,
        limits.maxSnapshotsPerProject,
      );
    });
    await evictDurableObject(index);
    expect(await index.commit('snp_last', [], 0)).toEqual({ ok: true });
    expect(await index.commit('snp_more', [], 0)).toEqual({ ok: false, why: 'full' });
  });

  it('an upload that took more than a day is not written down over its swept number', async () => {
    const project = await makeProject('late');
    const pack = await project.prepare('late');
    await project.sweep(25);
    const placed = { hash: recordOf('late').hash, at: 0, length: 4, size: 4 };
    expect(await project.index().fill(pack ?? 0, [placed])).toBeNull();
    expect(await project.prepare('late')).toBeGreaterThan(pack ?? 0);
  });
});
