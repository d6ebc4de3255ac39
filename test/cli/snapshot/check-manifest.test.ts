import { describe, expect, it } from 'vitest';
import { checkedManifest } from '../../../cli/snapshot/check-manifest.ts';
import type { Place } from '../../../cli/snapshot/safe-path.ts';

const linux: Place = { isWindows: false, foldsCase: false };
const mac: Place = { isWindows: false, foldsCase: true };
const windows: Place = { isWindows: true, foldsCase: true };

const file = (path: unknown, more: object = {}) => ({ type: 'file', path, size: 1, mode: 0o644, hash: 'a'.repeat(64), ...more });
const link = (path: string, target: unknown = '/etc') => ({ type: 'link', path, target });
const check =
  (entries: unknown, place = linux) =>
  () =>
    checkedManifest({ entries }, place);

describe('a manifest', () => {
  it('that an honest command made is taken as it is', () => {
    const entries = [file('.github/x.yml'), file('a b/ü.ts'), link('l', '../outside'), file('gitignore'), file('x', { mode: 0 })];
    expect(checkedManifest({ entries, leftOut: [{ path: '.env', why: 'secret' }, 3] }, linux)).toEqual({
      entries,
      leftOut: [{ path: '.env', why: 'secret' }],
    });
    const parts = ['b'.repeat(64), 'c'.repeat(64)];
    expect(check([file('large', { size: 4 * 1024 * 1024 + 1, parts })])).not.toThrow();
  });

  it.each([
    ['an absolute path', [file('/etc/passwd')], 'is absolute'],
    ['a path up', [file('../out')], 'does not stay on its way down'],
    ['a path up in its midst', [file('a/../../out')], 'does not stay on its way down'],
    ['a path that ends going up', [file('a/..')], 'does not stay on its way down'],
    ['a dot in a path', [file('./a')], 'does not stay on its way down'],
    ['an empty name in a path', [file('a//b')], 'does not stay on its way down'],
    ['a folder for a file', [file('a/')], 'does not stay on its way down'],
    ['an empty path', [file('')], 'is empty'],
    ['no path', [file(undefined)], 'has no path'],
    ['a number for a path', [file(7)], 'has no path'],
    ['a zero byte', [file('a\0b')], 'has a zero byte'],
    ['half a character', [file('a\ud800')], 'is no proper text'],
    ['a name longer than any disk takes', [file('ü'.repeat(128))], 'has a name that is too long'],
    ['a path longer than any system takes', [file('a/'.repeat(2049))], 'is too long'],
    ['git’s hooks', [file('.git/hooks/post-checkout')], 'git’s own folder'],
    ['git’s settings in a submodule', [file('sub/.git/config')], 'git’s own folder'],
    ['git in capitals', [file('.GIT/config')], 'git’s own folder'],
    ['git by its short name', [file('git~1/config')], 'git’s own folder'],
    ['git with a character that HFS+ passes over', [file('.g\u200cit/config')], 'git’s own folder'],
    ['git with a dot that Windows takes away', [file('.git./config')], 'git’s own folder'],
    ['git as a stream of NTFS', [file('.git::$INDEX_ALLOCATION/config')], 'git’s own folder'],
    ['git itself as a link', [link('.git', '/tmp/evil')], 'git’s own folder'],
    ['our own gathering place', [file('.flightdeck-restore-1/0')], 'is where a restore gathers'],
    ['a file through its own link', [link('a'), file('a/passwd')], 'a/passwd lies below a, which is no folder'],
    ['a file deep below a link', [link('a'), file('a/b/c/d')], 'lies below a, which is no folder'],
    ['a file below a file', [file('a'), file('a/b')], 'lies below a, which is no folder'],
    ['a file below a link that comes later', [file('a/b'), link('a')], 'lies below a, which is no folder'],
    ['a path twice', [file('a'), file('a')], 'a is there twice'],
    ['a link and a file of one name', [link('a'), file('a')], 'a is there twice'],
    ['a device', [{ type: 'device', path: 'null', major: 1, minor: 3 }], 'is neither a file nor a link'],
    ['a hard link', [{ type: 'hardlink', path: 'a', target: '/etc/passwd' }], 'is neither a file nor a link'],
    ['a set-uid bit', [file('a', { mode: 0o4755 })], 'permissions that no file has'],
    ['negative permissions', [file('a', { mode: -1 })], 'permissions that no file has'],
    ['a negative size', [file('a', { size: -1 })], 'a size that no file has'],
    ['a size beyond all', [file('a', { size: 1e15 })], 'a size that no file has'],
    ['half a byte', [file('a', { size: 0.5 })], 'a size that no file has'],
    ['no hash', [file('a', { hash: undefined })], 'has no hash'],
    ['a hash that is a path', [file('a', { hash: '../../x' })], 'has no hash'],
    ['too few parts', [file('a', { size: 9e6, parts: ['a'.repeat(64)] })], 'parts that do not fit its size'],
    ['parts of a small file', [file('a', { parts: ['a'.repeat(64), 'b'.repeat(64)] })], 'parts that do not fit its size'],
    ['a large file in one', [file('a', { size: 9e6 })], 'has no parts'],
    ['a link to nothing', [link('a', '')], 'is a link to nothing'],
    ['a link to a zero byte', [link('a', '/etc\0')], 'is a link to nothing'],
    ['null', [null], 'has no path'],
    ['no list', { length: 1 }, 'no manifest'],
  ])('with %s is refused', (_, entries, words) => {
    expect(check(entries)).toThrow(words);
  });

  it.each([
    ['A and a', [file('A'), file('a')], 'are one file on this disk'],
    ['two spellings of ü', [file('\u00fc'), file('u\u0308')], 'are one file on this disk'],
    ['a link and a folder that differ in case', [link('A'), file('a/b')], 'lies below a, which is no folder'],
    ['two folders that differ in case', [file('Src/a'), file('src/b')], 'are one folder on this disk'],
  ])('with %s is refused where the disk takes them for one, and taken elsewhere', (_, entries, words) => {
    expect(check(entries, mac)).toThrow(words);
    expect(check(entries, linux)).not.toThrow();
  });

  it.each([
    'NUL',
    'con.txt',
    'a/COM1',
    'lpt9.log',
    'aux ',
    'C:/x',
    'C:x',
    'a\\..\\..\\b',
    '\\\\server\\share',
    'a:stream',
    'dot.',
    'a?b',
    'tab\tb',
  ])('with %s is refused on Windows', (path) => {
    expect(check([file(path)], windows)).toThrow('cannot be restored here');
  });

  it('names a few of its problems and counts the others, without moving anybody’s cursor', () => {
    const entries = Array.from({ length: 9 }, (_, index) => file(`../\x1b[2J${index}`));
    const refusal = (() => {
      try {
        check(entries)();
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    expect(refusal).toContain('… and 4 more');
    expect(refusal).not.toContain('\x1b');
  });
});
