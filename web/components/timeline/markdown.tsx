import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { type ComponentChildren, createElement, type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { visibleText } from '../../models/session/session-text.ts';
import { CopyButton } from '../copy-button.tsx';
import { Parts } from './said.tsx';

/** Longer texts stay plain: no person reads them as prose, and parsing would hold up the screen. */
const maxMarkdownChars = 60_000;

/**
 * Markdown as elements, never as an HTML string: what isn't one of the tokens below is shown as the text it is, so there is nothing
 * to sanitise. Raw HTML is text, images are links, and links lead only to the web and to mail.
 */
export function Markdown({ text }: { text: string }) {
  return <div class="prose">{useMemo(() => renderMarkdown(text), [text])}</div>;
}

/** The elements of a text; pure, for the component above and for tests. */
export function renderMarkdown(text: string): ComponentChildren {
  if (text.length > maxMarkdownChars) return plain(text);
  try {
    return blocks(lexer(visibleText(text), { gfm: true, breaks: true }));
  } catch {
    // Nesting deeper than the parser's stack is the one way to make it throw.
    return plain(text);
  }
}

const plain = (text: string) => (
  <p class="plain">
    <Parts text={visibleText(text)} />
  </p>
);

const blocks = (tokens: Token[]): ComponentChildren => tokens.map((token, i) => <Block key={String(i)} token={token} />);
const inlines = (tokens: Token[] | undefined): ComponentChildren =>
  tokens?.map((token, i) => <Inline key={String(i)} token={token} />);

function Block({ token: given }: { token: Token }) {
  // Without extensions, the parser makes no other tokens than these.
  const token = given as MarkedToken;
  switch (token.type) {
    case 'heading':
      // The page has its own headings; what an agent writes is one level of them, whatever it calls it.
      return <p class={`heading level-${token.depth}`}>{inlines(token.tokens)}</p>;
    case 'paragraph':
      return <p>{inlines(token.tokens)}</p>;
    case 'text':
      return <>{token.tokens ? inlines(token.tokens) : <Words text={token.text} />}</>;
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'list':
      return <List token={token} />;
    case 'code':
      return <Code token={token} />;
    case 'table':
      return <Table token={token} />;
    case 'hr':
      return <hr />;
    case 'html':
      return <p class="plain">{token.raw}</p>;
    case 'space':
    case 'def':
      return null;
    default:
      return <Inline token={token} />;
  }
}

function Inline({ token: given }: { token: Token }): JSX.Element | null {
  const token = given as MarkedToken;
  switch (token.type) {
    case 'strong':
      return <strong>{inlines(token.tokens)}</strong>;
    case 'em':
      return <em>{inlines(token.tokens)}</em>;
    case 'del':
      return <del>{inlines(token.tokens)}</del>;
    case 'codespan':
      return (
        <code>
          <Parts text={token.text} />
        </code>
      );
    case 'br':
      return <br />;
    case 'link':
      return <SafeLink href={token.href}>{inlines(token.tokens)}</SafeLink>;
    case 'image':
      return <SafeLink href={token.href}>Image: {token.text || token.href}</SafeLink>;
    case 'escape':
      return <>{token.text}</>;
    case 'text':
      return <>{token.tokens ? inlines(token.tokens) : <Words text={token.text} />}</>;
    default:
      return <Parts text={token.raw} />;
  }
}

const Words = ({ text }: { text: string }) => <Parts text={decoded(text)} />;

/** The parser leaves character references as written. */
const decoded = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(amp|lt|gt|quot|apos|nbsp|#39);/g, (whole, name: string) => references[name] ?? whole)
    : text;

const references: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', '#39': "'" };

function SafeLink({ href, children }: { href: string; children: ComponentChildren }) {
  if (!isSafe(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" title={href}>
      {children}
    </a>
  );
}

/** Where a link may lead. Relative ones would lead into this application, where no agent's file is. */
export function isSafe(href: string): boolean {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol);
  } catch {
    return false;
  }
}

function List({ token }: { token: Tokens.List }) {
  const items = token.items.map((item, i) => (
    <li key={String(i)} class={item.task ? 'task' : ''}>
      {item.task && (
        <input type="checkbox" checked={item.checked ?? false} disabled aria-label={item.checked ? 'Done' : 'To do'} />
      )}
      {blocks(item.tokens.filter((part) => part.type !== 'checkbox'))}
    </li>
  ));
  const start = typeof token.start === 'number' && token.start !== 1 ? token.start : undefined;
  return createElement(token.ordered ? 'ol' : 'ul', { start }, items);
}

function Code({ token }: { token: Tokens.Code }) {
  return (
    <div class="prose-code">
      <pre class="code">
        <Parts text={token.text} />
      </pre>
      <CopyButton text={token.text} label="Copy code" iconOnly />
    </div>
  );
}

function Table({ token }: { token: Tokens.Table }) {
  return (
    <div class="prose-table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, i) => (
              <th key={String(i)} style={{ textAlign: cell.align ?? 'left' }}>
                {inlines(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, i) => (
            <tr key={String(i)}>
              {row.map((cell, k) => (
                <td key={String(k)} style={{ textAlign: cell.align ?? 'left' }}>
                  {inlines(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
