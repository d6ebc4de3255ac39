import { randomBytes } from 'node:crypto';
import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HashCache } from '../../../cli/snapshot/hash-cache.ts';
import { hashFile } from '../../../cli/snapshot/hash-file.ts';
import { statsOf } from '../../../cli/snapshot/workspace.ts';
import { temporaryFolder } from '../../e2e/server-process.ts';
import { Desk } from './desk.ts';
import { StandIn, sha256 } from './stand-in.ts';

let server: StandIn;
beforeAll(async () => {
  server = await StandIn.open();
});
beforeEach(() => {
  server.weather = () => undefined;
  server.cwd = null;
});
afterAll(() => server.close());

describe('a snapshot', () => {
  it('says what it holds, what was sent for it, and what was left out', async () => {
    const desk = new Desk(server);
    desk.write({ a: 'one', b: 'one', c: 'three', '.env': 'SECRET=1' });
    const out = await desk.must('snapshot', desk.folder, '--session', 'ses_1', '--name', 'first');
    expect(out).toMatch(/Left out \(1\):\n {2}\.env {2}it may hold secrets; --with-secrets takes such files/);
    expect(out).toMatch(/snp_\w+ {2}3 files, 11 B, of ses_\w+\nNew here: 2 contents/);
    expect(await desk.must('snapshots', 'ses_1')).toContain('first');
  });

  it('is listed for the folder of its session without its id, and it is said whose it is', async () => {
    const desk = new Desk(server);
    desk.write({ a: 'one' });
    await desk.must('snapshot', desk.folder, '--session', 'ses_1', '--name', 'alone');
    server.cwd = process.cwd();
    const out = await desk.must('snapshots');
    expect(out).toContain('Of ses_1, the latest session of this folder');
    expect(out).toContain('alone');
    expect(await desk.must('snapshots', '--session', 'ses_1')).not.toContain('latest session');
  });

  it('sends each content once, and the second time only what has changed', async () => {
    const desk = new Desk(server);
    for (let index = 0; index < 40; index++) desk.write({ [`f${index}`]: randomBytes(10_000) });
    await desk.snapshot();
    const before = server.receivedBytes;
    desk.write({ f7: randomBytes(10_000) });
    await desk.snapshot();
    // Hashes and manifest of forty files, and one file.
    expect(server.receivedBytes - before).toBeLessThan(10_000 + 40 * 300);
  });

  it('of a large file is made of parts, of which only the changed one is sent again', async () => {
    const desk = new Desk(server);
    desk.write({ large: randomBytes(9_000_000) });
    const first = await desk.snapshot();
    appendFileSync(join(desk.folder, 'large'), 'a little more');
    const before = server.receivedBytes;
    const second = await desk.snapshot();
    expect(server.receivedBytes - before).toBeLessThan(2_000_000);
    const partsOf = (id: string) =>
      server.manifestOf(id).entries.flatMap((entry) => (entry.type === 'file' ? (entry.parts ?? []) : []));
    expect(partsOf(second).slice(0, 2)).toEqual(partsOf(first).slice(0, 2));
    expect(partsOf(second)).toHaveLength(3);
  });

  it('belongs to the latest session that works in the folder, where none is named', async () => {
    const desk = new Desk(server);
    expect((await desk.run('snapshot', desk.folder)).err).toContain('None of the last 100 sessions works in');
    server.cwd = join(desk.folder, 'below');
    expect(await desk.must('snapshot', desk.folder)).toContain('snp_');
  });

  it('holds what a file was when it was read, also where that changes meanwhile', async () => {
    const desk = new Desk(server);
    desk.write({ calm: 'calm', restless: 'first' });
    let count = 0;
    server.weather = (request) => {
      if (request.url?.endsWith('/missing')) writeFileSync(join(desk.folder, 'restless'), count++ === 0 ? 'second' : 'second');
      return undefined;
    };
    const { entries } = server.manifestOf(await desk.snapshot());
    expect(entries.map((entry) => entry.type === 'file' && entry.hash)).toEqual(
      ['calm', 'second'].map((text) => sha256(Buffer.from(text))),
    );
  });

  it('leaves out a file that is never twice the same, and says so', async () => {
    const desk = new Desk(server);
    desk.write({ calm: 'calm', restless: 'first' });
    let count = 0;
    server.weather = (request) => {
      if (request.url?.endsWith('/missing')) writeFileSync(join(desk.folder, 'restless'), `number ${count++}`);
      return undefined;
    };
    const out = await desk.must('snapshot', desk.folder, '--session', 'ses_1');
    expect(out).toContain('restless  it cannot be read, or changes all the time');
    expect(out).toContain('1 file,');
  });

  it('begins again where the server has lost a content between the question and the manifest', async () => {
    const desk = new Desk(server);
    desk.write({ a: 'lost on the way' });
    let isLost = false;
    server.weather = (request) => {
      if (!request.url?.endsWith('/snapshots') || isLost) return undefined;
      isLost = true;
      server.contents.clear();
      return undefined;
    };
    await desk.snapshot();
    expect(server.contents.has(sha256(Buffer.from('lost on the way')))).toBe(true);
  });

  it('is sent again where the server is away for a moment, and ends where it refuses', async () => {
    const desk = new Desk(server);
    desk.write({ a: 'away' });
    let count = 0;
    server.weather = (request, response) => {
      if (request.method !== 'PUT' || count++ > 0) return undefined;
      response.destroy();
      return 'handled';
    };
    await desk.snapshot();
    server.weather = (request, response) => {
      if (request.method !== 'POST') return undefined;
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"detail":"You may only look."}');
      return 'handled';
    };
    expect(await desk.run('snapshot', desk.folder, '--session', 'ses_1')).toMatchObject({
      code: 1,
      err: 'flightdeck: You may only look.\n',
    });
  });
});

describe('what a file hashed to', () => {
  it('is believed as long as the file looks untouched, and not where it changed a moment ago', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'a');
    writeFileSync(file, 'one');
    const stats = statsOf(file);
    const hashed = hashFile(file);
    if (!stats || !hashed) throw new Error('There is no file.');
    const later = stats.ctimeMs + 60_000;

    const unsure = new HashCache(folder);
    unsure.put('a', stats, hashed, stats.ctimeMs + 1000);
    unsure.save();
    expect(new HashCache(folder).get('a', stats)).toBeUndefined();

    const sure = new HashCache(folder);
    sure.put('a', stats, hashed, later);
    sure.save();
    expect(new HashCache(folder).get('a', stats)).toEqual(hashed);
    // As many bytes, and the old time set back: the inode tells all the same.
    writeFileSync(file, 'two');
    utimesSync(file, stats.atimeMs / 1000, stats.mtimeMs / 1000);
    const now = statsOf(file);
    expect(now && new HashCache(folder).get('a', now)).toBeUndefined();
  });
});
