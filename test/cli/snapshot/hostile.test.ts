import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk } from './desk.ts';
import { picture } from './picture.ts';
import { recordOf, StandIn, sha256 } from './stand-in.ts';

let server: StandIn;
const evil = Buffer.from('evil');
const hash = sha256(evil);
beforeAll(async () => {
  server = await StandIn.open();
  server.add(evil);
});
afterAll(() => server.close());

const file = (path: string, more: object = {}) => ({ type: 'file', path, size: evil.length, mode: 0o644, hash, ...more });
const link = (path: string, target: string) => ({ type: 'link', path, target });

/** Everything on the person's machine but for what the command keeps for itself. */
function outside(desk: Desk): Record<string, string> {
  return Object.fromEntries(Object.entries(picture(desk.home)).filter(([path]) => !/^(work|state)\//.test(path)));
}

describe('a server that means harm', () => {
  it.each([
    ['an absolute path', (home: string) => [file(join(home, 'evil'))]],
    ['a path up', () => [file('../evil')]],
    ['a path up from below', () => [file('a/../../evil')]],
    ['a link out, and a file through it', () => [link('way', '..'), file('way/evil')]],
    ['a link to an absolute path, and a file through it', (home: string) => [link('way', home), file('way/evil')]],
    ['a link in a folder, and a file through it', () => [link('a/way', '../..'), file('a/way/evil')]],
    ['a link there that is a file, too', () => [link('way', '../evil'), file('way')]],
    ['a path that is too long', () => [file(`${'a/'.repeat(2048)}x`)]],
    ['a name that is too long', () => [file('a'.repeat(300))]],
    ['git’s hooks', () => [file('.git/hooks/pre-commit', { mode: 0o755 })]],
    ['a zero byte', () => [file('../evil\0')]],
    ['a device', () => [{ type: 'device', path: 'null' }]],
    ['another size than its content has, in parts', () => [file('a', { size: 5_000_000, parts: [hash, hash] })]],
  ])('writes nothing anywhere with %s', async (_, entries) => {
    const desk = new Desk(server);
    desk.write({ mine: 'mine' });
    const before = outside(desk);
    const inside = picture(desk.folder);
    const { code } = await desk.run(
      'restore',
      server.plant({ entries: entries(desk.home) }),
      desk.folder,
      '--yes',
      '--delete-untracked',
    );
    expect(code).toBe(1);
    expect(outside(desk)).toEqual(before);
    expect(picture(desk.folder)).toEqual(inside);
  });

  it.each([
    ['device-like names', [file('CON'), file('NUL.txt'), file('aux/lpt1')]],
    ['names that differ in case alone', [file('A'), file('a'), file('Dir/x'), file('dir/x')]],
    ['names with backslashes', [file('..\\..\\evil'), file('C:\\evil')]],
    ['links out that nothing goes through', [link('etc', '/etc'), link('up', '../..'), file('x')]],
  ])('writes within the folder alone with %s', async (_, entries) => {
    const desk = new Desk(server);
    const before = outside(desk);
    await desk.must('restore', server.plant({ entries }), desk.folder, '--yes');
    expect(outside(desk)).toEqual(before);
    const found = Object.keys(picture(desk.folder)).filter((path) => !path.endsWith('/'));
    expect(found.sort()).toEqual(entries.map(({ path }) => path).sort());
  });

  it('does not get a file through a link of the person’s', async () => {
    const desk = new Desk(server);
    mkdirSync(join(desk.home, 'other'));
    desk.link('way', '../other');
    const before = outside(desk);
    const { code, err } = await desk.run('restore', server.plant({ entries: [file('way/evil')] }), desk.folder, '--yes');
    expect(code).toBe(1);
    expect(err).toContain('way is a link where the snapshot has a folder. It is not followed');
    expect(outside(desk)).toEqual(before);
  });

  it.each([
    ['other bytes than were asked for', recordOf(sha256(evil), Buffer.from('more')), 'another hash'],
    ['a bomb', bomb(), 'does not unpack to the size'],
  ])('is found out when it sends %s, and nothing has changed', async (_, pack, words) => {
    const desk = new Desk(server);
    desk.write({ mine: 'mine' });
    const before = picture(desk.folder);
    server.weather = (request, response) => {
      if (!request.url?.endsWith('/contents/read')) return undefined;
      response.writeHead(200).end(pack);
      return 'handled';
    };
    const { code, err } = await desk.run('restore', server.plant({ entries: [file('a')] }), desk.folder, '--yes');
    server.weather = () => undefined;
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(picture(desk.folder)).toEqual(before);
  });
});

/** 50 MB that say they are four bytes. */
function bomb(): Buffer {
  const record = recordOf(sha256(evil), Buffer.alloc(50_000_000));
  record.writeUInt32BE(evil.length, 32);
  return record;
}
