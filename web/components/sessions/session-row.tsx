import type { ReadonlySignal } from '@preact/signals';
import type { SessionSummary } from '../../../wire/session.ts';
import { count } from '../../format.ts';
import { isActive } from '../../models/list-order.ts';
import { Elapsed, Money, RelativeTime, Tokens } from '../figures.tsx';
import { Gauge } from '../gauge.tsx';
import { Icon } from '../icon.tsx';
import { StatusMark } from '../status-mark.tsx';
import { agentName, modelName } from './agent-names.ts';

interface SessionRowProps {
  session: ReadonlySignal<SessionSummary>;
  href: string;
  projectName: string;
  /** It came while we watched: it settles in. */
  arrived: boolean;
  /** The one row that Tab reaches; j and k move it. */
  current: boolean;
  onFocus: (id: string) => void;
}

/** One session: a row of the table, two lines on a phone. */
export function SessionRow({ session: source, href, projectName, arrived, current, onFocus }: SessionRowProps) {
  const session = source.value;
  const { id, status, title, agent, model, gitBranch, repository, activity, lastEventAt } = session;
  const active = isActive(session);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the row's link takes the focus; the row only says that it is one.
    <div class={`session-row ${active ? 'active' : ''} ${arrived ? 'arrived' : ''}`} role="row">
      <div class="c-status" role="cell">
        <StatusMark status={status} />
      </div>
      <div class="c-title" role="cell">
        <a class="truncate" href={href} data-row={id} tabIndex={current ? 0 : -1} onFocus={() => onFocus(id)} title={title}>
          {title || 'Untitled'}
        </a>
      </div>
      <div class="c-agent truncate" role="cell">
        {agentName(agent)}
        {model && (
          <span class="faint" title={model}>
            {' '}
            {modelName(model)}
          </span>
        )}
      </div>
      <div class="c-project" role="cell">
        <span class="truncate" title={repository ?? undefined}>
          {projectName}
        </span>
        {gitBranch && (
          <span class="branch faint truncate" title={gitBranch}>
            <Icon name="branch" size={12} />
            <span class="truncate">{gitBranch}</span>
          </span>
        )}
      </div>
      <div class="c-activity" role="cell">
        <span class={`truncate ${status === 'waiting' ? 'asks' : ''}`} title={activity}>
          {activity}
        </span>
        <span class="faint">
          <RelativeTime at={lastEventAt} />
        </span>
      </div>
      <div class="c-elapsed number" role="cell">
        <Elapsed startedAt={session.startedAt} endedAt={active ? null : (session.endedAt ?? lastEventAt)} />
      </div>
      <div class="c-tokens number" role="cell">
        <SessionTokens tokens={session.tokens} />
      </div>
      <div class="c-cost number" role="cell">
        {session.budget && <Gauge {...session.budget} />}
        <Money microUsd={session.costMicroUsd} unpricedCalls={session.unpricedCalls} />
      </div>
      <div class="c-tools number" role="cell">
        {count(session.toolCallCount)}
      </div>
      <div class={`c-errors number ${session.errorCount > 0 ? 'some' : 'none'}`} role="cell">
        {count(session.errorCount)}
      </div>
    </div>
  );
}

function SessionTokens({ tokens }: { tokens: SessionSummary['tokens'] }) {
  const { input, output, cacheRead, cacheWrite } = tokens;
  const parts = `${count(input)} in, ${count(output)} out, ${count(cacheRead)} read from cache, ${count(cacheWrite)} written to it`;
  return <Tokens value={input + output + cacheRead + cacheWrite} title={parts} />;
}
