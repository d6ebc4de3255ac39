import { Fragment } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { plural } from '../../format.ts';
import { type DiffLine, diffHunks, sideBySide } from '../../models/session-diff.ts';
import type { FileEdit } from '../../models/session-edits.ts';
import { visibleText } from '../../models/session-text.ts';
import { Parts } from './said.tsx';

export type DiffLayout = 'inline' | 'split';

const firstLines = 400;

/** What one edit did to one file. Very long diffs show their first lines until somebody asks. */
export function DiffView({ edit, layout }: { edit: FileEdit; layout: DiffLayout }) {
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
            <tbody>{layout === 'split' ? <Split lines={lines} /> : <Inline lines={lines} />}</tbody>
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

function Inline({ lines }: { lines: DiffLine[] }) {
  return (
    <>
      {lines.map((line, i) => (
        <tr class={line.type} key={String(i)}>
          <td class="number">{line.oldNumber}</td>
          <td class="number">{line.newNumber}</td>
          <Code line={line} />
        </tr>
      ))}
    </>
  );
}

function Split({ lines }: { lines: DiffLine[] }) {
  return (
    <>
      {sideBySide(lines).map(([left, right], i) => (
        <tr key={String(i)}>
          <td class={`number ${left?.type ?? 'void'}`}>{left?.oldNumber}</td>
          {left ? <Code line={left} /> : <td class="void" />}
          <td class={`number ${right?.type ?? 'void'}`}>{right?.newNumber}</td>
          {right ? <Code line={right} /> : <td class="void" />}
        </tr>
      ))}
    </>
  );
}

const signs = { same: ' ', added: '+', removed: '−' };
const names = { same: '', added: 'Added: ', removed: 'Removed: ' };

function Code({ line }: { line: DiffLine }) {
  return (
    <td class={`line ${line.type}`}>
      <span class="sign" aria-hidden="true">
        {signs[line.type]}
      </span>
      {names[line.type] && <span class="visually-hidden">{names[line.type]}</span>}
      {line.pieces.map((piece, i) =>
        piece.changed ? (
          <mark key={String(i)}>
            <Parts text={visibleText(piece.text)} />
          </mark>
        ) : (
          <Parts key={String(i)} text={visibleText(piece.text)} />
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
