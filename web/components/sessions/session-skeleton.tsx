import { Skeleton } from '../states.tsx';
import { SessionTableHead } from './session-table.tsx';

/** The table's true shape, before its first page. Widths vary as real titles do. */
const widths = [62, 48, 78, 55, 70, 41, 66, 58, 73, 50];

export function SessionSkeleton() {
  return (
    <div class="session-table loading" aria-busy="true">
      <span class="visually-hidden" role="status">
        Loading sessions
      </span>
      <div aria-hidden="true">
        <SessionTableHead />
        <div class="session-group-heading">
          <Skeleton width={64} />
        </div>
        {widths.map((width) => (
          <div class="session-row" key={width}>
            <div class="c-status">
              <Skeleton width={14} height={14} />
            </div>
            <div class="c-title">
              <Skeleton width={`${width}%`} />
            </div>
            <div class="c-agent">
              <Skeleton width={110} />
            </div>
            <div class="c-project">
              <Skeleton width={130} />
            </div>
            <div class="c-activity">
              <Skeleton width={140} />
            </div>
            <div class="c-elapsed number">
              <Skeleton width={46} />
            </div>
            <div class="c-tokens number">
              <Skeleton width={36} />
            </div>
            <div class="c-cost number">
              <Skeleton width={44} />
            </div>
            <div class="c-tools number">
              <Skeleton width={20} />
            </div>
            <div class="c-errors number">
              <Skeleton width={14} />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
