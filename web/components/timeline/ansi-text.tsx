import { useMemo } from 'preact/hooks';
import { type AnsiColour, type AnsiPart, parseAnsi } from '../../models/session/session-ansi.ts';
import { Parts } from './said.tsx';

/** What a terminal would have shown, in the theme's own sixteen colours. */
export function AnsiText({ text }: { text: string }) {
  const parts = useMemo(() => parseAnsi(text), [text]);
  return (
    <>
      {parts.map((part, i) =>
        isPlain(part) ? (
          <Parts key={i} text={part.text} />
        ) : (
          <span key={i} class={classOf(part)} style={styleOf(part)}>
            <Parts text={part.text} />
          </span>
        ),
      )}
    </>
  );
}

const isPlain = (part: AnsiPart) =>
  !(part.fg || part.bg || part.bold || part.faint || part.italic || part.underline || part.strike || part.inverse);

const classOf = (part: AnsiPart): string =>
  [part.bold && 'bold', part.faint && 'faint', part.italic && 'italic', part.underline && 'underline', part.strike && 'strike']
    .filter(Boolean)
    .join(' ');

function styleOf(part: AnsiPart) {
  const fg = colour(part.fg);
  const bg = colour(part.bg);
  if (part.inverse) return { color: bg ?? 'var(--code-surface)', background: fg ?? 'var(--code-text)' };
  // On a coloured ground a text without a colour of its own takes the surface's, which reads on all sixteen.
  if (bg) return { color: fg ?? 'var(--code-surface)', background: bg };
  return fg ? { color: fg } : {};
}

function colour(of: AnsiColour | null): string | undefined {
  if (!of) return undefined;
  // A fixed colour was chosen for somebody else's background: it is pulled towards ours until it can be read.
  return 'name' in of ? `var(--ansi-${of.name})` : `color-mix(in oklab, ${of.rgb} 60%, var(--code-text))`;
}
