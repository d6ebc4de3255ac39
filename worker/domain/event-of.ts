import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import type { Draft } from './draft.ts';
import { own } from './own.ts';
import { byAge, type SessionState } from './session-state.ts';

/** A draft as the session's next event: numbered, dated, and its call told from others. */
export function eventOf(draft: Draft, state: SessionState, nowMs: number): SessionEvent {
  const seq = state.lastSeq + 1;
  const receivedAt = new Date(nowMs).toISOString();
  const toolUseId = callIdOf(draft, state, seq);
  return {
    seq,
    id: draft.id ?? `evt_${state.owner.sessionId.slice(4)}_${seq}`,
    type: draft.type,
    at: draft.at ?? receivedAt,
    receivedAt,
    hook: draft.hook,
    tool: draft.tool,
    toolUseId,
    input: draft.input,
    output: draft.output,
    ok: draft.ok ?? (draft.type === 'tool.failed' ? false : undefined),
    durationMs: draft.durationMs ?? elapsed(draft, state, toolUseId, nowMs),
    text: draft.text,
    usage: draft.usage && draft.usageSource ? { ...draft.usage, source: draft.usageSource } : draft.usage,
    costMicroUsd: draft.costMicroUsd,
    redactions: draft.redactions,
    subagentId: draft.subagentId,
    subagentType: draft.subagentType,
    parentToolUseId: draft.type === 'subagent.started' ? (draft.parentToolUseId ?? startingCall(draft, state)) : undefined,
    promptId: draft.promptId,
    control: draft.control,
    data: draft.data,
  };
}

/** Agents without call ids get ours: a start is `call_<seq>`, an end belongs to the oldest open call of the same tool. */
function callIdOf(draft: Draft, state: SessionState, seq: number): string | undefined {
  if (draft.toolUseId !== undefined) return draft.toolUseId.slice(0, limits.maxExternalIdLength);
  if (draft.type === 'tool.started') return `call_${seq}`;
  if (draft.type !== 'tool.finished' && draft.type !== 'tool.failed') return undefined;
  const open = byAge(state.openCalls).find(
    ([id, call]) => id.startsWith('call_') && call.tool === (draft.tool ?? '') && call.subagentId === draft.subagentId,
  );
  return open?.[0] ?? `call_${seq}`;
}

function elapsed(draft: Draft, state: SessionState, toolUseId: string | undefined, nowMs: number): number | undefined {
  if (draft.type !== 'tool.finished' && draft.type !== 'tool.failed') return undefined;
  const open = toolUseId === undefined ? undefined : own(state.openCalls, toolUseId);
  return open && Math.max(0, nowMs - open.atMs);
}

/** The parent's call that started a subagent: its oldest open one that started no other. */
function startingCall(draft: Draft, state: SessionState): string | undefined {
  const starters = byAge(state.openCalls).filter(
    ([, call]) =>
      (call.tool === 'Agent' || call.tool === 'Task') &&
      call.startedSubagent === undefined &&
      call.subagentId !== draft.subagentId,
  );
  return starters[0]?.[0];
}
