import type { SessionSummary } from '../../../wire/session.ts';
import { LinkButton } from '../button.tsx';
import { Icon } from '../icon.tsx';
import { agentName } from '../sessions/agent-names.ts';

interface FirstEventProps {
  agent: string;
  arrival: SessionSummary | null;
  hrefOf: (id: string) => string;
}

/** Waits for the first event and turns green by itself. */
export function FirstEvent({ agent, arrival, hrefOf }: FirstEventProps) {
  return (
    <div class={`first-event ${arrival ? 'arrived' : 'waiting'}`} role="status" aria-live="polite">
      <span class="first-event-mark" aria-hidden="true">
        {arrival ? <Icon name="check" /> : <i />}
      </span>
      <div>
        <strong>{arrival ? 'Connected' : 'Waiting for the first event…'}</strong>
        <p class="muted">{arrival ? arrival.title || 'Its first session has begun.' : waitingWords(agent)}</p>
      </div>
      {arrival && (
        <LinkButton kind="primary" href={hrefOf(arrival.id)}>
          Watch it live
        </LinkButton>
      )}
    </div>
  );
}

const waitingWords = (agent: string): string =>
  agent === 'other'
    ? 'Post an event with this token; this line turns green by itself.'
    : `Start ${agentName(agent)} and give it a prompt; this line turns green by itself.`;
