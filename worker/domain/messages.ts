import type { SessionEvent } from '../../wire/event.ts';
import { limits } from '../../wire/limits.ts';
import { refuse, type Unfit } from './control.ts';
import { type Draft, noteDraft } from './draft.ts';
import { isEnded } from './session.ts';
import type { SessionState } from './session-state.ts';

/** What somebody wants the agent to read; it waits for a hook whose answer the agent's model gets to see. */
export interface Message {
  /** Of the event that it was sent with. */
  seq: number;
  text: string;
}

/** The messages that are still to be read after an event. */
export function messagesAfter({ messages }: SessionState, event: SessionEvent): Message[] {
  if (event.control?.action === 'message_sent') return [...messages, { seq: event.seq, text: event.text ?? '' }];
  const { delivered } = event;
  return delivered ? messages.filter(({ seq }) => !delivered.includes(seq)) : messages;
}

/** A message as an event, or why it cannot be sent. */
export function messageOrder(
  state: SessionState,
  text: string,
  by: { userId: string; name: string },
): { ok: true; draft: Draft } | Unfit {
  if (isEnded(state.status) || state.endedAtMs !== null)
    return refuse('Its agent has left and reads nothing any more; resume the session where it runs.');
  if (state.messages.length >= limits.maxPendingMessages)
    return refuse(`${limits.maxPendingMessages} messages wait for the agent already; it reads them at its next hook.`);
  return { ok: true, draft: noteDraft({ action: 'message_sent', by }, text) };
}
