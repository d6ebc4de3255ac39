import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { picture } from './picture.ts';
import { StandIn } from './stand-in.ts';

let server: StandIn;
let model: Desk;
beforeAll(async () => {
  server = await StandIn.open();
  model = makeModel();
});
afterAll(() => server.close());

/** A repository with tracked, untracked, ignored and secret files. */
function repository(): Desk {
  const desk = new Desk(server);
  cpSync(model.folder, desk.folder, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return desk;
}

function makeModel(): Desk {
  const desk = new Desk(server);
  desk.git('init');
  desk.write({
    '.gitignore': 'node_modules/\n*.log\n',
    'src/a.ts': 'export const a = 1;\n',
    'src/deep/b.ts': 'export const b = 2;\n',
    'run.sh': '#!/bin/sh\n',
    empty: '',
    large: randomBytes(4_500_000),
  });
  desk.mode('run.sh', 0o755);
  desk.link('link', 'src/a.ts');
  desk.git('add', '.');
  desk.git('commit', '-m', 'first');
  desk.write({ 'notes.txt': 'untracked', 'node_modules/x/index.js': 'ignored', 'build.log': 'ignored', '.env': 'SECRET=1' });
  return desk;
}

// Git, and a few megabytes, on a machine that is busy with the other test files.
describe('a restore', () => {
  it('makes the folder what it was, and its own snapshot makes it what it had become', async () => {
    const desk = repository();
    const before = picture(desk.folder);
    const id = await desk.snapshot('--name', 'before');
    desk.write({
      'src/a.ts': 'changed',
      'src/new.ts': 'added and tracked',
      'node_modules/x/index.js': 'other',
      '.env': 'SECRET=2',
    });
    desk.mode('run.sh', 0o644);
    rmSync(join(desk.folder, 'src/deep'), { recursive: true });
    rmSync(join(desk.folder, 'link'));
    rmSync(join(desk.folder, 'large'));
    rmSync(join(desk.folder, 'notes.txt'));
    desk.git('add', '.');
    const changed = picture(desk.folder);
    const undo = await desk.restore(id);
    const ours = { 'node_modules/x/index.js': changed['node_modules/x/index.js'], '.env': changed['.env'] };
    expect(picture(desk.folder), 'ignored and secret files are as they were').toEqual({ ...before, ...ours });
    await desk.restore(undo);
    expect(picture(desk.folder)).toEqual(changed);
  });

  it('leaves untracked files that the snapshot does not hold, unless it is told to delete them; ignored ones always', async () => {
    const desk = repository();
    const before = picture(desk.folder);
    const id = await desk.snapshot();
    desk.write({ 'stray.txt': 'mine', 'stray/deep.txt': 'mine', 'more.log': 'ignored' });
    const out = await desk.must('restore', id, desk.folder, '--yes');
    expect(out).toContain('2 that the snapshot does not hold stay');
    expect(existsSync(join(desk.folder, 'stray.txt'))).toBe(true);
    const undo = await desk.restore(id, '--delete-untracked');
    const { 'more.log': ignored, ...rest } = picture(desk.folder);
    expect(rest).toEqual(before);
    expect(ignored).toBeDefined();
    await desk.restore(undo);
    expect(readFileSync(join(desk.folder, 'stray/deep.txt'), 'utf8')).toBe('mine');
  });

  it('goes to another folder, and undone leaves nothing there', async () => {
    const desk = repository();
    const id = await desk.snapshot('--with-secrets');
    const other = join(desk.home, 'other/place');
    const out = await desk.must('restore', id, other, '--yes');
    const {
      'node_modules/x/index.js': a,
      'node_modules/x/': b,
      'node_modules/': c,
      'build.log': d,
      ...kept
    } = picture(desk.folder);
    expect(picture(other)).toEqual(kept);
    await desk.must('restore', /restore (snp_\w+)/.exec(out)?.[1] ?? '', other, '--yes');
    expect(picture(other)).toEqual({});
  });

  it('shows what it would do, and does not do it, where that is all that was asked', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    desk.write({ 'src/a.ts': 'changed' });
    desk.mode('run.sh', 0o600);
    rmSync(join(desk.folder, 'empty'));
    const before = picture(desk.folder);
    const taken = server.snapshots.size;
    const { code, out } = await desk.run('restore', id, desk.folder, '--dry-run');
    expect(out.split('\n').slice(1)).toEqual([
      '+ empty',
      '~ run.sh  (permissions 600 → 755)',
      '~ src/a.ts',
      '1 to add, 2 to change, 0 to delete.',
      'Nothing was changed.',
      '',
    ]);
    expect({ code, now: picture(desk.folder), taken: server.snapshots.size }).toEqual({ code: 0, now: before, taken });
  });

  it('does nothing without a person’s word', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    desk.write({ 'src/a.ts': 'changed' });
    const { code, err } = await desk.run('restore', id, desk.folder);
    expect(code).toBe(64);
    expect(err).toContain('Say --yes');
    expect(readFileSync(join(desk.folder, 'src/a.ts'), 'utf8')).toBe('changed');
  });

  it('says so where there is nothing to do, and takes no snapshot for it', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    const taken = server.snapshots.size;
    expect(await desk.must('restore', id, desk.folder, '--yes')).toContain('Nothing to do');
    expect(server.snapshots.size).toBe(taken);
  });

  it('puts a file where there is a folder, and a folder where there is a file', async () => {
    const desk = repository();
    desk.write({ swap: 'a file', 'turn/x': 'in a folder' });
    desk.git('add', '.');
    const before = picture(desk.folder);
    const id = await desk.snapshot();
    rmSync(join(desk.folder, 'swap'));
    rmSync(join(desk.folder, 'turn'), { recursive: true });
    desk.write({ 'swap/inside': 'now a folder', turn: 'now a file' });
    desk.git('add', '-A', '.');
    const changed = picture(desk.folder);
    const undo = await desk.restore(id);
    expect(picture(desk.folder)).toEqual(before);
    await desk.restore(undo);
    expect(picture(desk.folder)).toEqual(changed);
  });

  it('refuses before it changes anything where files that nothing keeps would be lost', async () => {
    const desk = repository();
    desk.write({ swap: 'a file' });
    const id = await desk.snapshot();
    rmSync(join(desk.folder, 'swap'));
    desk.write({ 'swap/only.log': 'ignored, so in no snapshot', 'src/a.ts': 'changed' });
    const before = picture(desk.folder);
    const { code, err } = await desk.run('restore', id, desk.folder, '--yes');
    expect({ code, now: picture(desk.folder) }).toEqual({ code: 1, now: before });
    expect(err).toContain('swap is a folder where the snapshot has a file, and swap/only.log in it would be lost');
  });

  it('does not go through a link of the person’s to put a file behind it', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    const outside = join(desk.home, 'outside');
    mkdirSync(join(outside, 'deep'), { recursive: true });
    rmSync(join(desk.folder, 'src'), { recursive: true });
    desk.link('src', outside);
    const { code, err } = await desk.run('restore', id, desk.folder, '--yes');
    expect(code).toBe(1);
    expect(err).toContain('src is a link where the snapshot has a folder');
    expect(picture(outside)).toEqual({ 'deep/': 'folder' });
  });

  it('keeps what an ignored file held that it replaces', async () => {
    const desk = new Desk(server);
    desk.git('init');
    desk.write({ 'data.txt': 'then' });
    const id = await desk.snapshot();
    desk.write({ '.gitignore': 'data.txt\n', 'data.txt': 'now, and ignored' });
    const undo = await desk.restore(id);
    expect(readFileSync(join(desk.folder, 'data.txt'), 'utf8')).toBe('then');
    await desk.restore(undo);
    expect(readFileSync(join(desk.folder, 'data.txt'), 'utf8')).toBe('now, and ignored');
  });

  it('leaves no trace of its own in the folder', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    desk.write({ 'src/a.ts': 'changed' });
    await desk.restore(id);
    expect(readdirSync(desk.folder).filter((name) => name.startsWith('.flightdeck'))).toEqual([]);
  });

  it('stops where the folder is changed while it gathers, and overwrites none of that', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    desk.write({ 'src/a.ts': 'changed' });
    server.weather = (request) => {
      if (request.url?.endsWith('/contents/read')) writeFileSync(join(desk.folder, 'src/a.ts'), 'changed again, unseen');
      return undefined;
    };
    const { code, out } = await desk.run('restore', id, desk.folder, '--yes');
    server.weather = () => undefined;
    expect(code).toBe(1);
    expect(out).toContain('src/a.ts was changed while this restore was under way; it stays as it is.');
    expect(readFileSync(join(desk.folder, 'src/a.ts'), 'utf8')).toBe('changed again, unseen');
  });

  it('goes on where an answer breaks off, and where the server is away for a moment', async () => {
    const desk = repository();
    const id = await desk.snapshot();
    const before = picture(desk.folder);
    rmSync(join(desk.folder, 'large'));
    rmSync(join(desk.folder, 'src/a.ts'));
    let count = 0;
    server.maxAnswerBytes = 100;
    server.weather = (request, response) => {
      if (!request.url?.endsWith('/contents/read')) return undefined;
      count++;
      if (count === 1) response.destroy();
      else if (count === 2) response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
      else if (count === 3) response.writeHead(200).end(Buffer.alloc(20));
      else return undefined;
      return 'handled';
    };
    await desk.restore(id);
    server.weather = () => undefined;
    server.maxAnswerBytes = 16 * 1024 * 1024;
    expect(picture(desk.folder)).toEqual(before);
    expect(count).toBeGreaterThan(4);
  });
});
