import type { ComponentChildren } from 'preact';
import type { SessionEvent } from '../../../../wire/event.ts';
import { Duration, Money } from '../../../components/figures.tsx';
import { Said } from '../../../components/timeline/said.tsx';
import { number, plural } from '../../../format.ts';
import type { Row, Spend } from '../../../models/session/session-rows.ts';
import type { Timeline } from '../../../models/session/session-timeline-state.ts';
import './detail-facts.css';

interface DetailFactsProps {
  timeline: Timeline;
  row: Row;
  events: readonly SessionEvent[];
}

/** What else is known of a row: cost, tokens, masked secrets, where it belongs. */
export function DetailFacts({ timeline, row, events }: DetailFactsProps) {
  const lane = row.lane === null ? undefined : timeline.lanes.get(row.lane);
  const spawned = 'spawned' in row && row.spawned !== null ? timeline.lanes.get(row.spawned) : undefined;
  const spend = 'spend' in row && row.spend && row.spend.calls > 0 ? row.spend : spawned?.spend;
  const last = events.at(-1);
  return (
    <dl class="facts">
      {spend && spend.calls > 0 && <SpendFacts spend={spend} />}
      {row.kind === 'usage' && <UsageFacts event={last} row={row} />}
      {'turnMs' in row && row.turnMs !== null && (
        <Fact name="Turn took">
          <Duration ms={row.turnMs} />
        </Fact>
      )}
      {spawned && (
        <Fact name="Subagent">
          {plural(spawned.toolCalls, 'tool call') + (spawned.errors > 0 ? `, ${plural(spawned.errors, 'error')}` : '')}
        </Fact>
      )}
      {lane && (
        <Fact name="Inside">
          <Said text={lane.type || 'a subagent'} />
        </Fact>
      )}
      {row.redactions > 0 && <Fact name="Masked">{plural(row.redactions, 'secret')}</Fact>}
      {last?.toolUseId && (
        <Fact name="Call">
          <span class="mono">
            <Said text={last.toolUseId} />
          </span>
        </Fact>
      )}
    </dl>
  );
}

export function SpendFacts({ spend }: { spend: Spend }) {
  const { input, output, cacheRead, cacheWrite } = spend.tokens;
  return (
    <>
      <Fact name="Cost">
        <Money microUsd={spend.costMicroUsd} unpricedCalls={spend.unpricedCalls} />
      </Fact>
      <Fact name="Model calls">
        {number(spend.calls)}
        {spend.unpricedCalls > 0 && <span class="faint">, {spend.unpricedCalls} unpriced</span>}
      </Fact>
      <Fact name="Tokens">{`${number(input)} in, ${number(output)} out`}</Fact>
      <Fact name="Cache">{`${number(cacheRead)} read, ${number(cacheWrite)} written`}</Fact>
    </>
  );
}

function UsageFacts({ event, row }: { event: SessionEvent | undefined; row: Extract<Row, { kind: 'usage' }> }) {
  const { input, output, cacheRead, cacheWrite } = row.tokens;
  return (
    <>
      <Fact name="Model">
        <Said text={row.model || 'unknown'} />
      </Fact>
      <Fact name="Cost">
        {row.costMicroUsd === null ? <span class="unpriced">unpriced</span> : <Money microUsd={row.costMicroUsd} />}
      </Fact>
      {event?.usage?.pricedBy && (
        <Fact name="Priced by">{event.usage.pricedBy === 'agent' ? 'the agent itself' : 'our price list'}</Fact>
      )}
      <Fact name="Tokens">{`${number(input)} in, ${number(output)} out`}</Fact>
      <Fact name="Cache">{`${number(cacheRead)} read, ${number(cacheWrite)} written`}</Fact>
      {event?.usage?.durationMs !== undefined && (
        <Fact name="Took">
          <Duration ms={event.usage.durationMs} />
        </Fact>
      )}
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="numeric">{children}</dd>
    </div>
  );
}
