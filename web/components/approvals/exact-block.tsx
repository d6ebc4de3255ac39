import { useState } from 'preact/hooks';
import { count, plural } from '../../format.ts';
import { exactText } from '../../models/session/exact-text.ts';
import { foldText } from '../../models/session/session-text.ts';
import { CopyButton } from '../copy-button.tsx';
import { Parts } from '../timeline/said.tsx';

const foldedLines = 20;
const foldedChars = 4000;
/** Beyond it a browser's layout takes seconds. */
const maxChars = 1_000_000;

/** A text word for word: what is folded or too long to draw is counted, and at hand. */
export function ExactBlock({ text, label }: { text: string; label?: string }) {
  const [all, setAll] = useState(false);
  const folded = foldText(text, foldedLines, foldedChars, 'start');
  const isLong = folded.hidden > 0 || folded.cut;
  const shown = all ? text.slice(0, maxChars) : folded.text;
  const left = text.length - maxChars;
  return (
    <div class="exact">
      {(label !== undefined || isLong) && (
        <div class="output-head">
          <h3>{label}</h3>
          {isLong && <CopyButton text={text} label="Copy all of it" iconOnly />}
        </div>
      )}
      <pre class="code approval-code">
        <Parts text={exactText(shown)} />
        {all && left > 0 && <span class="output-cut">{`… ${count(left)} more characters are too many to draw: copy them`}</span>}
        {isLong && (
          <button type="button" class="output-more" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? 'Show less' : moreWords(folded.hidden, text.length - folded.text.length)}
          </button>
        )}
      </pre>
    </div>
  );
}

function moreWords(lines: number, chars: number): string {
  const characters = plural(chars, 'more character');
  return lines > 0 ? `Show ${plural(lines, 'more line')} (${characters})` : `Show ${characters}`;
}
