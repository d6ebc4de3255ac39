import type { ReadonlySignal } from '@preact/signals';
import type { SessionSummary } from '../../../wire/session.ts';
import { count } from '../../format.ts';
import type { SelectionModel } from '../../models/session/session-selection.ts';
import { isActive } from '../../models/sessions/list-order.ts';
import { Elapsed, RelativeTime } from '../figures.tsx';
import { Gauge } from '../gauge.tsx';
import { Icon } from '../icon.tsx';
import { StatusMark } from '../status-mark.tsx';
import { agentName, modelName } from './agent-names.ts';
import { CollisionBadge } from './collision-badge.tsx';
import { ImportedMark } from './imported-mark.tsx';
import { SessionCost, SessionTokens } from './session-usage.tsx';
import './session-row.css';

interface SessionRowProps {
  session: ReadonlySignal<SessionSummary>;
  hrefOf: (id: string) => string;
  projectName: string;
  /** It came while we watched: it settles in. */
  arrived: boolean;
  /** The one row that Tab reaches; j and k move it. */
  current: boolean;
  selection: InstanceType<typeof SelectionModel>;
  onFocus: (id: string) => void;
}

/** One session: a row of the table, two lines on a phone. */
export function SessionRow({ session: source, hrefOf, projectName, arrived, current, selection, onFocus }: SessionRowProps) {
  const session = source.value;
  const { id, status, title, agent, model, gitBranch, repository, activity, lastEventAt, budget } = session;
  const active = isActive(session);
  const chosen = selection.marked.value.has(id);
  const choose = (event: MouseEvent) => (event.shiftKey ? selection.extend(id) : selection.toggle(id));
  return (
    <tr class={`session-row ${active ? 'active' : ''} ${arrived ? 'arrived' : ''} ${chosen ? 'chosen' : ''}`}>
      <td class="c-choose">
        <input
          type="checkbox"
          aria-label={`Select ${title || 'Untitled'}`}
          checked={chosen}
          tabIndex={current ? 0 : -1}
          onFocus={() => onFocus(id)}
          onClick={choose}
        />
      </td>
      <td class="c-status">
        <StatusMark status={status} />
      </td>
      <td class="c-title">
        <a
          class="truncate"
          href={hrefOf(id)}
          data-row={id}
          tabIndex={current ? 0 : -1}
          onFocus={() => onFocus(id)}
          onClick={(event) => {
            if (!selection.isTapping.peek()) return;
            event.preventDefault();
            // The router follows links whoever else has answered them.
            event.stopPropagation();
            choose(event);
          }}
          title={title}
        >
          {title || 'Untitled'}
        </a>
        <ImportedMark session={session} />
        <CollisionBadge session={session} hrefOf={hrefOf} reachable={current} />
      </td>
      <td class="c-agent truncate">
        {agentName(agent)}
        {model && (
          <span class="faint" title={model}>
            {' '}
            {modelName(model)}
          </span>
        )}
      </td>
      <td class="c-project">
        <span class="truncate" title={repository ?? undefined}>
          {projectName}
        </span>
        {gitBranch && (
          <span class="branch faint truncate" title={gitBranch}>
            <Icon name="branch" size={12} />
            <span class="truncate">{gitBranch}</span>
          </span>
        )}
      </td>
      <td class="c-activity">
        <span class={`truncate ${status === 'waiting' ? 'asks' : ''}`} title={activity}>
          {activity}
        </span>
        <span class="faint">
          <RelativeTime at={lastEventAt} />
        </span>
      </td>
      <td class="c-elapsed number">
        <Elapsed startedAt={session.startedAt} endedAt={active ? null : (session.endedAt ?? lastEventAt)} />
      </td>
      <td class="c-tokens number">
        <SessionTokens session={session} />
      </td>
      <td class="c-cost number">
        {budget && <Gauge spent={budget.spentMicroUsd} reserved={budget.reservedMicroUsd} limit={budget.limitMicroUsd} />}
        <SessionCost session={session} />
      </td>
      <td class="c-tools number">{count(session.toolCallCount)}</td>
      <td class={`c-errors number ${session.errorCount > 0 ? 'some' : 'none'}`}>{count(session.errorCount)}</td>
    </tr>
  );
}
