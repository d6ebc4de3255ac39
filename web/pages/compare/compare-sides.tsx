import type { ComparedSide, Comparison } from '../../../wire/comparison.ts';
import { RelativeTime } from '../../components/figures.tsx';
import { Icon } from '../../components/icon.tsx';
import { agentName, modelName } from '../../components/sessions/agent-names.ts';
import { StatusMark } from '../../components/status-mark.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { snapshotName } from '../../models/archive/snapshots.ts';
import { figureRows } from '../../models/compare/comparison-figures.ts';

interface CompareSidesProps {
  comparison: Comparison;
  hrefOf: (sessionId: string) => string;
}

/** Who is compared, and what each came to. */
export function CompareSides({ comparison, hrefOf }: CompareSidesProps) {
  return (
    <section aria-label="Sides">
      <div class="compare-sides">
        <Side name="A" side={comparison.a} hrefOf={hrefOf} />
        <Side name="B" side={comparison.b} hrefOf={hrefOf} />
      </div>
      <table class="compare-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Figure</span>
            </th>
            <th scope="col">A</th>
            <th scope="col">B</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {figureRows(comparison).map(({ name, a, b, difference }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="numeric">{a}</td>
              <td class="numeric">{b}</td>
              <td class="numeric muted">{difference}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Side({ name, side, hrefOf }: { name: 'A' | 'B'; side: ComparedSide; hrefOf: CompareSidesProps['hrefOf'] }) {
  const { sessionId, title, agent, model, status, startedAt, outcome, snapshot, figures } = side;
  return (
    <article class="compare-side" aria-label={name}>
      <h2>
        <span class="compare-name" aria-hidden="true">
          {name}
        </span>
        <a class="truncate" href={hrefOf(sessionId)} title={title}>
          <Said text={title || 'Untitled'} />
        </a>
      </h2>
      <p class="compare-facts">
        <StatusMark status={status} labelled />
        <span>
          {agentName(agent)}
          {model && <span class="faint"> {modelName(model)}</span>}
        </span>
        <RelativeTime at={startedAt} />
      </p>
      {snapshot && (
        <p class="compare-facts">
          <Icon name="archive" size={14} />
          <a href={`${hrefOf(sessionId)}/snapshots?snapshot=${snapshot.id}`}>
            <Said text={snapshotName(snapshot)} />
          </a>
          <span class="faint">{figures ? 'its latest snapshot' : `a snapshot at event ${snapshot.seq}`}</span>
        </p>
      )}
      {outcome && (
        <p class="compare-outcome">
          <Said text={outcome} />
        </p>
      )}
    </article>
  );
}
