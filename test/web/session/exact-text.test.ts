import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactText, unseenIn } from '../../../web/models/session/exact-text.ts';

/** Halves of characters too; fast-check's own table of all of them takes seconds to make. */
const anyCharacter = fc.oneof(fc.nat({ max: 0x30ff }), fc.nat({ max: 0x10ffff })).map((code) => String.fromCodePoint(code));

describe('a text that somebody answers for', () => {
  test.each([
    ['an override of direction', 'safe\u202egpj.exe', 'safe⟨U+202E⟩gpj.exe'],
    ['an isolate', 'a\u2066b\u2069c', 'a⟨U+2066⟩b⟨U+2069⟩c'],
    ['one space of no width', 'rm -rf /ho\u200bme', 'rm -rf /ho⟨U+200B⟩me'],
    ['one joiner between letters', 'pay\u200dpal', 'pay⟨U+200D⟩pal'],
    ['a terminal’s escape', 'echo \u001b[8mhidden\u001b[0m', 'echo ⟨U+001B⟩[8mhidden⟨U+001B⟩[0m'],
    ['a return that would draw over what came before', 'rm -rf /\recho hello', 'rm -rf /⟨U+000D⟩echo hello'],
    ['a space that a shell does not split at', 'a\u00a0b', 'a⟨U+00A0⟩b'],
    ['letters that fonts leave empty', 'a\u3164\u2800b', 'a⟨U+3164⟩⟨U+2800⟩b'],
    ['tags', `a${String.fromCodePoint(0xe0041)}`, 'a⟨U+E0041⟩'],
    ['half a character', 'a\ud800b', 'a⟨U+D800⟩b'],
    ['selectors that carry bytes', 'a\ufe0f\ufe01', 'a⟨U+FE0F⟩⟨U+FE01⟩'],
    ['a tower of marks', `a${'\u0301'.repeat(10)}`, `a${'\u0301'.repeat(8)}⟨U+0301⟩⟨U+0301⟩`],
  ])('shows %s', (_, text, shown) => {
    expect(exactText(text)).toBe(shown);
    expect(unseenIn(text)).toBe(shown.split('⟨').length - 1);
  });

  test.each(['ls -la\n\tcat x', 'ünïcode', 'नमस्ते', 'مرحبا', '日本語', '❤️ 👩‍💻 👩🏽‍💻 🏳️‍🌈', '⟨already⟩'])(
    'leaves %j alone',
    (text) => {
      expect(exactText(text)).toBe(text);
      expect(unseenIn(text)).toBe(0);
    },
  );

  test('is counted to a thousand, and no further', () => {
    for (const character of ['\u0301', '\u200d', '\u202e']) expect(unseenIn(character.repeat(2_000_000))).toBe(1000);
    expect(unseenIn('x'.repeat(2_000_000))).toBe(0);
  });

  test('never keeps a control, a direction or half a character, and never loses what can be seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 100 }), (text) => {
        const shown = exactText(text);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown.replaceAll(/\n|\t/g, '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}|\p{Cs}/u);
        const seen = (all: string) => [...all].filter((character) => /[\p{L}\p{N}\p{P}\p{S}\n\t ]/u.test(character));
        const written = shown.replaceAll(/⟨U\+[0-9A-F]{4,6}⟩/g, '');
        // Letters that fonts leave empty are written out, too.
        const drawn = seen(text).filter((character) => !/\p{Default_Ignorable_Code_Point}|\u2800/u.test(character));
        expect(seen(written)).toEqual(drawn);
      }),
      { seed: 20261127, numRuns: 200 },
    );
  });
});
