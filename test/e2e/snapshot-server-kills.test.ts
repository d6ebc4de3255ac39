import { randomBytes } from 'node:crypto';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import { startServer } from '../../scripts/local/server.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { SnapshotList } from '../../wire/snapshot.ts';
import { ContentBook } from '../../worker/rooms/contents/content-book.ts';
import { sweepContents } from '../../worker/rooms/contents/content-sweep.ts';
import { picture } from '../cli/snapshot/picture.ts';
import { RoomDisk } from '../simulation/room-disk.ts';
import { Machine } from './cli-machine.ts';
import { Gate } from './gate.ts';
import { person } from './person.ts';
import { seededRandom } from './seeded-random.ts';
import { startServerProcess } from './server-process.ts';

const seed = Number(process.env.SEED ?? 20_261_127);
const kills = Number(process.env.SERVER_KILLS ?? 12);

/** A workspace of which half is new each time, so that there is always something to send. */
function workspace(turn: number): Record<string, Buffer | string> {
  const files: Record<string, Buffer | string> = {};
  for (let index = 0; index < 40; index++) {
    files[`same/f${index}`] = `the same ${index}`;
    files[`new/f${index}`] = index % 8 === 0 ? randomBytes(400_000) : `turn ${turn} of ${index}`;
  }
  return files;
}

it(`a server that is killed ${kills} times while snapshots are taken and restored leaves each whole or not at all, and the sweep leaves nothing of the rest`, {
  timeout: 1_800_000,
}, async () => {
  const random = seededRandom(seed);
  let server = await startServerProcess();
  const { url, port, stateDir } = server;
  onTestFinished(() => server.kill().catch(() => {}));
  const gate = await Gate.open(url);
  onTestFinished(() => gate.close());
  const who = person('serverkills');
  const account = await signUp(url, who);
  const token = await account.ingestToken('kills');
  const events = [{ type: 'prompt', text: 'begin' }];
  const { sessionId } = await postHook<IngestAnswer>(url, token, '/hooks/events', { agent: 'test', sessionId: 'kills', events });
  const machine = new Machine();
  await machine.must(['login', gate.url, '--email', who.email, '--password-stdin'], who.password);
  const folder = join(machine.home, 'work');
  const write = (turn: number) => {
    rmSync(folder, { recursive: true, force: true });
    for (const [path, bytes] of Object.entries(workspace(turn))) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
  };
  const listed = async () => (await account.call<SnapshotList>('GET', `/api/sessions/${sessionId}/snapshots?limit=100`)).items;

  write(0);
  const first = picture(folder);
  const { out, tookMs } = await machine.run(['snapshot', folder, '--session', sessionId]);
  const firstId = /snp_\w+/.exec(out)?.[0] ?? 'none';
  const ends = { went: 0, failed: 0 };
  for (let kill = 0; kill < kills; kill++) {
    const restores = kill % 3 === 2;
    write(kill + 1);
    const before = picture(folder);
    const command = restores
      ? ['restore', firstId, folder, '--yes', '--delete-untracked']
      : ['snapshot', folder, '--session', sessionId];
    const uploads = kill % 3 === 1 ? gate.nextUpload() : wait(random() * tookMs);
    const { ran } = machine.start(command);
    await uploads;
    await server.kill();
    server = await startServerProcess({ port, stateDir });
    const { code } = await ran;
    ends[code === 0 ? 'went' : 'failed'] += 1;
    const after = JSON.stringify(picture(folder));
    const allowed = [before, ...(restores ? [first] : [])].map((each) => JSON.stringify(each));
    expect(allowed, `kill ${kill}, seed ${seed}: the folder is neither what it was nor what it was to be`).toContain(after);
  }

  const snapshots = await listed();
  const target = new Machine();
  await target.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
  for (const { id, fileCount } of snapshots) {
    await target.must(['restore', id, id, '--yes']);
    const files = Object.keys(picture(join(target.home, id))).filter((path) => !path.endsWith('/'));
    expect(files).toHaveLength(fileCount);
  }
  expect(picture(join(target.home, firstId))).toEqual(first);
  const restoring = await listed();
  await server.stop();

  // The sweep of the days to come, over what the killed servers left: the production code on their SQLite and their bucket.
  const left = await startServer({ port: 0, stateDir, assets: false, onTrouble: () => {} });
  onTestFinished(() => left.stop());
  const bucket = await left.miniflare.getR2Bucket('ARCHIVE');
  const folderOf = `${account.organizationId}/projects/${account.projectId}/`;
  const keys = async (part: string) =>
    (await bucket.list({ prefix: `${folderOf}${part}/` })).objects.map(({ key }) => key.slice(folderOf.length + part.length + 1));
  const orphans = { packs: (await keys('packs')).length, manifests: (await keys('manifests')).length };
  const [file = 'no index'] = globSync(join(stateDir, 'v3/do/*ContentIndex/*.sqlite')).filter(
    (path) => !path.includes('metadata'),
  );
  const disk = new RoomDisk(file);
  onTestFinished(() => disk.close());
  const book = new ContentBook(disk);
  const existing = new Set(restoring.map(({ id }) => id));
  for (const days of [1.1, 2.2, 3.3]) {
    const ports = {
      book,
      existing: async (ids: string[]) => new Set(ids.filter((id) => existing.has(id))),
      deleteManifests: async (ids: string[]) => bucket.delete(ids.map((id) => `${folderOf}manifests/${id}.json.gz`)),
      deletePacks: async (packs: number[]) =>
        bucket.delete(packs.map((pack) => `${folderOf}packs/${String(pack).padStart(10, '0')}`)),
    };
    await sweepContents(ports, Date.now() + days * 24 * 3600_000);
  }
  const used = [...book.used()].toSorted((a, b) => a - b).map((pack) => String(pack).padStart(10, '0'));
  expect(await keys('manifests')).toEqual([...existing].toSorted().map((id) => `${id}.json.gz`));
  expect(await keys('packs')).toEqual(used);
  expect(book.packs().map(({ number }) => String(number).padStart(10, '0'))).toEqual(used);
  console.log(
    `${kills} kills of the server (seed ${seed}): ${ends.went} commands went well all the same, ${ends.failed} said that they did not; ` +
      `${snapshots.length} snapshots, each whole; the sweep took ${orphans.packs - used.length} packs and ${orphans.manifests - existing.size} manifests, nothing else is left`,
  );
});
