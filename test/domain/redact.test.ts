import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { redactDraft, redactEvent } from '../../worker/domain/redact/redact.ts';
import { redactionRules } from '../../worker/domain/redact/redact-rules.ts';
import { redactText } from '../../worker/domain/redact/redact-text.ts';
import { innocentTexts, maskedTexts, secretSamples } from './secret-samples.ts';

const draft = (fields: Partial<Draft>): Draft => ({ type: 'tool.finished', hook: 'PostToolUse', ...fields });

describe('a text', () => {
  it.each(secretSamples)('with a %s is masked under that name', (name, secret) => {
    for (const [before, after] of [
      ['', ''],
      ['found ', ' in the log'],
      ['["', '"]'],
      ['x = `', '`;\nnext line'],
    ])
      expect(redactText(`${before}${secret}${after}`)).toEqual({ text: `${before}[redacted:${name}]${after}`, count: 1 });
  });

  it.each(maskedTexts)('%s keeps everything but the secret', (text, masked) => {
    expect(redactText(text)).toEqual({ text: masked, count: 1 });
  });

  it.each(innocentTexts)('%s is left alone', (text) => {
    expect(redactText(text)).toEqual({ text, count: 0 });
  });

  it('loses a private key that was cut off in the middle', () => {
    const header = `-----BEGIN ${'OPENSSH PRIVATE'} KEY-----`;
    expect(redactText(`key:\n${header}\n${'b3BlbnNzaC1rZXktdjEA'.repeat(8)}`).text).toBe('key:\n[redacted:private-key]');
  });

  it.each(redactionRules)('that the rule $name ($hint) is for is among the examples', ({ hint, pattern }) => {
    const examples = [...secretSamples.map(([, secret]) => secret), ...maskedTexts.map(([text]) => text)];
    expect(examples.some((text) => text.includes(hint) && new RegExp(pattern.source).test(text))).toBe(true);
  });

  it('of hashes, ids and words is never masked', () => {
    const words = fc.oneof(
      fc.uuid(),
      fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 7, maxLength: 64 }),
      fc.constantFrom('commit', 'tree', 'at', 'in', 'index.ts', 'npm', 'sha1:', 'etag'),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
        const text = parts.join(' ');
        expect(redactText(text)).toEqual({ text, count: 0 });
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});

describe('a draft', () => {
  it('without a secret is returned as it is', () => {
    const clean = draft({ input: { command: 'ls' }, output: ['a', { b: 1 }], text: 'fine' });
    expect(redactDraft(clean)).toBe(clean);
  });

  it('is masked in every field and adds up its redactions', () => {
    const [, secret] = secretSamples.find(([name]) => name === 'github-token') ?? ['', ''];
    const mask = '[redacted:github-token]';
    const masked = redactDraft(
      draft({
        text: secret,
        tool: secret,
        input: { deep: [{ er: secret }] },
        output: [secret, secret],
        data: { [secret]: 1 },
        facts: { cwd: secret, title: 'kept' },
        batch: [{ tool: 'Bash', toolUseId: 't1', output: secret }],
        redactions: 2,
      }),
    );
    expect(masked).toEqual(
      draft({
        text: mask,
        tool: mask,
        input: { deep: [{ er: mask }] },
        output: [mask, mask],
        data: { [mask]: 1 },
        facts: { cwd: mask, title: 'kept' },
        batch: [{ tool: 'Bash', toolUseId: 't1', output: mask }],
        redactions: 10,
      }),
    );
  });

  it('is masked where only the field’s name gives the secret away', () => {
    const { input, redactions } = redactDraft(
      draft({
        input: {
          password: 'correct horse',
          apiKey: '0a1b2c3d',
          Authorization: 'Bearer abc123',
          token: 'next',
          secret: '$SECRET',
        },
      }),
    );
    expect(input).toEqual({
      password: '[redacted:password]',
      apiKey: '[redacted:api-key]',
      Authorization: '[redacted:authorization]',
      token: 'next',
      secret: '$SECRET',
    });
    expect(redactions).toBe(3);
  });

  it('keeps both values when two names become the same mask', () => {
    const [, one] = secretSamples.find(([name]) => name === 'github-token') ?? ['', ''];
    const masked = redactDraft(draft({ data: { [one]: 1, [`${one}x`]: 2 } }));
    expect(masked.data).toEqual({ '[redacted:github-token]': 1, '[redacted:github-token] 2': 2 });
  });

  it('keeps its key, by which repeats are told', () => {
    const [, secret] = secretSamples.find(([name]) => name === 'github-token') ?? ['', ''];
    expect(redactDraft(draft({ key: `id:${secret}`, text: secret })).key).toBe(`id:${secret}`);
  });

  it('keeps a field named __proto__ a field', () => {
    const data: unknown = JSON.parse('{"__proto__":{"password":"hunter2"},"n":1}');
    expect(JSON.stringify(redactDraft(draft({ data })).data)).toBe('{"__proto__":{"password":"[redacted:password]"},"n":1}');
  });

  it('is cut where it is nested deeper than we store', () => {
    let data: unknown = 'bottom';
    for (let level = 0; level < limits.maxJsonDepth + 1; level += 1) data = [data];
    const { data: cut, redactions } = redactDraft(draft({ data }));
    expect(JSON.stringify(cut)).toBe(`${'['.repeat(64)}"[deeper than 64 levels]"${']'.repeat(64)}`);
    expect(redactions).toBeUndefined();
  });

  it('that is exactly as deep as we store is kept', () => {
    let data: unknown = 'bottom';
    for (let level = 0; level < limits.maxJsonDepth; level += 1) data = [data];
    const whole = draft({ data });
    expect(redactDraft(whole)).toBe(whole);
  });

  it('loses NUL and lone surrogates, in values and names', () => {
    expect(redactDraft(draft({ text: 'a\0b\uD800c', data: { 'k\0\uDFFF': '😀' } }))).toEqual(
      draft({ text: 'a\uFFFDb\uFFFDc', data: { 'k\uFFFD\uFFFD': '😀' } }),
    );
  });

  it('is the same after a second redaction, whatever it holds', () => {
    const pieces = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...secretSamples.map(([, secret]) => secret)) },
      { weight: 2, arbitrary: fc.constantFrom(...maskedTexts.map(([text]) => text)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'password=',
          '"token":"',
          'Bearer ',
          '://u:',
          '@',
          '"',
          "'",
          '\\',
          '[redacted:x]',
          '--token ',
          ' ',
          '',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
    );
    const text = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));
    const names = fc.oneof(fc.constantFrom('password', 'api_key', 'token', 'a', '__proto__'), text);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(text, tree, tree, (text, input, data) => {
        const once = redactDraft(draft({ text, input, data }));
        expect(redactDraft(once)).toBe(once);
      }),
      { numRuns: 5000, seed: 7 },
    );
  });
});

it('an event of a file has no secret in what a rule said of it', () => {
  const at = '2026-11-21T08:30:00.000Z';
  const reason = `seen: ${secretSamples[0]?.[1]}`;
  const event = { seq: 1, id: 'e1', type: 'tool.started' as const, at, receivedAt: at, warned: [{ ruleId: 'rul_1', reason }] };
  const warned = [{ ruleId: 'rul_1', reason: 'seen: [redacted:flightdeck-token]' }];
  expect(redactEvent(event)).toEqual({ ...event, warned, redactions: 1 });
});
