import type { SessionSummary } from '../../../wire/session.ts';
import { hasUsage } from '../../../wire/session-usage.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Elapsed, RelativeTime } from '../../components/figures.tsx';
import { Gauge } from '../../components/gauge.tsx';
import { agentName } from '../../components/sessions/agent-names.ts';
import { SessionCost } from '../../components/sessions/session-usage.tsx';
import { Said } from '../../components/timeline/said.tsx';
import { money, number, plural } from '../../format.ts';
import { Fact } from './detail/detail-facts.tsx';
import { OverviewCosts } from './overview-costs.tsx';
import './overview.css';

interface OverviewProps {
  session: SessionSummary;
  projectName: string;
  /** As it was at some moment: what its cost consisted of is known of today only. */
  replaying: boolean;
}

/** What stands in the detail's place while no row is chosen: the session as a whole. */
export function Overview({ session, projectName, replaying }: OverviewProps) {
  const { tokens, budget } = session;
  return (
    <div class="overview">
      <h2>{replaying ? 'This session at that moment' : 'This session'}</h2>
      {session.activity && (
        <p class="overview-activity">
          <Said text={session.activity} />, <RelativeTime at={session.lastEventAt} />
        </p>
      )}
      <dl class="facts">
        <Fact name={session.status === 'queued' ? 'Made' : 'Started'}>
          <RelativeTime at={session.startedAt} />
        </Fact>
        {session.status !== 'queued' && (
          <Fact name={tookWords(session.endedAt !== null, replaying)}>
            <Elapsed startedAt={session.startedAt} endedAt={session.endedAt} />
          </Fact>
        )}
        <Fact name="Agent">{agentName(session.agent)}</Fact>
        {session.model && (
          <Fact name="Model">
            <Said text={session.model} />
          </Fact>
        )}
        {projectName && (
          <Fact name="Project">
            <Said text={projectName} />
          </Fact>
        )}
        {session.repository && (
          <Fact name="Repository">
            <Said text={session.repository} />
          </Fact>
        )}
        {session.gitBranch && (
          <Fact name="Branch">
            <Said text={session.gitBranch} />
          </Fact>
        )}
        {session.cwd && (
          <Fact name="Directory">
            <span class="mono">
              <Said text={session.cwd} />
            </span>
          </Fact>
        )}
      </dl>
      <h3>Work</h3>
      <dl class="facts">
        <Fact name="Events">{number(session.eventCount)}</Fact>
        <Fact name="Tool calls">{number(session.toolCallCount)}</Fact>
        <Fact name="Errors">
          <span class={session.errorCount > 0 ? 'bad' : ''}>{number(session.errorCount)}</span>
        </Fact>
        {session.redactionCount > 0 && <Fact name="Masked">{plural(session.redactionCount, 'secret')}</Fact>}
        {session.refusedCount > 0 && <Fact name="Refused by limits">{plural(session.refusedCount, 'event')}</Fact>}
      </dl>
      <h3>Cost</h3>
      <dl class="facts">
        <Fact name="Total">
          <SessionCost session={session} />
        </Fact>
        {session.unpricedCalls > 0 && <Fact name="Unpriced">{plural(session.unpricedCalls, 'model call')}</Fact>}
        {budget && (
          <Fact name="Budget">
            <Gauge spent={budget.spentMicroUsd} reserved={budget.reservedMicroUsd} limit={budget.limitMicroUsd} />{' '}
            {money(budget.spentMicroUsd)} of {money(budget.limitMicroUsd)}
          </Fact>
        )}
        {session.tokenBudget && (
          <Fact name="Token budget">
            {`${number(session.tokenBudget.spentTokens)} of ${number(session.tokenBudget.limitTokens)}`}
          </Fact>
        )}
        {hasUsage(session) && (
          <>
            <Fact name="Tokens in">{number(tokens.input)}</Fact>
            <Fact name="Tokens out">{number(tokens.output)}</Fact>
            <Fact name="Cache read">{number(tokens.cacheRead)}</Fact>
            <Fact name="Cache written">{number(tokens.cacheWrite)}</Fact>
          </>
        )}
      </dl>
      {!replaying && <OverviewCosts session={session} />}
      <div class="overview-ids">
        <span class="truncate mono faint" title={session.externalId}>
          {session.externalId}
        </span>
        <CopyButton text={session.externalId} label="Copy the agent’s session id" iconOnly />
      </div>
    </div>
  );
}

function tookWords(hasEnded: boolean, replaying: boolean): string {
  if (replaying) return 'Had run for';
  return hasEnded ? 'Took' : 'Running for';
}
