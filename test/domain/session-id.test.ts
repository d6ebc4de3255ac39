import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base32, sessionIdOf, sessionIdText } from '../../worker/domain/session-id.ts';

const settings = { seed: 20261121, numRuns: 1000 };

/** RFC 4648, section 6, by its own words: five bits at a time, the last group filled with zeros. */
function reference(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

describe('a session id', () => {
  it('is base32 as RFC 4648 has it, without padding and in lower case', () => {
    const ascii = (text: string) => new TextEncoder().encode(text);
    // The RFC's own test vectors.
    for (const [text, expected] of [
      ['', ''],
      ['f', 'my'],
      ['fo', 'mzxq'],
      ['foo', 'mzxw6'],
      ['foob', 'mzxw6yq'],
      ['fooba', 'mzxw6ytb'],
      ['foobar', 'mzxw6ytboi'],
    ] as const) {
      expect(base32(ascii(text))).toBe(expected);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(base32(bytes)).toBe(reference(bytes));
      }),
      settings,
    );
  });

  it('is the same for the same triple, and 20 characters of it', () => {
    const digest = createHash('sha256')
      .update(sessionIdText('org_1', 'claude-code', 'abc'))
      .digest();
    expect(sessionIdOf(digest)).toMatch(/^ses_[a-z2-7]{20}$/);
    expect(sessionIdOf(digest)).toBe(`ses_${reference(digest).slice(0, 20)}`);
  });

  it('is made from a text that no two triples share, whatever digits and colons their parts hold', () => {
    const part = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^[0-9:a]{0,6}$/));
    const triple = fc.tuple(part, part, part);
    fc.assert(
      fc.property(triple, triple, (one, other) => {
        fc.pre(one.join('\0') !== other.join('\0'));
        expect(sessionIdText(...one)).not.toBe(sessionIdText(...other));
      }),
      settings,
    );
    expect(sessionIdText('1:a', '', '')).not.toBe(sessionIdText('1', ':a', ''));
    expect(sessionIdText('a', 'bc', 'd')).not.toBe(sessionIdText('ab', 'c', 'd'));
  });

  it('can be read back from its text, so the text loses nothing', () => {
    fc.assert(
      fc.property(fc.tuple(fc.string(), fc.string(), fc.string()), (triple) => {
        let text = sessionIdText(...triple);
        const parts: string[] = [];
        while (text !== '') {
          const colon = text.indexOf(':');
          const length = Number(text.slice(0, colon));
          parts.push(text.slice(colon + 1, colon + 1 + length));
          text = text.slice(colon + 1 + length);
        }
        expect(parts).toEqual(triple);
      }),
      settings,
    );
  });
});
