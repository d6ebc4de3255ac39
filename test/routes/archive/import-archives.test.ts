import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Project } from '../../../wire/identity.ts';
import type { ImportReport } from '../../../wire/import.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import { limits } from '../../../wire/limits.ts';
import type { CreatedBranch, SessionSummary } from '../../../wire/session.ts';
import type { Manifest, Snapshot, SnapshotList } from '../../../wire/snapshot.ts';
import { sha256 } from '../../../worker/store/archive/packing.ts';
import { hostileArchives } from '../../adapters/tar/hostile-archives.ts';
import { entry, header, tarGz as tarGzOf } from '../../adapters/tar/tar-bytes.ts';
import { bytesOf, makeArchiveRig, noise, packOf, recordOf } from './rig.ts';

type Rig = Awaited<ReturnType<typeof makeArchiveRig>>;
let here: Rig;
let there: Rig;
beforeAll(async () => {
  here = await makeArchiveRig('Archives here');
  there = await makeArchiveRig('Archives there');
});

/** As a body. */
const tarGz = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => new Uint8Array(tarGzOf(...parts));

const story = [{ type: 'prompt', text: 'write it down' }, { type: 'message', text: 'Done.' }, { type: 'session.ended' }];
const fileOf = (path: string, text: string) => {
  const { hash, size } = recordOf(text);
  return { type: 'file', path, size, mode: 0o644, hash } as const;
};

/** A session with snapshots of these files, each a list of [path, text]. */
async function sessionWith(rig: Rig, name: string, ...snapshots: [path: string, text: string][][]): Promise<string> {
  const { sessionId } = await (await rig.batch(name, story)).json<IngestAnswer>();
  const texts = [...new Set(snapshots.flatMap((files) => files.map(([, text]) => text)))];
  if (texts.length > 0) await rig.store(...texts);
  for (const files of snapshots) {
    const entries = files.map(([path, text]) => fileOf(path, text));
    await rig.browser.json(`/api/sessions/${sessionId}/snapshots`, { body: { entries, name: `of ${files.length}` } });
  }
  return sessionId;
}

async function archiveOf(rig: Rig, ...sessionIds: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const response = await rig.browser.call('/api/exports', { body: { sessionIds, format: 'archive' } });
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

const send = (rig: Rig, body: BodyInit, query = '', project = rig.account.project.id) =>
  rig.sendBytes('POST', `/api/imports?project=${project}${query}`, body, 'application/gzip');

async function bring(rig: Rig, body: BodyInit, query = '', project?: string): Promise<ImportReport> {
  const response = await send(rig, body, query, project);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return response.json<ImportReport>();
}

async function refused(rig: Rig, body: BodyInit) {
  const response = await send(rig, body);
  const { detail, errors = [] } = await response.json<{ detail: string; errors?: { path: string; message: string }[] }>();
  return { status: response.status, detail, errors };
}

const came = ({ sessions }: ImportReport) => sessions.map(({ outcome, snapshotCount }) => [outcome, snapshotCount]);
const snapshotsOf = async (rig: Rig, id: string) => (await rig.browser.json<SnapshotList>(`/api/sessions/${id}/snapshots`)).items;

/** The files of an archive by path, with the ids of its organization taken out. */
async function withoutIds(rig: Rig, archive: Uint8Array): Promise<Map<string, string>> {
  const files = await unpackTar(gunzipSync(archive));
  const texts = files.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString('latin1')] as const);
  const snapshotIds = texts.flatMap(([name]) => /snp_\w+/.exec(name) ?? []);
  const sessionIds = texts.flatMap(([name]) => /ses_(\w+)\/session/.exec(name)?.[1] ?? []);
  const ids = [
    ...snapshotIds.map((id, at) => [id, `SNAPSHOT ${at}`] as const),
    ...sessionIds.map((id, at) => [id, `SESSION ${at}`] as const),
    [rig.account.project.id, 'PROJECT'] as const,
  ];
  const plain = (text: string) =>
    ids.reduce((left, [id, name]) => left.replaceAll(id, name), text).replaceAll(/usr_[0-9a-z]{26}/g, 'USER');
  return new Map(texts.map(([name, text]) => [plain(name), plain(text)]));
}

describe('an archive that is imported elsewhere and exported there', () => {
  it('is the same bytes apart from ids: logs, snapshots, and what they hold', async () => {
    const one = await sessionWith(
      here,
      'carried',
      [
        ['a.txt', 'first'],
        ['b.txt', 'same'],
      ],
      [
        ['b.txt', 'same'],
        ['c.txt', 'second'],
      ],
    );
    const other = await sessionWith(here, 'carried along', [['d.txt', 'same']]);
    const archive = await archiveOf(here, one, other);
    const dry = await bring(there, archive, '&dryRun=true');
    expect(came(dry)).toEqual([
      ['created', 2],
      ['created', 1],
    ]);
    expect(await there.stored('packs'), 'nothing is stored by a dry run').toEqual([]);
    const report = await bring(there, archive);
    expect(came(report)).toEqual(came(dry));
    const ids = report.sessions.map(({ sessionId }) => sessionId);
    const again = await archiveOf(there, ...ids);
    expect(await withoutIds(there, again)).toEqual(await withoutIds(here, archive));

    const [newest] = await snapshotsOf(there, ids[0] ?? '');
    const manifest = await there.browser.json<Manifest>(`/api/snapshots/${newest?.id}/manifest`);
    const hashes = manifest.entries.flatMap((file) => (file.type === 'file' ? [file.hash] : []));
    const contents = await there.read(hashes);
    expect(hashes.map((hash) => new TextDecoder().decode(contents.get(hash)))).toEqual(['same', 'second']);
    const { items: events } = await there.events(ids[0] ?? '');
    const marks = events.flatMap(({ control }) => (control?.snapshotId ? [control.snapshotId] : []));
    expect(marks, 'the timeline names them as they are called here').toEqual(
      (await snapshotsOf(there, ids[0] ?? '')).map(({ id }) => id).reverse(),
    );
  });

  it('finds the parent of its session where another archive brought it', async () => {
    const parent = await sessionWith(here, 'parent', [['a', 'of the parent']]);
    const branched = await here.browser.json<CreatedBranch>(`/api/sessions/${parent}/branches`, { body: { name: 'apart' } });
    const [first] = (await bring(there, await archiveOf(here, parent))).sessions;
    const [second] = (await bring(there, await archiveOf(here, branched.session.id))).sessions;
    const child = await there.browser.json<SessionSummary>(`/api/sessions/${second?.sessionId}`);
    expect(child).toMatchObject({ parentId: first?.sessionId, branch: { name: 'apart' } });
  });

  it('changes nothing the second time, nor where it came from, nor on its way back', async () => {
    const id = await sessionWith(here, 'twice', [['a.txt', 'twice']]);
    const archive = await archiveOf(here, id);
    const first = await bring(there, archive);
    const before = await snapshotsOf(there, first.sessions[0]?.sessionId ?? '');
    expect(came(await bring(there, archive))).toEqual([['unchanged', 0]]);
    expect(await snapshotsOf(there, first.sessions[0]?.sessionId ?? '')).toEqual(before);
    expect(came(await bring(here, archive))).toEqual([['unchanged', 0]]);
    const back = await archiveOf(there, first.sessions[0]?.sessionId ?? '');
    expect(came(await bring(here, back))).toEqual([['unchanged', 0]]);
    expect(await snapshotsOf(here, id)).toHaveLength(1);
  });

  it('brings what an import that broke off, or one of the logs alone, did not', async () => {
    const id = await sessionWith(here, 'logs first', [['a.txt', 'logs first']]);
    const logs = await (await here.browser.call(`/api/sessions/${id}/export`)).text();
    expect((await bring(there, logs)).sessions[0]?.outcome).toBe('created');
    const report = await bring(there, await archiveOf(here, id));
    expect(came(report)).toEqual([['unchanged', 1]]);
    expect(await snapshotsOf(there, report.sessions[0]?.sessionId ?? '')).toHaveLength(1);
  });

  it('leaves what was thrown away there in the trash', async () => {
    const id = await sessionWith(here, 'thrown away', [['a.txt', 'thrown away']]);
    const archive = await archiveOf(here, id);
    const { sessionId = '' } = (await bring(there, archive)).sessions[0] ?? {};
    const [snapshot] = await snapshotsOf(there, sessionId);
    await there.browser.call(`/api/snapshots/${snapshot?.id}`, { method: 'DELETE' });
    expect(came(await bring(there, archive))).toEqual([['unchanged', 0]]);
    expect(await snapshotsOf(there, sessionId)).toEqual([]);
  });

  it('that takes the place of another session brings its own snapshots, and those of the other go into the trash', async () => {
    const id = await sessionWith(here, 'replaced', [['a.txt', 'of the archive']]);
    const archive = await archiveOf(here, id);
    const older = await sessionWith(there, 'replaced', [['b.txt', 'of the other']]);
    await there.browser.json(`/api/sessions/${older}`, { method: 'PATCH', body: { title: 'Another' } });
    expect(came(await bring(there, archive))).toEqual([['skipped', 0]]);
    expect(came(await bring(there, archive, '&onConflict=replace'))).toEqual([['replaced', 1]]);
    await there.later(older, 0.1);
    const left = await snapshotsOf(there, older);
    expect(left.map(({ name, fileCount }) => [name, fileCount])).toEqual([['of 1', 1]]);
    expect((await there.browser.json<Manifest>(`/api/snapshots/${left[0]?.id}/manifest`)).entries).toEqual([
      fileOf('a.txt', 'of the archive'),
    ]);
  });

  it('goes to the projects that its sessions name, each with the contents that it needs', async () => {
    const second = await there.browser.json<Project>('/api/projects', { body: { name: 'Second' } });
    const archive = await archiveOf(
      here,
      await sessionWith(here, 'in one', [
        ['a.txt', 'in both'],
        ['b.txt', 'in one'],
      ]),
      await sessionWith(here, 'in another', [['a.txt', 'in both']]),
    );
    const files = await unpackTar(gunzipSync(archive));
    let sessions = 0;
    const parts = files.map(({ header: { name }, data }) => {
      if (name.endsWith('/session.json')) sessions += 1;
      const projectId = sessions === 1 ? there.account.project.id : second.id;
      const text = Buffer.from(data ?? [])
        .toString('utf8')
        .replaceAll(here.account.project.id, projectId);
      return entry({ name }, name.startsWith('contents/') ? (data ?? new Uint8Array()) : text);
    });
    const response = await there.sendBytes('POST', '/api/imports', tarGz(...parts), 'application/gzip');
    const report = await response.json<ImportReport>();
    expect(report.sessions.map(({ projectId }) => projectId)).toEqual([there.account.project.id, second.id]);
    const [snapshot] = await snapshotsOf(there, report.sessions[1]?.sessionId ?? '');
    const whole = await there.browser.call(`/api/snapshots/${snapshot?.id}/archive`);
    const [only] = await unpackTar(gunzipSync(new Uint8Array(await whole.arrayBuffer())));
    expect(new TextDecoder().decode(only?.data)).toBe('in both');
  });

  it('carries a file of many parts', async () => {
    const big = noise(limits.maxContentBytes + 1000);
    const parts = [big.subarray(0, limits.maxContentBytes), big.subarray(limits.maxContentBytes)];
    const { sessionId } = await (await here.batch('large', story)).json<IngestAnswer>();
    const records = parts.map((bytes) => ({
      hash: sha256(bytes),
      size: bytes.byteLength,
      encoding: 'none' as const,
      packed: bytes,
    }));
    expect((await here.put(packOf(records))).status).toBe(200);
    const file = {
      type: 'file',
      path: 'big',
      size: big.byteLength,
      mode: 0o644,
      hash: sha256(big),
      parts: records.map(({ hash }) => hash),
    };
    await here.browser.json<Snapshot>(`/api/sessions/${sessionId}/snapshots`, { body: { entries: [file] } });
    const report = await bring(there, await archiveOf(here, sessionId));
    const [snapshot] = await snapshotsOf(there, report.sessions[0]?.sessionId ?? '');
    const tar = await (await there.browser.call(`/api/snapshots/${snapshot?.id}/archive`)).arrayBuffer();
    const [only] = await unpackTar(gunzipSync(new Uint8Array(tar)));
    expect(sha256(only?.data ?? new Uint8Array())).toBe(sha256(big));
  });
});

describe('an archive is refused as a whole, and nothing of it can be seen', () => {
  const label = entry({ name: 'flightdeck.json' }, '{"format":"flightdeck.archive","version":1}\n');
  let files: { name: string; bytes: Uint8Array }[];
  let id: string;
  const hash = sha256(bytesOf('hostile'));
  const content = `contents/${hash.slice(0, 2)}/${hash}`;
  beforeAll(async () => {
    id = await sessionWith(here, 'hostile', [['a.txt', 'hostile']]);
    const whole = await unpackTar(gunzipSync(await archiveOf(here, id)));
    files = whole.map(({ header: { name }, data }) => ({ name, bytes: data ?? new Uint8Array() }));
  });
  /** The archive with a change to the file whose name has these words; null takes it away. */
  const changed = (words: string, change: (text: string) => string | Uint8Array | null) =>
    tarGz(
      ...files.flatMap(({ name, bytes }) => {
        const text = name.includes(words) ? change(Buffer.from(bytes).toString('utf8')) : bytes;
        return text === null ? [] : [entry({ name }, text)];
      }),
    );

  it.each(hostileArchives)('%s', async (_what, bytes) => {
    const { status, errors } = await refused(there, new Uint8Array(bytes));
    expect([400, 413]).toContain(status);
    expect(errors.length).toBeGreaterThan(0);
  });

  it.each<[string, () => Uint8Array<ArrayBuffer>, string]>([
    ['without its label', () => changed('flightdeck.json', () => null), 'flightdeck.json is not its first file'],
    ['of another format', () => changed('flightdeck.json', () => '{"format":"else"}'), 'no archive of Flightdeck'],
    ['of another version', () => changed('flightdeck.json', (text) => text.replace('1', '2')), 'version 2'],
    ['with a file of somebody else’s', () => tarGz(label, entry({ name: 'notes.txt' }, 'x')), 'notes.txt is nothing'],
    ['with a link', () => tarGz(label, header({ name: 'sessions', type: '2', link: 'x' })), 'sessions is nothing'],
    ['without a content', () => changed(content, () => null), `names the content ${hash}`],
    ['with other bytes in a content', () => changed(content, () => 'hostilE'), 'hash to'],
    ['with a content of another size', () => changed(content, () => 'hostile!'), 'has 8 bytes'],
    ['with a content that no snapshot names', () => changed('/snapshots/', () => null), 'named by no snapshot'],
    ['whose manifest leads out', () => changed('/snapshots/', (text) => text.replace('a.txt', '../a')), 'leads up'],
    [
      'whose manifest counts wrong',
      () => changed('/snapshots/', (text) => text.replace('"fileCount":1', '"fileCount":2')),
      'It says 2',
    ],
    ['whose manifest has a field of its own', () => changed('/snapshots/', (text) => text.replace('{', '{"x":1,')), ''],
    [
      'whose snapshot comes after more events than there are',
      () => changed('/snapshots/', (text) => text.replace(/"seq":\d+/, '"seq":99')),
      'only',
    ],
    [
      'whose snapshot is of the future',
      () => changed('/snapshots/', (text) => text.replace(/"createdAt":"20/, '"createdAt":"29')),
      'future',
    ],
    [
      'whose session is of another folder',
      () => changed('/session.json', (text) => text.replace(id, `ses_${'b'.repeat(20)}`)),
      'of another session',
    ],
    [
      'whose session makes two of itself',
      () => changed('/session.json', (text) => `${text.trim()},"events":[]},{"session":${text}`),
      '',
    ],
    ['with an event of no known type', () => changed('/events/', (text) => text.replace('"type":"prompt"', '"type":"nope"')), ''],
    ['without its events', () => changed('/events/', () => null), 'there are 0 events'],
    [
      'with events of a session that is not its turn',
      () => tarGz(label, entry({ name: `sessions/${`ses_${'b'.repeat(20)}`}/events/000000000001.ndjson` }, '{}')),
      'does not stand',
    ],
    [
      'with a text beyond its cap',
      () =>
        tarGz(
          label,
          entry({ name: `sessions/ses_${'b'.repeat(20)}/session.json` }, new Uint8Array(limits.maxArchiveTextBytes + 1)),
        ),
      'has more than the',
    ],
    ['of nothing', () => tarGz(), ''],
  ])('%s', async (_what, bytes, words) => {
    const { status, detail, errors } = await refused(there, bytes());
    expect(status).toBe(400);
    expect([detail, ...errors.map(({ message }) => message)].join(' ')).toContain(words);
    expect(errors.length).toBeGreaterThan(0);
    expect(await there.sessionOf('tester', 'hostile')).toBeNull();
  });

  it('with more sessions than one import takes', async () => {
    const text = Buffer.from(files.find(({ name }) => name.endsWith('/session.json'))?.bytes ?? []).toString('utf8');
    const many = Array.from({ length: limits.maxArchiveSessions + 1 }, (_, i) => {
      const own = `ses_${'a'.repeat(18)}${String.fromCharCode(97 + Math.floor(i / 26), 97 + (i % 26))}`;
      return entry({ name: `sessions/${own}/session.json` }, text.replaceAll(id, own));
    });
    const { errors } = await refused(there, tarGz(label, ...many));
    expect(errors[0]?.message).toContain(`more than ${limits.maxArchiveSessions} sessions`);
  });

  it('beyond the quota of bytes, and goes on where there is room again', async () => {
    const full = await makeArchiveRig('Archives full');
    await full.browser.json('/api/limits', { method: 'PATCH', body: { storedBytes: 1 } });
    const archive = changed('nothing', (text) => text);
    expect((await send(full, archive)).status).toBe(429);
    expect(await full.sessionOf('tester', 'hostile')).toBeNull();
    await full.browser.json('/api/limits', { method: 'PATCH', body: { storedBytes: null } });
    expect(came(await bring(full, archive))).toEqual([['created', 1]]);
  });
});
