import type { Refusal, SessionEvent } from '../../wire/event.ts';
import { tokensIn } from './limits/spending.ts';
import { own } from './own.ts';
import type { SessionState } from './session-state.ts';

type Money = Pick<
  SessionState,
  'budgetLimitMicroUsd' | 'budgetLimitTokens' | 'reserved' | 'reservedTokens' | 'stepMicroUsd' | 'stepTokens'
>;

/** Whose next model call an event belongs to. */
const laneOf = (event: Pick<SessionEvent, 'subagentId'>): string => event.subagentId ?? 'main';

/** A new figure counts for a third: three calls after a prompt grew, the average has followed it. */
const weight = 1 / 3;

/** Reservations and the average after an event: a call let through sets money aside, the usage that follows settles it. */
export function moneyAfter(state: SessionState, event: SessionEvent): Money {
  const { limitMicroUsd, limitTokens } = event.control ?? {};
  const limits = {
    budgetLimitMicroUsd: limitMicroUsd === undefined ? state.budgetLimitMicroUsd : limitMicroUsd,
    budgetLimitTokens: limitTokens === undefined ? state.budgetLimitTokens : limitTokens,
  };
  const { reserved, reservedTokens, stepMicroUsd, stepTokens } = state;
  const same = { ...limits, reserved, reservedTokens, stepMicroUsd, stepTokens };
  const lane = laneOf(event);
  if (event.reservedMicroUsd || event.reservedTokens) {
    return {
      ...same,
      ...(event.reservedMicroUsd && { reserved: { ...reserved, [lane]: event.reservedMicroUsd } }),
      ...(event.reservedTokens && { reservedTokens: { ...reservedTokens, [lane]: event.reservedTokens } }),
    };
  }
  // Whoever is over, or was told to go without a word to come, spends nothing more of what was set aside.
  if (event.type === 'session.ended' || event.control?.action === 'timed_out' || event.control?.action === 'stopped')
    return { ...same, reserved: {}, reservedTokens: {} };
  const isSettled = event.type === 'usage' && event.costMicroUsd;
  if (!isSettled && event.type !== 'turn.finished' && event.type !== 'subagent.finished') return same;
  return {
    ...limits,
    reserved: released(reserved, lane),
    reservedTokens: released(reservedTokens, lane),
    stepMicroUsd: isSettled ? averaged(stepMicroUsd, event.costMicroUsd ?? 0) : stepMicroUsd,
    stepTokens: isSettled && event.usage ? averaged(stepTokens, tokensIn(event.usage)) : stepTokens,
  };
}

const averaged = (average: number, figure: number): number =>
  average === 0 ? figure : Math.round(average + (figure - average) * weight);

/** What holds the session after an event. A stopped agent that a person starts again is let in again. */
export function blockAfter(state: SessionState, event: SessionEvent): Refusal | null {
  if (event.type === 'session.started' && state.block?.because === 'stopped') return null;
  if (event.type !== 'control' || !event.control) return state.block;
  const { action, what, by, budgetId } = event.control;
  const told = { reason: event.text ?? '', ...(what !== undefined && { what }), ...(by && { by }) };
  switch (action) {
    case 'paused':
      // A budget that pauses is named: whoever resumes the session may want to raise it first.
      return { because: 'paused', ...told, ...(budgetId && { budgetId }) };
    case 'stopped':
      return { because: 'stopped', ...told };
    case 'budget_exceeded':
      return { because: 'budget_exceeded', ...told, ...(budgetId && { budgetId }) };
    case 'resumed':
      return null;
    case 'timed_out':
      return event.control.holds ? { because: 'timed_out', ...told } : null;
    case 'budget_changed':
      return state.block?.because === 'budget_exceeded' && event.control.status === 'running' ? null : state.block;
    case 'renamed':
    case 'tagged':
    case 'approval_allowed':
    case 'approval_denied':
    case 'approval_expired':
    case 'message_sent':
    case 'collided':
    case 'repriced':
    case 'parent_found':
    case 'parent_ignored':
    case 'snapshot_taken':
    case 'restored':
    case 'branched':
    case 'branch_made':
    case 'branch_merged':
    case 'merged':
    case 'requested':
    case 'claimed':
    case 'unclaimed':
      return state.block;
    default:
      return action satisfies never;
  }
}

/** What letting a call through sets aside for the model call that it leads to: once for each agent that waits for its tools. */
export function reservationFor(
  state: SessionState,
  event: Pick<SessionEvent, 'subagentId'>,
): { microUsd: number; tokens: number } {
  const lane = laneOf(event);
  return {
    microUsd: own(state.reserved, lane) === undefined ? state.stepMicroUsd : 0,
    tokens: own(state.reservedTokens, lane) === undefined ? state.stepTokens : 0,
  };
}

/** What is set aside once a lane's model call is paid. */
const released = (reserved: Record<string, number>, lane: string): Record<string, number> => {
  const { [lane]: _, ...others } = reserved;
  return others;
};
