import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { SessionSummary } from '../../../wire/session.ts';
import { client, read } from '../../api.ts';
import { Said } from '../../components/timeline/said.tsx';
import { count, money, moneyExact } from '../../format.ts';
import { SessionCostsModel } from '../../models/session/session-costs.ts';
import { timePorts } from '../../socket-ports.ts';

interface Part {
  id: string;
  name: string;
  calls: number;
  costMicroUsd: number;
  /** What is worth a word beside it. */
  note?: string;
}

/** What the session's cost consists of, by model, tool and subagent. */
export function OverviewCosts({ session }: { session: SessionSummary }) {
  const { id } = session;
  const model = useMemo(
    () => new SessionCostsModel({ ...timePorts, costs: () => read(client.api.sessions[':id'].costs.$get({ param: { id } })) }),
    [id],
  );
  const seen = useRef<unknown>(null);
  useEffect(() => () => model.close(), [model]);
  useEffect(() => {
    if (seen.current === model) model.refreshSoon();
    else model.load();
    seen.current = model;
  }, [model, session.costMicroUsd, session.toolCallCount]);

  const costs = model.costs.value;
  if (!costs) return null;
  const subagents = costs.subagents.filter(({ calls, costMicroUsd }) => calls > 0 || costMicroUsd > 0);
  return (
    <>
      <Parts title="Models" parts={costs.models.map((part) => ({ ...part, id: part.name }))} />
      <Parts
        title="Tools"
        parts={costs.tools.map((part) => ({
          ...part,
          id: part.name,
          ...(part.failed > 0 && { note: `${count(part.failed)} failed` }),
        }))}
      />
      <Parts title="Subagents" parts={subagents.map((part) => ({ ...part, name: part.type ?? part.id }))} />
    </>
  );
}

function Parts({ title, parts }: { title: string; parts: Part[] }) {
  if (parts.length === 0) return null;
  return (
    <table class="overview-parts">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">Calls</th>
          <th scope="col">Cost</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(({ id, name, calls, costMicroUsd, note }) => (
          <tr key={id}>
            <th scope="row" class="truncate">
              <Said text={name === '' ? 'not named' : name} />
              {note && <span class="faint"> · {note}</span>}
            </th>
            <td class="numeric">{count(calls)}</td>
            <td class="numeric" title={moneyExact(costMicroUsd)}>
              {costMicroUsd === 0 ? <span class="faint">—</span> : money(costMicroUsd)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
