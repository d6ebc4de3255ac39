import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { EventType, type SessionEvent } from '../../../wire/event.ts';
import { markdownHead, markdownOf } from '../../../worker/domain/archive/markdown.ts';
import { fenced, inline, quoted } from '../../../worker/domain/archive/markdown-text.ts';
import { newSession, summaryOf } from '../../../worker/domain/session-state.ts';

const owner = {
  ...{ organizationId: 'org_1', sessionId: 'ses_1', externalId: 'one', agent: 'tester' },
  ...{ projectId: 'prj_1', userId: 'usr_1' },
};
const event = (fields: Partial<SessionEvent>): SessionEvent => ({
  ...{ seq: 1, id: 'evt_1', type: 'prompt' as const, at: '2026-11-21T08:30:00.000Z', receivedAt: '2026-11-21T08:30:00.000Z' },
  ...fields,
});

describe('a session as Markdown', () => {
  it('begins with its title and what is known of it', () => {
    const head = markdownHead({ ...summaryOf(newSession(owner, 0)), title: 'Fix *the* login', costMicroUsd: 1_250_000 });
    expect(head).toContain('# Fix \\*the\\* login\n');
    expect(head).toContain('- **Cost:** $1.25\n');
    expect(head).not.toContain('null');
  });

  it('quotes what people and agents say, and folds what tools take and give', () => {
    expect(markdownOf(event({ text: 'do it\nnow' }))).toBe('\n### Prompt · 2026-11-21 08:30:00\n\n> do it\n> now\n');
    const call = markdownOf(event({ type: 'tool.started', tool: 'Bash', input: { command: 'ls' } }));
    expect(call).toContain('<details><summary>Input</summary>\n\n```\n{\n  "command": "ls"\n}\n```\n\n</details>');
    const end = markdownOf(event({ type: 'tool.finished', tool: 'Bash', output: 'a.txt', durationMs: 12.4 }));
    expect(end).toContain('Bash done, 12 ms');
    expect(end).toContain('<summary>Output</summary>');
  });

  it('says why a call was refused, who did what, and nothing of mere bookkeeping', () => {
    const refused = { because: 'rule' as const, reason: 'not on Fridays' };
    expect(markdownOf(event({ type: 'tool.started', tool: 'Bash', refused }))).toContain('*Refused: not on Fridays*');
    const control = { action: 'paused' as const, by: { userId: 'usr_1', name: 'Mia' } };
    expect(markdownOf(event({ type: 'control', control }))).toContain('Mia: paused');
    expect(markdownOf(event({ type: 'usage' }))).toBe('');
  });

  it.each(EventType.options)('bears anything in a %s event', (type) => {
    const anything = fc.record({ text: fc.string(), tool: fc.string(), input: fc.jsonValue(), output: fc.jsonValue() });
    fc.assert(
      fc.property(anything, (fields) => {
        expect(typeof markdownOf(event({ type, ...fields }))).toBe('string');
      }),
      { numRuns: 20 },
    );
  });
});

describe('text from elsewhere', () => {
  it('cannot close the fence around it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`~a\n]{0,40}$/), (text) => {
        const tokens = marked.lexer(`${fenced(text)}\n\nend`);
        expect(tokens.filter(({ type }) => type === 'code')).toHaveLength(1);
        expect(tokens.at(-1)).toMatchObject({ type: 'paragraph', text: 'end' });
      }),
    );
  });

  it('has a fence around it however many it has itself', () => {
    const text = `${'```\n'.repeat(200_000)}\`\`\`\``;
    expect(fenced(text).startsWith('`````\n```\n')).toBe(true);
  });

  it('cannot leave its quotation, nor be HTML', () => {
    const hostile = '</details><script>x</script>\n```\n<b>\n```\n# heading';
    expect(quoted(hostile)).toBe('> &lt;/details>&lt;script>x&lt;/script>\n> ```\n> <b>\n> ```\n> # heading');
    const pieces = fc.array(fc.constantFrom('<i>', '`', '```', '~~~', '\n', ' ', 'a', '> ', '# ', '- ', '  '), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const tokens = marked.lexer(`${quoted(parts.join(''))}\n\nend`);
        expect(tokens.filter(({ type }) => type !== 'space').map(({ type }) => type)).toEqual(['blockquote', 'paragraph']);
        expect(marked.parse(quoted(parts.join('')), { async: false })).not.toContain('<i>');
      }),
    );
  });

  it('is one line without markup in a heading', () => {
    expect(inline('a\n# b *c* `d` <e>')).toBe('a \\# b \\*c\\* \\`d\\` &lt;e\\>');
  });
});
