import type { SessionEvent } from '../../wire/event.ts';
import type { Draft } from './draft.ts';
import { own } from './own.ts';
import { byAge, type SessionState } from './session-state.ts';

/** A refused call never ran; no hook will say so. */
export const refusedCall = ({ tool = '', toolUseId, subagentId }: SessionEvent, reason: string): Draft => ({
  type: 'tool.failed',
  hook: 'flightdeck',
  tool,
  toolUseId,
  ok: false,
  text: reason,
  subagentId,
});

/** A call that only a batch hook tells of was denied or invalid; undefined where it was told before. */
export function untoldCall(
  { openCalls, settledCalls }: SessionState,
  { subagentId, subagentType, promptId, at }: Draft,
  { toolUseId, tool, input, output }: NonNullable<Draft['batch']>[number],
): Draft | undefined {
  const isOpen = own(openCalls, toolUseId) !== undefined;
  if (!isOpen && settledCalls.includes(toolUseId)) return undefined;
  const told = { tool, toolUseId, ok: false, output, subagentId, subagentType, promptId, at };
  return { type: 'tool.failed', hook: 'PostToolBatch.call', ...told, ...(!isOpen && { input }) };
}

/**
 * Esc and kills say nothing: a call still open when its turn, its subagent or its session is over was interrupted. One that its agent
 * left on purpose is asked again when somebody has decided.
 */
export function openCallsOver({ openCalls, approvals }: SessionState, { type, subagentId, at }: Draft): Draft[] {
  const isOver = (of: string | undefined): boolean => {
    if (type === 'session.ended') return true;
    if (type === 'turn.finished') return subagentId === undefined && of === undefined;
    return type === 'subagent.finished' && subagentId !== undefined && of === subagentId;
  };
  if (type !== 'session.ended' && type !== 'turn.finished' && type !== 'subagent.finished') return [];
  return byAge(openCalls)
    .filter(([id, call]) => isOver(call.subagentId) && !approvals.some((asked) => asked.deferred && asked.toolUseId === id))
    .map(([id, call]) => interrupted(id, call.tool, call.subagentId, at));
}

/** The event that closes a call whose answer never came; `flightdeck` is its hook, because no agent sent it. */
export function interrupted(toolUseId: string, tool: string, subagentId?: string, at?: string): Draft {
  return { type: 'tool.failed', hook: 'flightdeck', tool, toolUseId, ok: false, text: 'interrupted', subagentId, at };
}
