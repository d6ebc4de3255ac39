import type { Refusal, SessionEvent } from '../../wire/event.ts';
import { own } from './own.ts';
import { chargedUsage, reservedOf, type SessionState } from './session-state.ts';

type Money = Pick<SessionState, 'budgetLimitMicroUsd' | 'reserved' | 'stepMicroUsd'>;

/** Whose next model call an event belongs to. */
const laneOf = (event: Pick<SessionEvent, 'subagentId'>): string => event.subagentId ?? 'main';

/** A new figure counts for a third: three calls after a prompt grew, the average has followed it. */
const weight = 1 / 3;

/** Reservations and the average after an event: a call let through sets money aside, the usage that follows settles it. */
export function moneyAfter(state: SessionState, event: SessionEvent): Money {
  const { reserved, stepMicroUsd } = state;
  const budgetLimitMicroUsd =
    event.control?.limitMicroUsd === undefined ? state.budgetLimitMicroUsd : event.control.limitMicroUsd;
  const lane = laneOf(event);
  if (event.reservedMicroUsd)
    return { budgetLimitMicroUsd, stepMicroUsd, reserved: { ...reserved, [lane]: event.reservedMicroUsd } };
  if (event.type === 'usage' && event.costMicroUsd) {
    const average =
      stepMicroUsd === 0 ? event.costMicroUsd : Math.round(stepMicroUsd + (event.costMicroUsd - stepMicroUsd) * weight);
    return { budgetLimitMicroUsd, stepMicroUsd: average, reserved: without(reserved, lane) };
  }
  if (event.type === 'session.ended') return { budgetLimitMicroUsd, stepMicroUsd, reserved: {} };
  if (event.type === 'turn.finished' || event.type === 'subagent.finished') {
    return { budgetLimitMicroUsd, stepMicroUsd, reserved: without(reserved, lane) };
  }
  return { budgetLimitMicroUsd, stepMicroUsd, reserved };
}

/** What holds the session after an event. A stopped agent that a person starts again is let in again. */
export function blockAfter(state: SessionState, event: SessionEvent): Refusal | null {
  if (event.type === 'session.started' && state.block?.because === 'stopped') return null;
  if (event.type !== 'control' || !event.control) return state.block;
  const reason = event.text ?? '';
  switch (event.control.action) {
    case 'paused':
      return { because: 'paused', reason };
    case 'stopped':
      return { because: 'stopped', reason };
    case 'budget_exceeded':
      return { because: 'budget_exceeded', reason };
    case 'resumed':
    case 'timed_out':
      return null;
    case 'budget_changed':
      return state.block?.because === 'budget_exceeded' && event.control.status === 'running' ? null : state.block;
    case 'renamed':
    case 'tagged':
      return state.block;
    default:
      return event.control.action satisfies never;
  }
}

/** Micro-dollars that are neither spent nor set aside; infinite without a budget. */
export function leftOf(state: SessionState): number {
  if (state.budgetLimitMicroUsd === null) return Number.POSITIVE_INFINITY;
  return state.budgetLimitMicroUsd - chargedUsage(state).costMicroUsd - reservedOf(state);
}

/** What letting a call through sets aside: one model call, once for each agent that waits for its tools. */
export function reservationFor(state: SessionState, event: Pick<SessionEvent, 'subagentId'>): number {
  return own(state.reserved, laneOf(event)) === undefined ? state.stepMicroUsd : 0;
}

const without = (reserved: Record<string, number>, lane: string): Record<string, number> => {
  const { [lane]: _, ...others } = reserved;
  return others;
};
