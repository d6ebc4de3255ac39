import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { filePatch, type PatchSide } from '../../../worker/adapters/patch/file-patch.ts';
import { textIn } from '../../../worker/adapters/patch/text-in.ts';

type Files = Record<string, PatchSide>;

const file = (text: string | Uint8Array, mode: PatchSide['mode'] = '100644'): PatchSide => ({
  mode,
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
});

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function folderOf(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-patch-'));
  made.push(folder);
  for (const [path, { mode, bytes }] of Object.entries(files)) {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    if (mode === '120000') symlinkSync(new TextDecoder().decode(bytes), whole);
    else writeFileSync(whole, bytes, { mode: mode === '100755' ? 0o755 : 0o644 });
  }
  return folder;
}

function filesIn(folder: string): Files {
  const files: Files = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const whole = join(folder, path);
    const found = lstatSync(whole);
    if (found.isSymbolicLink()) files[path] = file(readlinkSync(whole), '120000');
    else if (found.isFile()) files[path] = file(new Uint8Array(readFileSync(whole)), found.mode & 0o100 ? '100755' : '100644');
  }
  return files;
}

const patchOf = (before: Files, after: Files): string =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .flatMap((path) => [...filePatch(path, before[path] ?? null, after[path] ?? null)])
    .join('');

/** What git makes of `before` with the patch. */
function applied(before: Files, patch: string, ...options: string[]): Files {
  const cwd = folderOf(before);
  execFileSync('git', ['apply', '--whitespace=nowarn', ...options, '-'], { cwd, input: patch, stdio: ['pipe', 'pipe', 'pipe'] });
  return filesIn(cwd);
}

/** Bytes as text, so that a difference can be read. */
const shown = (files: Files) =>
  Object.fromEntries(
    Object.entries(files).map(([path, { mode, bytes }]) => [path, `${mode} ${Buffer.from(bytes).toString('latin1')}`]),
  );

function expectApplies(before: Files, after: Files): void {
  const patch = patchOf(before, after);
  expect(shown(applied(before, patch))).toEqual(shown(after));
  expect(shown(applied(after, patch, '--reverse')), 'and back').toEqual(shown(before));
}

const lines = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `line ${from + i}\n`).join('');

describe('a patch, applied by git, makes the one of the other', () => {
  it('where files are added, removed, changed, and stay', () => {
    expectApplies(
      { 'gone.txt': file('bye\n'), 'changed.txt': file(lines(40)), 'same.txt': file('same\n'), 'src/a.ts': file('a\n') },
      {
        'changed.txt': file(lines(40).replace('line 3\n', 'line three\n').replace('line 30\n', '')),
        'same.txt': file('same\n'),
        'src/a.ts': file('a\nb\n'),
        'src/new/b.ts': file('new\n'),
      },
    );
  });

  it('with and without a line feed at the end, with carriage returns, and with nothing in a file', () => {
    expectApplies(
      {
        'end.txt': file('one\ntwo'),
        'no-end.txt': file('one\n'),
        'crlf.txt': file('a\r\nb\r\n'),
        'empty.txt': file(''),
        'full.txt': file('x'),
      },
      {
        'end.txt': file('one\ntwo\n'),
        'no-end.txt': file('one'),
        'crlf.txt': file('a\r\nc\r\n'),
        'empty.txt': file('y'),
        'full.txt': file(''),
        'new-empty': file(''),
      },
    );
  });

  it('where lines look like a patch themselves', () => {
    expectApplies(
      { 'a.diff': file('--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-old\n+new\n') },
      { 'a.diff': file('--- a/y\n+++ b/y\ndiff --git a/q b/q\n@@ -1,1 +1,1 @@\n-older\n\\ No newline at end of file\n') },
    );
  });

  it('under names with blanks, quotes, backslashes, tabs and other letters', () => {
    const names = ['with blank.txt', 'a "quoted" name', 'back\\slash', 'tab\there', 'grüße/日本.txt', ' leading', 'b/a/b'];
    expectApplies(
      Object.fromEntries(names.map((name) => [name, file('old\n')])),
      Object.fromEntries(names.map((name) => [name, file('new\n')])),
    );
    expectApplies({}, Object.fromEntries(names.map((name) => [name, file('new\n')])));
  });

  it('where what can be run changes, and where a link becomes a file', () => {
    expectApplies(
      {
        run: file('#!/bin/sh\n'),
        stop: file('old\n', '100755'),
        link: file('run', '120000'),
        was: file('text\n'),
        to: file('run', '120000'),
      },
      {
        run: file('#!/bin/sh\n', '100755'),
        stop: file('new\n'),
        link: file('no link\n'),
        was: file('run', '120000'),
        to: file('stop', '120000'),
      },
    );
  });

  it('where a folder takes the place of a file', () => {
    expectApplies({ a: file('file\n'), 'b/c': file('in b\n') }, { 'a/x': file('in a\n'), b: file('file\n') });
  });

  it('of bytes that are no text', () => {
    const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * i * seed + i) % 256);
    expectApplies(
      { 'image.png': file(bytes(5000, 3)), 'latin1.txt': file(Uint8Array.of(0xe4, 10)), 'gone.bin': file(bytes(53, 7)) },
      { 'image.png': file(bytes(70_000, 5)), 'latin1.txt': file(Uint8Array.of(0xf6, 10)), 'new.bin': file(bytes(52, 11)) },
    );
  });

  it('of a text that is too long to be compared, and of one in which everything differs', () => {
    expectApplies({ long: file('x\n'.repeat(limits.maxComparedTextBytes / 2 + 1)) }, { long: file('short\n') });
    expectApplies({ all: file(lines(3000)) }, { all: file(lines(3000, 10_000)) });
  });

  it('of whatever texts', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '', ' ', '-', '+', '\\', '@@ -1 +1 @@', 'é', '\r'), { maxLength: 8 })
      .chain((some) => fc.constantFrom(some.join('\n'), `${some.join('\n')}\n`));
    const some = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(some, (pairs) => {
        const side = (at: 0 | 1) => Object.fromEntries(pairs.map((pair, i) => [`file ${i}`, file(pair[at])]));
        const [before, after] = [side(0), side(1)];
        const patch = patchOf(before, after);
        if (patch !== '') expect(shown(applied(before, patch))).toEqual(shown(after));
      }),
      { numRuns: 10 },
    );
  });

  it('not of other bytes than it was made from', () => {
    const patch = patchOf({ 'a.bin': file(Uint8Array.of(0, 1)) }, { 'a.bin': file(Uint8Array.of(0, 2)) });
    expect(() => applied({ 'a.bin': file(Uint8Array.of(0, 3)) }, patch)).toThrow('does not match');
  });

  it('and of the same files it is empty', () => {
    expect(patchOf({ a: file('x\n', '100755') }, { a: file('x\n', '100755') })).toBe('');
  });
});

describe('bytes are text', () => {
  it('that come back as they were, and nothing else is', () => {
    expect(textIn(new TextEncoder().encode('\uFEFFgrüße\n'))).toBe('\uFEFFgrüße\n');
    expect(textIn(Uint8Array.of(97, 0))).toBeUndefined();
    expect(textIn(Uint8Array.of(0xff))).toBeUndefined();
  });
});
