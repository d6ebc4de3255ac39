import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnsi, stripAnsi } from '../../../web/models/session/session-ansi.ts';
import { foldText, splitRedactions, visibleText } from '../../../web/models/session/session-text.ts';

/** Halves of characters too; fast-check's own table of all of them takes seconds to make. */
const anyCharacter = fc.oneof(fc.nat({ max: 0x30ff }), fc.nat({ max: 0x10ffff })).map((code) => String.fromCodePoint(code));

const esc = '\u001b';
const said = (text: string) =>
  parseAnsi(text)
    .map((part) => part.text)
    .join('');

describe('hostile text', () => {
  test('shows NUL and its like as pictures', () => {
    expect(visibleText('a\0b\u0007c\u007f')).toBe('a␀b␇c␡');
  });

  test('keeps tabs and line feeds', () => {
    expect(visibleText('a\tb\nc')).toBe('a\tb\nc');
  });

  test('names direction overrides, so that nothing reads backwards', () => {
    expect(visibleText('safe\u202egpj.exe')).toBe('safe⟨RLO⟩gpj.exe');
  });

  test('replaces lone surrogates and keeps whole emoji', () => {
    expect(visibleText('a\ud800b 👩‍💻 naïve')).toBe('a\ufffdb 👩‍💻 naïve');
  });

  test('counts a flood of invisible characters', () => {
    expect(visibleText(`a${'\u200b'.repeat(5000)}b`)).toBe('a⟨5000 invisible⟩b');
  });

  test('cuts towers of combining marks', () => {
    expect(visibleText(`a${'\u0301'.repeat(300)}b`)).toBe(`a${'\u0301'.repeat(4)}⟨296 stacked⟩b`);
  });

  test('leaves ordinary writing of any script alone', () => {
    for (const text of ['ünïcode', 'नमस्ते', 'مرحبا', '日本語', '🏳️‍🌈', 'a\u00a0b']) expect(visibleText(text)).toBe(text);
  });

  test('never comes out with a control, an override or a lone surrogate', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
        const shown = visibleText(text);
        expect(shown.isWellFormed()).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the claim.
        expect(shown).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});

describe('terminal colours', () => {
  test('are read and reset', () => {
    expect(parseAnsi(`${esc}[31mred${esc}[0m plain`)).toMatchObject([
      { text: 'red', fg: { name: 'red' } },
      { text: ' plain', fg: null },
    ]);
  });

  test('may be bright, of 256, or of sixteen million', () => {
    const parts = parseAnsi(`${esc}[92ma${esc}[38;5;208mb${esc}[48;2;1;2;300mc`);
    expect(parts.map((part) => part.fg)).toEqual([
      { name: 'bright-green' },
      { rgb: 'rgb(255 135 0)' },
      { rgb: 'rgb(255 135 0)' },
    ]);
    expect(parts[2]?.bg).toEqual({ rgb: 'rgb(1 2 255)' });
  });

  test('of a progress bar show its last state', () => {
    expect(said('10%\r50%\r100%\ndone\r\n')).toBe('100%\ndone\n');
  });

  test.each([
    ['a title', `${esc}]0;owned\u0007text`],
    ['a link', `${esc}]8;;javascript:alert(1)\u0007text${esc}]8;;\u0007`],
    ['a cursor move', `${esc}[2J${esc}[1;1Htext`],
    ['a private mode', `${esc}[?1049htext`],
    ['a device string', `${esc}Pabc${esc}\\text`],
    ['an unfinished colour', `text${esc}[31`],
    ['a lone escape', `te${esc}xt`],
  ])('are all that an escape can do: %s leaves its text', (_, input) => {
    expect(said(input)).toMatch(/te.?xt/);
    expect(said(input)).not.toContain(esc);
  });

  test('of an unfinished title do not swallow what follows', () => {
    expect(said(`${esc}]0;${'x'.repeat(5000)} the rest`)).toContain('the rest');
  });

  test('in any order never leave an escape character, nor lose letters', () => {
    const piece = fc.oneof(
      fc.constantFrom(`${esc}[`, `${esc}]`, `${esc}P`, esc, '31m', ';', '\u0007', 'm'),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(said(pieces.join(''))).not.toContain(esc);
        expect(stripAnsi(pieces.join(''))).not.toMatch(new RegExp(`${esc}\\[[0-9;]*m`));
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  test('of two megabytes without a line feed are read to their end', () => {
    const text = said(`${esc}[32m${'x'.repeat(1_000_000)}${esc}[0m${esc}[`.repeat(2));
    expect(text.replaceAll(/[^x]/g, '')).toHaveLength(2_000_000);
  });
});

describe('folding', () => {
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i + 1}`).join('\n');

  test('keeps the first lines, or for a failure the last', () => {
    expect(foldText(lines, 20, 10_000, 'start')).toMatchObject({ hidden: 30, cut: false });
    expect(foldText(lines, 20, 10_000, 'start').text.split('\n').at(-1)).toBe('line 20');
    expect(foldText(lines, 20, 10_000, 'end').text.split('\n')[0]).toBe('line 31');
  });

  test('cuts a line that is longer than the screen should bear', () => {
    expect(foldText('x'.repeat(1_000_000), 20, 8000, 'start')).toMatchObject({ hidden: 0, cut: true });
    expect(foldText('x'.repeat(1_000_000), 20, 8000, 'start').text).toHaveLength(8000);
  });

  test('hides nothing of what fits', () => {
    expect(foldText('a\nb\n', 20, 100, 'start')).toEqual({ text: 'a\nb', hidden: 0, cut: false });
  });
});

test('masked secrets are told apart from the text around them', () => {
  expect(splitRedactions('token=[redacted:github-token] ok')).toEqual([
    { text: 'token=', redacted: false },
    { text: '[redacted:github-token]', redacted: true },
    { text: ' ok', redacted: false },
  ]);
});
