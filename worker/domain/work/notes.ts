import type { Control } from '../../../wire/event.ts';
import type { SessionRequest } from '../../../wire/work.ts';
import { type Draft, noteDraft } from '../draft.ts';
import { redactDraft } from '../redact/redact.ts';

/** What is told to a session about its request carries a key: telling it twice is telling it once. */
const noted = (control: Control, text: string, key: string): Draft => redactDraft({ ...noteDraft(control, text), key });

/** The first event of a session that somebody asked for, before its agent says a word. */
export function requestedDraft({ id, source, repository, ref, title, requestedBy }: SessionRequest): Draft {
  const control: Control = { action: 'requested', by: requestedBy, request: { id, source, repository, ref } };
  return { ...noted(control, `${requestedBy.name} asked for this session`, `request:${id}`), facts: { title } };
}

const machineOf = ({ machine }: SessionRequest): string => machine?.name ?? 'a machine';

export const claimedDraft = (request: SessionRequest, claimId: string): Draft =>
  noted({ action: 'claimed', machine: machineOf(request) }, `taken by ${machineOf(request)}`, `claimed:${claimId}`);

/** The machine gave it back, or said nothing for too long. */
export function unclaimedDraft(request: SessionRequest, why: 'returned' | 'gone'): Draft {
  const machine = machineOf(request);
  const control: Control = { action: 'unclaimed', ...(why === 'gone' && { machine }) };
  const text = why === 'gone' ? `${machine} has gone: another may take it` : `${machine} gave it back`;
  return noted(control, text, `unclaimed:${request.id}:${request.updatedAt}`);
}

/** Its agent is gone. Where that said so itself, nothing changes; whether it was cut off follows from what it said last. */
export function endedDraft(request: SessionRequest): Draft {
  const { id, status, words } = request;
  const text = words ?? (request.machine ? `ended on ${machineOf(request)}` : 'taken back before a machine had it');
  const isFailed = status === 'failed' && { ok: false };
  return redactDraft({ type: 'session.ended', hook: 'flightdeck', text, key: `ended:${id}`, ...isFailed });
}

const silent = 'Its agent ran without a word to Flightdeck: connect it on that machine.';

/** A request whose agent was gone without a word to us: that it ended well is not known, and is no help. */
export const neverBegun = (request: SessionRequest): SessionRequest =>
  request.status === 'completed' ? { ...request, status: 'failed', words: silent } : request;

export function neverBegunDraft({ id, status, words: text = silent }: SessionRequest): Draft {
  if (status === 'cancelled') return noted({ action: 'stopped', status: 'cancelled' }, 'taken back', `never begun:${id}`);
  return redactDraft({ type: 'session.ended', hook: 'flightdeck', ok: false, text, key: `never begun:${id}` });
}
