import type { CallCount, ComparedTools } from '../../../wire/comparison.ts';
import { Said } from '../../components/timeline/said.tsx';
import { number, plural } from '../../format.ts';

/** Which tools each side called, and how often. */
export function CompareTools({ tools: { onlyA, onlyB, common, leftOut } }: { tools: ComparedTools }) {
  const rows = [
    ...common.map(({ tool, a, b }) => ({ tool, a, b, only: '' })),
    ...onlyA.map(({ tool, ...a }) => ({ tool, a, b: null, only: 'only A' })),
    ...onlyB.map(({ tool, ...b }) => ({ tool, a: null, b, only: 'only B' })),
  ];
  return (
    <section aria-label="Tools">
      <h2>Tools</h2>
      {rows.length === 0 ? (
        <p class="muted">Neither side called a tool.</p>
      ) : (
        <table class="compare-table">
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">Tool</span>
              </th>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">
                <span class="visually-hidden">Where</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ tool, a, b, only }) => (
              <tr key={tool}>
                <th scope="row" class="compare-tool">
                  <Said text={tool} />
                </th>
                <td class="numeric">
                  <Calls count={a} />
                </td>
                <td class="numeric">
                  <Calls count={b} />
                </td>
                <td class="muted">{only}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {leftOut > 0 && <p class="muted">{plural(leftOut, 'more tool')} left out.</p>}
    </section>
  );
}

function Calls({ count }: { count: CallCount | null }) {
  if (!count) return <span class="faint">–</span>;
  return (
    <>
      {number(count.calls)}
      {count.failed > 0 && (
        <>
          {' · '}
          <span class="compare-failed">{number(count.failed)} failed</span>
        </>
      )}
      {count.refused > 0 && <span class="muted"> · {number(count.refused)} refused</span>}
    </>
  );
}
