import type { Control } from '../../wire/event.ts';
import type { OrganizationLimits } from '../../wire/organization-limits.ts';
import { interrupted } from './closing.ts';
import { type Draft, noteDraft } from './draft.ts';
import { byAge, type SessionState } from './session-state.ts';
import { span } from './span.ts';

/** How long a session may run, and a running agent say nothing: SIGKILL and Esc send no hook. */
export type Timeouts = Pick<OrganizationLimits, 'executionTimeoutMs' | 'silenceTimeoutMs'>;

/** Whoever was killed says nothing: open calls are closed, then the session. */
export function silenceDrafts({ openCalls, status }: SessionState, { silenceTimeoutMs }: Timeouts): Draft[] {
  if (status === 'queued') {
    const control: Control = { action: 'timed_out', status: 'cancelled' };
    return [noteDraft(control, 'nobody started it for a week')];
  }
  const calls = byAge(openCalls).map(([id, call]) => interrupted(id, call.tool, call.subagentId));
  const wasWaiting = status !== 'running';
  const control: Control = { action: 'timed_out', status: wasWaiting ? 'completed' : 'timed_out' };
  const text = `closed after ${wasWaiting ? 'a day' : span(silenceTimeoutMs)} without a word`;
  return [...calls, noteDraft(control, text)];
}

/** Holds a session that ran too long. The text is what its agent reads at its next hook. */
export function overtimeDrafts({ executionTimeoutMs }: Timeouts): Draft[] {
  const what = `This session has run for ${span(executionTimeoutMs)}, as long as it may.`;
  const text = `${what} Stop and summarise; a person can resume it in Flightdeck.`;
  return [noteDraft({ action: 'timed_out', status: 'timed_out', holds: true, what }, text)];
}
