import fc from 'fast-check';
import type { ComponentChildren, VNode } from 'preact';
import { describe, expect, test } from 'vitest';
import { CopyButton } from '../../../web/components/copy-button.tsx';
import { isSafe, renderMarkdown } from '../../../web/components/timeline/markdown.tsx';

interface Element {
  name: string;
  props: Record<string, unknown>;
}

/** Every element and every text that a Markdown text becomes: components are called, as the browser's renderer would. */
function rendered(text: string): { elements: Element[]; text: string } {
  const elements: Element[] = [];
  const texts: string[] = [];
  const visit = (node: ComponentChildren): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child);
      return;
    }
    if (typeof node === 'string' || typeof node === 'number') texts.push(String(node));
    if (typeof node !== 'object' || node === null) return;
    const { type, props } = node as VNode<Record<string, unknown>>;
    // Preact types a node's component by other props than its own; which component it is does not depend on them.
    if ((type as unknown) === CopyButton) return;
    if (typeof type === 'string') elements.push({ name: type, props });
    // Components of this file have no hooks, so that calling them is rendering them.
    visit(
      typeof type === 'function' ? (type as (props: unknown) => ComponentChildren)(props) : (props.children as ComponentChildren),
    );
  };
  visit(renderMarkdown(text));
  return { elements, text: texts.join('') };
}

const names = (text: string) => rendered(text).elements.map((element) => element.name);
const links = (text: string) =>
  rendered(text)
    .elements.filter(({ name }) => name === 'a')
    .map(({ props }) => props.href);

describe('what agents write', () => {
  test.each([
    ['**bold** and *slanted* and ~~gone~~', ['p', 'strong', 'em', 'del']],
    ['# Title', ['p']],
    ['- a\n- b', ['ul', 'li', 'li']],
    ['1. a\n2. b', ['ol', 'li', 'li']],
    ['> said', ['blockquote', 'p']],
    ['```ts\nconst a = 1;\n```', ['div', 'pre']],
    ['a `code` b', ['p', 'code']],
    ['line\nbreak', ['p', 'br']],
    ['---', ['hr']],
  ])('%j keeps its shape', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test('tables and task lists keep their shape', () => {
    expect(names('| a | b |\n| --- | ---: |\n| 1 | 2 |')).toEqual([
      'div',
      'table',
      'thead',
      'tr',
      'th',
      'th',
      'tbody',
      'tr',
      'td',
      'td',
    ]);
    const boxes = rendered('- [x] done\n- [ ] open').elements.filter(({ name }) => name === 'input');
    expect(boxes.map(({ props }) => props.checked)).toEqual([true, false]);
    expect(boxes.every(({ props }) => props.disabled)).toBe(true);
  });

  test('character references are read', () => {
    expect(rendered('a &lt;b&gt; &amp; c').text).toBe('a <b> & c');
  });

  test('a masked secret is shown as masked', () => {
    expect(rendered('token [redacted:github-token] here').elements.map(({ props }) => props.class)).toContain('redacted');
  });
});

describe('what nobody should write', () => {
  test.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '<iframe src="https://evil.example"></iframe>',
    '<b>bold</b>',
  ])('%s stays text', (text) => {
    const { elements, text: shown } = rendered(text);
    expect(elements.every(({ name }) => ['p', 'bdi'].includes(name))).toBe(true);
    expect(shown).toContain('<');
  });

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java\nscript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](file:///etc/passwd)',
    '[x](/settings/members)',
    '[x](//evil.example)',
    '<javascript:alert(1)>',
  ])('%j links nowhere', (text) => {
    expect(links(text)).toEqual([]);
  });

  test('links to the web open elsewhere and tell nothing of us', () => {
    const [link] = rendered('[x](https://example.com)').elements.filter(({ name }) => name === 'a');
    expect(link?.props).toMatchObject({ href: 'https://example.com', target: '_blank', rel: 'noopener noreferrer' });
  });

  test('an image is not loaded, only linked', () => {
    expect(names('![pixel](https://evil.example/p.png)')).not.toContain('img');
    expect(links('![pixel](https://evil.example/p.png)')).toEqual(['https://evil.example/p.png']);
  });

  test('nesting that breaks a parser is shown as it was written', () => {
    const text = '>'.repeat(20_000);
    expect(rendered(text).text).toBe(text);
  });

  test('a book is shown as it was written', () => {
    const text = `${'**word** '.repeat(10_000)}end`;
    expect(names(text)).toEqual(['p']);
  });

  test('no text at all makes an element that loads, runs or leads somewhere unsafe', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '[',
        '](',
        ')',
        '![',
        '`',
        '```\n',
        '**',
        '\n',
        '\n\n',
        '- ',
        '| ',
        '> ',
        'javascript:',
        '<script>',
        'https://a.example',
        '&lt;',
      ),
      fc.string({ maxLength: 6 }),
    );
    const harmless = new Set(
      'p strong em del code br a ul ol li blockquote hr pre div span table thead tbody tr th td input bdi'.split(' '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const { name, props } of rendered(pieces.join('')).elements) {
          expect(harmless.has(name), name).toBe(true);
          expect(Object.keys(props).filter((key) => key.startsWith('on') || key === 'dangerouslySetInnerHTML')).toEqual([]);
          if (name === 'a') expect(isSafe(String(props.href))).toBe(true);
        }
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });
});
