import type { SessionStatus } from '../../../wire/session.ts';
import type { Outcome } from '../../models/session/session-rows.ts';
import { StatusMark } from '../status-mark.tsx';

const statuses: Record<Outcome, SessionStatus> = {
  running: 'running',
  waiting: 'waiting',
  ok: 'completed',
  failed: 'failed',
  unfinished: 'cancelled',
  refused: 'cancelled',
};

export const outcomeWords: Record<Outcome, string> = {
  running: 'running',
  waiting: 'waiting for a person',
  ok: 'succeeded',
  failed: 'failed',
  unfinished: 'unfinished: no answer came',
  refused: 'refused',
};

/** How a call went, in the shapes that sessions have. */
export function OutcomeMark({ outcome, size = 12 }: { outcome: Outcome; size?: number }) {
  return (
    <span class={`outcome ${outcome}`} title={outcomeWords[outcome]}>
      <StatusMark status={statuses[outcome]} size={size} />
    </span>
  );
}
