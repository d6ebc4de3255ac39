import { useState } from 'preact/hooks';
import { plural } from '../../format.ts';
import { foldText } from '../../models/session/session-text.ts';
import { CopyButton } from '../copy-button.tsx';
import { AnsiText } from './ansi-text.tsx';

const foldedLines = 20;
/** One line can be a megabyte; this much of it is drawn before somebody asks for all. */
const foldedChars = 12_000;
/** Even "all" ends here: beyond it a browser's layout takes seconds. The copy button copies everything. */
const maxChars = 1_000_000;

interface OutputBlockProps {
  text: string;
  label: string;
  /** A failure says what went wrong at its end. */
  failed?: boolean;
}

/** What a command printed: its first twenty lines, or a failure's last; the rest on demand. */
export function OutputBlock({ text, label, failed = false }: OutputBlockProps) {
  const [all, setAll] = useState(false);
  const folded = foldText(text, foldedLines, foldedChars, failed ? 'end' : 'start');
  const whole = foldText(text, Number.POSITIVE_INFINITY, maxChars, failed ? 'end' : 'start');
  const shown = all ? whole : folded;
  const more = folded.hidden > 0 || folded.cut;
  const button = more && (
    <button type="button" class="output-more" onClick={() => setAll(!all)} aria-expanded={all}>
      {all ? 'Show less' : showAll(folded.hidden)}
    </button>
  );
  return (
    <div class={`output ${failed ? 'failed' : ''}`}>
      <div class="output-head">
        <h3>{label}</h3>
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} iconOnly />
      </div>
      <pre class="code">
        {failed && button}
        <AnsiText text={shown.text} />
        {all && whole.cut && <span class="output-cut">… the rest is too long to draw; copy it instead</span>}
        {!failed && button}
      </pre>
    </div>
  );
}

const showAll = (hidden: number) => (hidden > 0 ? `Show ${plural(hidden, 'more line')}` : 'Show all of it');
