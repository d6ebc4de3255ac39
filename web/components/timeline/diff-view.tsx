import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { plural } from '../../format.ts';
import { type DiffLine, diffHunks, sideBySide } from '../../models/session/session-diff.ts';
import type { FileEdit } from '../../models/session/session-edits.ts';
import { visibleText } from '../../models/session/session-text.ts';
import { Parts } from './said.tsx';

export type DiffLayout = 'inline' | 'split';

const firstLines = 400;

interface DiffViewProps {
  edit: FileEdit;
  layout: DiffLayout;
  /** Makes a piece of a line fit to be seen. */
  visible?: (text: string) => string;
}

/** What one edit did to one file. Very long diffs show their first lines until somebody asks. */
export function DiffView({ edit, layout, visible = visibleText }: DiffViewProps) {
  const hunks = useMemo(() => diffHunks(edit), [edit]);
  const [all, setAll] = useState(false);
  const total = hunks.reduce((sum, hunk) => sum + hunk.length, 0);
  const shown = all || total <= firstLines ? hunks : cut(hunks, firstLines);
  if (total === 0) return <p class="diff-none">No lines changed.</p>;
  return (
    <div class={`diff ${layout}`}>
      <table>
        {shown.map((lines, i) => (
          <Fragment key={String(i)}>
            {i > 0 && (
              <tbody class="diff-break" aria-hidden="true">
                <tr>
                  <td colSpan={layout === 'split' ? 4 : 3}>⋯</td>
                </tr>
              </tbody>
            )}
            <tbody>
              {layout === 'split' ? <Split lines={lines} visible={visible} /> : <Inline lines={lines} visible={visible} />}
            </tbody>
          </Fragment>
        ))}
      </table>
      {shown !== hunks && (
        <button type="button" class="output-more" onClick={() => setAll(true)}>
          Show {plural(total - firstLines, 'more line')}
        </button>
      )}
    </div>
  );
}

interface LinesProps {
  lines: DiffLine[];
  visible: (text: string) => string;
}

function Inline({ lines, visible }: LinesProps) {
  return (
    <>
      {lines.map((line, i) => (
        <tr class={line.type} key={String(i)}>
          <td class="number">{line.oldNumber}</td>
          <td class="number">{line.newNumber}</td>
          <Code line={line} visible={visible} />
        </tr>
      ))}
    </>
  );
}

function Split({ lines, visible }: LinesProps) {
  return (
    <>
      {sideBySide(lines).map(([left, right], i) => (
        <tr key={String(i)}>
          <td class={`number ${left?.type ?? 'void'}`}>{left?.oldNumber}</td>
          {left ? <Code line={left} visible={visible} /> : <td class="void" />}
          <td class={`number ${right?.type ?? 'void'}`}>{right?.newNumber}</td>
          {right ? <Code line={right} visible={visible} /> : <td class="void" />}
        </tr>
      ))}
    </>
  );
}

const signs = { same: ' ', added: '+', removed: '−' };
const names = { same: '', added: 'Added: ', removed: 'Removed: ' };

function Code({ line, visible }: { line: DiffLine; visible: (text: string) => string }) {
  return (
    <td class={`line ${line.type}`}>
      <span class="sign" aria-hidden="true">
        {signs[line.type]}
      </span>
      {names[line.type] && <span class="visually-hidden">{names[line.type]}</span>}
      {line.pieces.map((piece, i) =>
        piece.changed ? (
          <mark key={String(i)}>
            <Parts text={visible(piece.text)} />
          </mark>
        ) : (
          <Parts key={String(i)} text={visible(piece.text)} />
        ),
      )}
    </td>
  );
}

function cut(hunks: DiffLine[][], limit: number): DiffLine[][] {
  let left = limit;
  return hunks.flatMap((hunk) => {
    const kept = hunk.slice(0, Math.max(0, left));
    left -= hunk.length;
    return kept.length > 0 ? [kept] : [];
  });
}
