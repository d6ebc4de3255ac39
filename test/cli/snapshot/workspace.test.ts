import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSecret } from '../../../cli/snapshot/secret-files.ts';
import { listWorkspace } from '../../../cli/snapshot/workspace.ts';
import { Desk } from './desk.ts';
import { StandIn } from './stand-in.ts';

let server: StandIn;
beforeAll(async () => {
  server = await StandIn.open();
});
afterAll(() => server.close());

const paths = (desk: Desk, more: object = {}) =>
  listWorkspace(desk.folder, { withSecrets: false, ...more }).found.map(({ path, isTracked }) =>
    isTracked ? `${path} tracked` : path,
  );

const rules: Record<string, string> = {
  '.gitignore': '*.log\n/build\n!keep.log\nnested/*\n!nested/keep\n',
  'a.log': '',
  'keep.log': '',
  'build/x': '',
  'sub/build/y': '',
  'sub/.gitignore': '!b.log\nlocal\n',
  'sub/a.log': '',
  'sub/b.log': '',
  'sub/local': '',
  'nested/gone': '',
  'nested/keep': '',
  'ünïcode 🎈/ä': '',
};
const kept = ['.gitignore', 'keep.log', 'nested/keep', 'sub/.gitignore', 'sub/b.log', 'sub/build/y', 'ünïcode 🎈/ä'];

describe('what belongs to a folder', () => {
  it('is what its .gitignore files let through, inside a repository and outside', () => {
    const desk = new Desk(server);
    desk.write(rules);
    expect(paths(desk)).toEqual(kept);
    desk.git('init');
    expect(paths(desk)).toEqual(kept);
  });

  it('is in the order of UTF-16, links are themselves, and pipes are left out', () => {
    const desk = new Desk(server);
    desk.write({ b: '', B: '', 'a/z': '', 'a-b': '', '\uffee': '', '🎈': '' });
    desk.link('link', 'a');
    execFileSync('mkfifo', [join(desk.folder, 'pipe')]);
    const { found, leftOut } = listWorkspace(desk.folder, { withSecrets: false });
    expect(found.map(({ path }) => path)).toEqual(['B', 'a-b', 'a/z', 'b', 'link', '🎈', '\uffee']);
    expect(leftOut).toEqual([{ path: 'pipe', why: 'special' }]);
  });

  it('has no secrets unless they are asked for, and says which it has not', () => {
    const desk = new Desk(server);
    desk.write({ '.env': '', '.env.example': '', 'deep/id_rsa': '', 'deep/id_rsa.pub': '' });
    expect(paths(desk)).toEqual(['.env.example', 'deep/id_rsa.pub']);
    expect(listWorkspace(desk.folder, { withSecrets: false }).leftOut.map(({ path }) => path)).toEqual(['.env', 'deep/id_rsa']);
    expect(paths(desk, { withSecrets: true })).toHaveLength(4);
    expect(paths(desk, { besides: ['.env'] })).toContain('.env');
  });

  it('knows what git tracks, in submodules and repositories inside as well, and nothing of what is deleted', () => {
    const desk = new Desk(server);
    desk.git('init');
    desk.write({ tracked: '', gone: '', 'inner/ignored.o': '', 'inner/.gitignore': '*.o\n' });
    execFileSync('git', ['init', '--quiet', join(desk.folder, 'inner')]);
    desk.git('add', 'tracked', 'gone');
    execFileSync('rm', [join(desk.folder, 'gone')]);
    expect(paths(desk)).toEqual(['inner/.gitignore', 'tracked tracked']);
  });

  it('is all of it where the repository around it ignores the folder', () => {
    const desk = new Desk(server);
    desk.git('init');
    desk.write({ '.gitignore': 'out/\n', 'out/a': '', 'out/b/c': '' });
    const { found } = listWorkspace(join(desk.folder, 'out'), { withSecrets: false });
    expect(found.map(({ path }) => path)).toEqual(['a', 'b/c']);
  });

  it('never lies behind a link', () => {
    const desk = new Desk(server);
    mkdirSync(join(desk.home, 'outside'));
    desk.write({ secret: '' }, join(desk.home, 'outside'));
    desk.link('way', join(desk.home, 'outside'));
    expect(paths(desk, { besides: ['way/secret'] })).toEqual(['way']);
  });
});

describe('a file that may hold secrets', () => {
  it.each([
    '.env',
    '.env.local',
    'a/prod.env',
    'x.pem',
    'tls/server.key',
    'id_ed25519',
    '.npmrc',
    'credentials',
    'credentials.json',
  ])('is %s', (path) => expect(isSecret(path)).toBe(true));
  it.each(['.ssh/config', '.aws/credentials', 'home/.gnupg/pubring', 'terraform.tfstate', 'Secrets.YAML', '.dev.vars'])(
    'is %s',
    (path) => expect(isSecret(path)).toBe(true),
  );
  it.each([
    '.env.example',
    'env.ts',
    'credentials.ts',
    'worker/credentials/token.ts',
    'id_rsa.pub',
    'keys.ts',
    '.docker/Dockerfile',
  ])('is not %s', (path) => expect(isSecret(path)).toBe(false));
});
