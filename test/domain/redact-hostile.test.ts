import { describe, expect, it } from 'vitest';
import { redactionRules } from '../../worker/domain/redact/redact-rules.ts';
import { redactText } from '../../worker/domain/redact/redact-text.ts';

// Processor time of this thread, to which no other process adds, however busy the machine is. Measured at under 0.2 s per megabyte; a
// pattern that looks back over what it has seen takes minutes for one.
const boundMsPerMegabyte = 4000;

const beginnings = [...new Set(redactionRules.map((rule) => rule.hint))];
const ofRules = [
  ...beginnings,
  ...beginnings.map((hint) => `${hint}a1`),
  ...beginnings.map((hint) => `${hint}${'a'.repeat(15)}`),
  ...beginnings.map((hint) => `${hint}${'A'.repeat(40)}`),
  ...beginnings.map((hint) => `${hint}${'0f'.repeat(20)} `),
];
const ofShapes = [
  ...[
    'eyJ',
    'eyJaaaaaaaa.',
    'eyJaaaaaaaa.eyJaaaaaaaa.',
    '://a:',
    '://a:b',
    '-----',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
  ],
  ...[
    'password=',
    'password="',
    'password = ',
    'password=a',
    'token:token:',
    'secret=$',
    'secret="a ',
    '\\\\"password\\\\":\\\\"x',
  ],
  ...[
    'authorization: bearer ',
    'bearer ',
    'Bearer aaaaaaaaaaaaaaaa',
    '--token ',
    '--',
    'curl ',
    'curl -u a:b ',
    ' -u a:',
    '[redacted:',
  ],
  ...['a', 'A', '0', '\0', '\uD800', '"', '\\', ' ', '\n'],
];

describe('a text that was made to be slow', () => {
  it.each(ofShapes)('a megabyte of %j is redacted in linear time, once and for all', (unit) => redactedOnce(unit, 1 << 20));
  it.each(ofRules)('128 KB of %j is redacted in linear time, once and for all', (unit) => redactedOnce(unit, 1 << 17));
});

function redactedOnce(unit: string, size: number) {
  const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  const before = process.threadCpuUsage();
  const once = redactText(text);
  const { user } = process.threadCpuUsage(before);
  expect(user / 1000).toBeLessThan((boundMsPerMegabyte * size) / (1 << 20));
  expect(redactText(once.text).count).toBe(0);
}
