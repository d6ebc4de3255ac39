import { Skeleton } from '../states.tsx';
import { SessionTableHead } from './session-table.tsx';

/** The table's true shape, before its first page. Widths vary as real titles do. */
const widths = [62, 48, 78, 55, 70, 41, 66, 58, 73, 50];

export function SessionSkeleton() {
  return (
    <div aria-busy="true">
      <span class="visually-hidden" role="status">
        Loading sessions
      </span>
      <table class="session-table" aria-hidden="true">
        <SessionTableHead />
        <tbody>
          <tr class="session-group-heading">
            <td>
              <Skeleton width={64} />
            </td>
          </tr>
          {widths.map((width) => (
            <tr class="session-row" key={width}>
              <td class="c-choose" />
              <td class="c-status">
                <Skeleton width={14} height={14} />
              </td>
              <td class="c-title">
                <Skeleton width={`${width}%`} />
              </td>
              <td class="c-agent">
                <Skeleton width={110} />
              </td>
              <td class="c-project">
                <Skeleton width={130} />
              </td>
              <td class="c-activity">
                <Skeleton width={140} />
              </td>
              <td class="c-elapsed number">
                <Skeleton width={46} />
              </td>
              <td class="c-tokens number">
                <Skeleton width={36} />
              </td>
              <td class="c-cost number">
                <Skeleton width={44} />
              </td>
              <td class="c-tools number">
                <Skeleton width={20} />
              </td>
              <td class="c-errors number">
                <Skeleton width={14} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
