import type { SessionEvent } from '../../wire/event.ts';
import { SessionStatus, type SessionSummary } from '../../wire/session.ts';

/** Which status may follow which; the only judge of a change. An ended session runs on when its agent resumes it. */
const followers: Record<SessionStatus, readonly SessionStatus[]> = {
  queued: ['running', 'cancelled', 'failed', 'timed_out'],
  running: ['waiting', 'paused', 'completed', 'failed', 'timed_out', 'cancelled', 'budget_exceeded'],
  waiting: ['running', 'paused', 'completed', 'failed', 'timed_out', 'cancelled', 'budget_exceeded'],
  paused: ['running', 'waiting', 'completed', 'failed', 'timed_out', 'cancelled', 'budget_exceeded'],
  budget_exceeded: ['running', 'waiting', 'paused', 'completed', 'failed', 'timed_out', 'cancelled'],
  completed: ['running'],
  failed: ['running'],
  timed_out: ['running'],
  cancelled: ['running'],
};

const ended: ReadonlySet<SessionStatus> = new Set(['completed', 'failed', 'timed_out', 'cancelled']);

export const isEnded = (status: SessionStatus): boolean => ended.has(status);

/** How long a session took, or has taken by its last event. */
export const durationMsOf = ({
  startedAt,
  endedAt,
  lastEventAt,
}: Pick<SessionSummary, 'startedAt' | 'endedAt' | 'lastEventAt'>) =>
  Math.max(0, Date.parse(endedAt ?? lastEventAt) - Date.parse(startedAt));

/** Those of sessions that go on, or may. */
export const liveStatuses: readonly SessionStatus[] = SessionStatus.options.filter((status) => !isEnded(status));

/** `to` where the table allows the change, else the status as it was. */
export function changeStatus(from: SessionStatus, to: SessionStatus): SessionStatus {
  return followers[from].includes(to) ? to : from;
}

/** What the last turn came to: a session that ends while a turn is open was cut off. */
export type Turn = 'none' | 'open' | 'ok' | 'failed';

export function turnAfter(turn: Turn, event: SessionEvent): Turn {
  if (event.subagentId !== undefined) return turn;
  if (event.type === 'prompt' || event.type === 'tool.started') return 'open';
  if (event.type !== 'turn.finished') return turn;
  return event.ok === false ? 'failed' : 'ok';
}

/** Facts that decide how an ended session is called. */
export interface Ending {
  turn: Turn;
  /** The agent always says when a turn is over, so silence about it means that it was cut off. */
  tellsTurns: boolean;
}

/** The status that an event leads to. Late telemetry and closing remarks wake no ended session: a start, a prompt or a call does. */
export function statusAfter(status: SessionStatus, event: SessionEvent, ending: Ending): SessionStatus {
  switch (event.type) {
    case 'session.started':
    case 'prompt':
    case 'tool.started':
      return changeStatus(status, 'running');
    case 'tool.finished':
    case 'tool.failed':
    case 'subagent.started':
    case 'subagent.finished':
    case 'compaction':
    case 'message':
      return isEnded(status) ? status : changeStatus(status, 'running');
    case 'permission.requested':
      return changeStatus(status, 'waiting');
    case 'turn.finished':
      return event.subagentId === undefined ? changeStatus(status, 'waiting') : status;
    case 'session.ended':
      return changeStatus(status, endStatus(event, ending));
    case 'control':
      return event.control?.status ? changeStatus(status, event.control.status) : status;
    case 'notification':
    case 'usage':
    case 'other':
      return status;
    default:
      return event.type satisfies never;
  }
}

function endStatus(event: SessionEvent, { turn, tellsTurns }: Ending): SessionStatus {
  if (event.ok === false || turn === 'failed') return 'failed';
  return turn === 'open' && tellsTurns ? 'cancelled' : 'completed';
}
