import { evictDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { CreatedSnapshot, Manifest, ManifestEntry, Snapshot, SnapshotList } from '../../../wire/snapshot.ts';
import { makeArchiveRig, recordOf } from './rig.ts';

let rig: Awaited<ReturnType<typeof makeArchiveRig>>;
let sessionId: string;
beforeAll(async () => {
  rig = await makeArchiveRig('Snapshots');
  sessionId = await newSession('snapshots');
});

async function newSession(name: string): Promise<string> {
  const answer = await rig.batch(name, [
    { type: 'prompt', text: 'go' },
    { type: 'message', text: 'done' },
  ]);
  return (await answer.json<IngestAnswer>()).sessionId;
}

/** An entry of a file with this text, which may have to be uploaded yet. */
function fileOf(path: string, text: string): ManifestEntry {
  const { hash, size } = recordOf(text);
  return { type: 'file', path, size, mode: 0o644, hash };
}

const post = (body: object, of = sessionId, headers?: Record<string, string>) =>
  rig.browser.call(`/api/sessions/${of}/snapshots`, { body, headers });

async function take(body: object, of = sessionId): Promise<CreatedSnapshot> {
  const response = await post(body, of);
  expect(response.status).toBe(201);
  return response.json<CreatedSnapshot>();
}

async function refused(response: Response): Promise<Problem> {
  expect(response.ok).toBe(false);
  return response.json<Problem>();
}

describe('a snapshot', () => {
  it('is its manifest: taken, found, listed newest first and read as it was sent', async () => {
    await rig.store('first', 'second');
    const entries: ManifestEntry[] = [
      fileOf('a.txt', 'first'),
      { ...fileOf('bin/run', 'second'), mode: 0o755 } as ManifestEntry,
      { type: 'link', path: 'current', target: 'bin/run' },
    ];
    const leftOut = [{ path: '.env', why: 'secret' as const }];
    const taken = await take({ entries, leftOut, name: ' before the refactoring ', reason: 'rule', gitHead: 'abc123' });
    expect(taken).toMatchObject({
      id: expect.stringMatching(/^snp_/),
      sessionId,
      projectId: rig.account.project.id,
      name: 'before the refactoring',
      reason: 'rule',
      seq: 2,
      gitHead: 'abc123',
      fileCount: 3,
      bytes: 11,
      leftOutCount: 1,
      createdBy: rig.account.user.id,
      warnings: [],
    });
    const { warnings: _, ...snapshot } = taken;
    expect(await rig.browser.json<Snapshot>(`/api/snapshots/${taken.id}`)).toEqual(snapshot);
    expect(await rig.browser.json<Manifest>(`/api/snapshots/${taken.id}/manifest`)).toEqual({ entries, leftOut });
    const later = await take({ entries: [], seq: 1 });
    expect(later).toMatchObject({ seq: 1, name: null, reason: 'manual', gitHead: null, fileCount: 0 });
    const path = `/api/sessions/${sessionId}/snapshots`;
    const first = await rig.browser.json<SnapshotList>(`${path}?limit=1`);
    expect(first.items.map(({ id }) => id)).toEqual([later.id]);
    const second = await rig.browser.json<SnapshotList>(`${path}?limit=1&cursor=${first.nextCursor}`);
    expect(second).toEqual({ items: [snapshot], nextCursor: null });
  });

  it('of contents that are not there is a 409 that lists them, and leaves nothing behind', async () => {
    await rig.store('there');
    const before = await rig.stored('manifests');
    const body = { entries: [fileOf('a', 'there'), fileOf('b', 'not there')] };
    expect(await refused(await post(body))).toMatchObject({
      status: 409,
      code: 'contents_missing',
      missing: [recordOf('not there').hash],
    });
    expect(await rig.stored('manifests')).toEqual(before);
    await rig.store('not there');
    expect((await post(body)).status).toBe(201);
  });

  it('that lists more than a thousand missing contents is cut there', async () => {
    const entries = Array.from({ length: 1200 }, (_, i) => fileOf(`f${String(i).padStart(4, '0')}`, `missing ${i}`));
    expect((await refused(await post({ entries }))).missing).toHaveLength(1000);
  });

  it.each([
    ['a path that leads up', [fileOf('../../etc/passwd', 'x')], 'entries.0', '../../etc/passwd: The path leads up'],
    ['a path twice', [fileOf('a', 'x'), fileOf('a', 'x')], 'entries.1', 'a: The path is there twice.'],
    ['a file beneath a link', [{ type: 'link', path: 'l', target: '/' }, fileOf('l/x', 'x')], 'entries.1', 'l/x: '],
    ['a size that its content has not', [{ ...fileOf('a', 'x'), size: 2 }], 'entries', 'has 1 bytes'],
    ['a mode that is none', [{ ...fileOf('a', 'x'), mode: 0o4755 }], 'entries.0.mode', ''],
    ['a hash that is none', [{ ...fileOf('a', 'x'), hash: 'x' }], 'entries.0.hash', 'SHA-256'],
    ['a device', [{ type: 'device', path: 'a' }], 'entries.0.type', ''],
  ])('with %s is refused, and says where', async (_what, entries, path, words) => {
    await rig.store('x');
    const problem = await refused(await post({ entries }));
    expect(problem).toMatchObject({ code: 'invalid', errors: [{ path, message: expect.stringContaining(words) }] });
  });

  it('of events that the session does not have is refused', async () => {
    expect(await refused(await post({ entries: [], seq: 1000 }))).toMatchObject({ errors: [{ path: 'seq' }] });
  });

  it('with too many files is refused by their number', async () => {
    const entries = Array.from({ length: 100_001 }, () => 0);
    expect(await refused(await post({ entries }))).toMatchObject({ code: 'invalid', errors: [{ path: 'entries' }] });
    expect(await refused(await rig.browser.call(`/api/sessions/${sessionId}/snapshots`, { body: '{' }))).toMatchObject({
      code: 'bad_json',
    });
  });

  it('with paths that differ only in case is taken, and says so', async () => {
    await rig.store('x');
    const { warnings } = await take({ entries: [fileOf('README', 'x'), fileOf('readme', 'x')] });
    expect(warnings).toEqual([expect.stringContaining('README and readme differ only in case')]);
  });

  it('asked for twice under one key is taken once', async () => {
    const of = await newSession('twice');
    const body = { entries: [], name: 'once' };
    const key = { 'idempotency-key': 'k1' };
    const [first, second] = [await post(body, of, key), await post(body, of, key)];
    expect(await second.json()).toEqual(await first.json());
    const { items } = await rig.browser.json<SnapshotList>(`/api/sessions/${of}/snapshots`);
    expect(items).toHaveLength(1);
  });

  it('is marked in the session’s timeline, once, and is no activity of the agent', async () => {
    const of = await newSession('marked');
    const before = await rig.browser.json<SessionSummary>(`/api/sessions/${of}`);
    const { warnings: _, ...snapshot } = await take({ entries: [], name: 'a name', reason: 'upload' }, of);
    await rig.room(of).noteSnapshot(snapshot, { userId: snapshot.createdBy, name: 'Again' });
    const { items } = await rig.events(of, 2);
    expect(items).toMatchObject([
      {
        seq: 3,
        type: 'control',
        control: {
          action: 'snapshot_taken',
          snapshotId: snapshot.id,
          snapshotReason: 'upload',
          snapshotName: 'a name',
          by: { userId: rig.account.user.id },
        },
        text: `kept 0 files, 0 bytes, as ${snapshot.id}`,
      },
    ]);
    const after = await rig.browser.json<SessionSummary>(`/api/sessions/${of}`);
    const { lastEventAt, activity, status } = before;
    expect(after).toMatchObject({ lastEventAt, activity, status, title: before.title });
  });

  it('needs a session', async () => {
    expect(await refused(await post({ entries: [] }, 'ses_nothing'))).toMatchObject({ code: 'not_found' });
  });

  it('holds as many files as a large checkout, and its index bears being evicted', async () => {
    const texts = Array.from({ length: 6000 }, (_, i) => `large ${i}`);
    for (let at = 0; at < texts.length; at += 2000) await rig.store(...texts.slice(at, at + 2000));
    await evictDurableObject(rig.index());
    const entries = texts.map((text, i) => fileOf(`dir/${String(i).padStart(6, '0')}`, text));
    const { id, fileCount } = await take({ entries });
    expect(fileCount).toBe(6000);
    const manifest = await rig.browser.json<Manifest>(`/api/snapshots/${id}/manifest`);
    expect(manifest.entries).toEqual(entries);
  });
});

describe('a deleted snapshot', () => {
  it('is gone, manifest and all, and its contents can be used by others', async () => {
    await rig.store('shared');
    const entries = [fileOf('a', 'shared')];
    const [one, other] = [await take({ entries }), await take({ entries })];
    expect((await rig.browser.call(`/api/snapshots/${one.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await rig.browser.call(`/api/snapshots/${one.id}`, { method: 'DELETE' })).status).toBe(404);
    for (const tail of ['', '/manifest']) expect((await rig.browser.call(`/api/snapshots/${one.id}${tail}`)).status).toBe(404);
    expect(await rig.stored('manifests')).toContain(`${one.id}.json.gz`);
    expect((await rig.browser.call(`/api/trash/${one.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await rig.stored('manifests')).not.toContain(`${one.id}.json.gz`);
    expect(await rig.stored('manifests')).toContain(`${other.id}.json.gz`);
    expect((await rig.read([recordOf('shared').hash])).size).toBe(1);
  });

  it('goes with its session', async () => {
    const of = await newSession('deleted');
    const { id } = await take({ entries: [] }, of);
    expect((await rig.browser.call(`/api/sessions/${of}`, { method: 'DELETE' })).status).toBe(204);
    expect((await rig.browser.call(`/api/snapshots/${id}`)).status).toBe(404);
    expect((await rig.browser.call(`/api/sessions/${of}/snapshots`)).status).toBe(404);
  });
});
