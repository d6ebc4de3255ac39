import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry } from '../../../wire/snapshot.ts';
import { checkedManifest, contentsOf, partSizes } from '../../../worker/domain/archive/manifest.ts';
import { foldersAbove, pathProblem } from '../../../worker/domain/archive/workspace-path.ts';

const hash = 'ab'.repeat(32);
const file = (path: string, over: object = {}): ManifestEntry => ({ type: 'file', path, size: 3, mode: 0o644, hash, ...over });
const link = (path: string, target: string): ManifestEntry => ({ type: 'link', path, target });

describe('a path of a workspace', () => {
  it.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['\\\\server\\share', 'absolute'],
    ['C:\\Windows\\system.ini', 'absolute'],
    ['c:autoexec.bat', 'absolute'],
    ['..', 'leads up'],
    ['a/../../b', 'leads up'],
    ['a/..', 'leads up'],
    ['a\\..\\..\\b', 'leads up'],
    ['a//b', 'empty part'],
    ['a/', 'empty part'],
    ['./a', 'empty part or a `.`'],
    ['a/./b', 'empty part or a `.`'],
    ['a\0b', 'zero'],
    ['a\ud800b', 'no text'],
    ['.git/hooks/pre-commit', 'git’s own folder'],
    ['sub/.GIT/config', 'git’s own folder'],
    ['GIT~1/config', 'git’s own folder'],
    ['.git. /config', 'git’s own folder'],
    ['a'.repeat(limits.maxPathLength + 1), 'at most 4096'],
  ])('%j is none: %s', (path, words) => {
    expect(pathProblem(path)).toContain(words);
  });

  it.each(['a', 'a/b', '...', 'a..b/c', '.gitignore', '.github/x', 'a\\b', 'ü/日本', ' a ', 'ab:c', '-rf', '~'])(
    '%j is one',
    (path) => {
      expect(pathProblem(path)).toBeUndefined();
    },
  );

  it('that is one stays in the folder that it is appended to, however a system reads it', () => {
    const parts = fc.constantFrom('a', '..', '.', '', 'b', '\\', '/', 'C:', '.git', '..\\', 'é');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), fc.constantFrom('', '/'), (some, joint) => {
        const path = some.join(joint);
        if (pathProblem(path) !== undefined) return;
        for (const separator of [/\//, /[/\\]/]) {
          let depth = 0;
          for (const part of path.split(separator)) {
            if (part === '..') depth -= 1;
            else if (part !== '' && part !== '.') depth += 1;
            expect(depth).toBeGreaterThanOrEqual(0);
          }
        }
        expect(path.startsWith('/')).toBe(false);
      }),
    );
  });

  it('knows the folders above it', () => {
    expect(foldersAbove('a/b/c')).toEqual(['a', 'a/b']);
    expect(foldersAbove('a')).toEqual([]);
  });
});

describe('a manifest', () => {
  it('comes to its contents, each once, and its bytes', () => {
    expect(checkedManifest([file('a'), file('b'), link('c', '../elsewhere')])).toEqual({
      ok: true,
      contents: [[hash, 3]],
      bytes: 6,
      warnings: [],
    });
  });

  it.each([
    ['twice the same path', [file('a'), link('a', 'b')], 1, 'twice'],
    ['an unsorted path', [file('b'), file('a')], 1, 'order'],
    ['a file beneath a file', [file('a'), file('a-b'), file('a/b')], 2, 'beneath a, which is a file'],
    ['a file beneath a link', [link('a', '/tmp'), file('a/b/c')], 1, 'beneath a, which is a link'],
    ['a path that leads up', [file('../a')], 0, 'leads up'],
    ['a large file in one part', [file('a', { size: limits.maxContentBytes + 1 })], 0, 'has 2 parts, not 1'],
    ['a small file in parts', [file('a', { parts: [hash, hash] })], 0, 'has 1 parts, not 2'],
    ['a content of two sizes', [file('a'), file('b', { size: 4 })], 1, 'has 3 bytes in another entry, 4 in this'],
    ['a link to no text', [link('a', 'b\0c')], 0, 'no text'],
  ])('with %s is refused at that entry', (_what, entries, at, words) => {
    expect(checkedManifest(entries)).toMatchObject({ ok: false, at, message: expect.stringContaining(words) });
  });

  it('over the cap of a snapshot is refused', () => {
    const size = limits.maxSnapshotBytes / 2;
    const parts = partSizes(size).map(() => hash);
    const large = (path: string) => file(path, { size, parts });
    expect(checkedManifest([large('a'), large('b')])).toMatchObject({ ok: true });
    expect(checkedManifest([large('a'), large('b'), file('c', { size: limits.maxContentBytes })])).toMatchObject({ at: 2 });
  });

  it('says which paths differ only in case, and takes them', () => {
    const checked = checkedManifest([file('README'), file('readme')]);
    expect(checked).toMatchObject({ ok: true, warnings: [expect.stringContaining('README and readme')] });
  });

  it('of a large file names its parts with their sizes, which add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: limits.maxSnapshotBytes }), (size) => {
        const sizes = partSizes(size);
        expect(sizes.reduce((sum, part) => sum + part, 0)).toBe(size);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.maxContentBytes);
        if (size > 0) expect(Math.min(...sizes)).toBeGreaterThan(0);
      }),
    );
    const parts = [hash, 'cd'.repeat(32)];
    expect(contentsOf({ type: 'file', path: 'a', size: limits.maxContentBytes + 5, mode: 0, hash, parts })).toEqual([
      [hash, limits.maxContentBytes],
      ['cd'.repeat(32), 5],
    ]);
  });
});
