import type { CostGroup, CostReport } from '../../../wire/cost-report.ts';
import type { Tokens } from '../../../wire/event.ts';
import { tokenSum } from '../../../wire/session-usage.ts';
import { agentName } from '../../components/sessions/agent-names.ts';
import { Said } from '../../components/timeline/said.tsx';
import { count, money, moneyExact } from '../../format.ts';
import { byLabels, coloursOf, groupId, nameOf, restColour } from '../../models/costs/costs-view.ts';

/** What the picture is drawn from. */
export function CostsTable({ report, organizationId }: { report: CostReport; organizationId: string }) {
  const { by, items, costMicroUsd } = report;
  const colours = coloursOf(items);
  const countsCalls = items.some(({ calls }) => calls !== null);
  // The newest day is looked for first.
  const rows = by === 'day' ? items.toReversed() : items;
  return (
    <table class="costs-table">
      <caption class="visually-hidden">Costs by {by}</caption>
      <thead>
        <tr>
          <th scope="col">{byLabels.find(({ value }) => value === by)?.label}</th>
          <th scope="col">Cost</th>
          <th scope="col">Share</th>
          {by !== 'tool' && <th scope="col">Tokens</th>}
          {countsCalls && <th scope="col">Calls</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((item) => (
          <tr key={groupId(item)}>
            <th scope="row">
              {by !== 'day' && <span class="costs-swatch" style={{ background: colours.get(groupId(item)) ?? restColour }} />}
              <Name item={item} by={by} organizationId={organizationId} />
            </th>
            <td class="numeric" title={moneyExact(item.costMicroUsd)}>
              {money(item.costMicroUsd)}
            </td>
            <td class="numeric faint">{shareOf(item.costMicroUsd, costMicroUsd)}</td>
            {by !== 'tool' && (
              <td class="numeric" title={tokenWords(item.tokens)}>
                {count(tokenSum(item.tokens))}
              </td>
            )}
            {countsCalls && <td class="numeric">{item.calls === null ? '' : count(item.calls)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Where the list of sessions can be narrowed to it, a link. */
function Name({ item, by, organizationId }: { item: CostGroup; by: CostReport['by']; organizationId: string }) {
  const name = by === 'agent' && item.kind === 'named' ? agentName(item.name) : nameOf(item);
  const words = <Said text={name} />;
  if (item.kind !== 'named' || (by !== 'project' && by !== 'agent')) return <span class="truncate">{words}</span>;
  return (
    <a class="truncate" href={`/${organizationId}/sessions?${new URLSearchParams({ [by]: item.key })}`}>
      {words}
    </a>
  );
}

function shareOf(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '';
  const percent = (part / whole) * 100;
  return percent < 1 ? '<1 %' : `${Math.round(percent)} %`;
}

const tokenWords = ({ input, output, cacheRead, cacheWrite }: Tokens): string =>
  `${count(input)} in, ${count(output)} out, ${count(cacheRead)} read from cache, ${count(cacheWrite)} written to it`;
