import { useState } from 'preact/hooks';
import type { Comparison, PathRow, Step } from '../../../wire/comparison.ts';
import { Button } from '../../components/button.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { number, plural } from '../../format.ts';

interface CompareStepsProps {
  comparison: Comparison;
  hrefOf: (sessionId: string) => string;
}

const shownAtOnce = 200;
const choices: { value: 'all' | 'different'; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'different', label: 'Differences' },
];

/** The way that each side went, step by step: what is the same stands side by side. */
export function CompareSteps({ comparison: { a, b, path }, hrefOf }: CompareStepsProps) {
  const [which, setWhich] = useState<'all' | 'different'>('all');
  const [most, setMost] = useState(shownAtOnce);
  const rows = which === 'all' ? path.rows : path.rows.filter(({ same }) => !same);
  const same = path.rows.filter((row) => row.same).length;
  const leftOut = path.leftOutA + path.leftOutB;
  return (
    <section aria-label="Steps">
      <div class="compare-heading">
        <h2>Steps</h2>
        <Segmented label="Steps" options={choices} value={which} onChange={setWhich} />
      </div>
      <p class="muted">
        {plural(same, 'step')} of {number(path.rows.length)} the same on both sides.
      </p>
      {rows.length === 0 && <p>{which === 'all' ? 'Neither side called a tool.' : 'They went the same way.'}</p>}
      <ol class="compare-steps">
        {rows.slice(0, most).map((row) => (
          <li class={`compare-row ${row.same ? 'same' : ''}`} key={`${row.a?.seq ?? ''}-${row.b?.seq ?? ''}`}>
            <StepCell name="A" step={row.a} row={row} href={hrefOf(a.sessionId)} />
            <StepCell name="B" step={row.b} row={row} href={hrefOf(b.sessionId)} />
          </li>
        ))}
      </ol>
      {rows.length > most && (
        <Button size="small" onClick={() => setMost(most + 1000)}>
          Show {plural(Math.min(1000, rows.length - most), 'more step')}
        </Button>
      )}
      {leftOut > 0 && (
        <p class="muted">
          {number(path.leftOutA)} later steps of A and {number(path.leftOutB)} of B are not aligned.
        </p>
      )}
    </section>
  );
}

const outcomes: Record<Step['outcome'], string> = { ok: '', failed: 'failed', refused: 'refused', open: 'no end' };

function StepCell({ name, step, row, href }: { name: 'A' | 'B'; step: Step | null; row: PathRow; href: string }) {
  if (!step) return <span class="compare-step none" />;
  const { tool, target, outcome, seq } = step;
  return (
    <a class="compare-step" href={`${href}#e${seq}`}>
      <span class="visually-hidden">
        {row.same ? 'Same: ' : ''}
        {name}{' '}
      </span>
      <span class="compare-name" aria-hidden="true">
        {name}
      </span>
      <strong>
        <Said text={tool} />
      </strong>
      <span class="compare-target truncate" title={target}>
        <Said text={target} />
      </span>
      {outcome !== 'ok' && <span class={`compare-outcome-mark ${outcome}`}>{outcomes[outcome]}</span>}
    </a>
  );
}
