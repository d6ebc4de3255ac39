import type { SessionEvent } from '../../wire/event.ts';

/**
 * Whether an event is an error of the session: what its agent says failed. A call that a budget, a rule or a person refused did not fail,
 * nor did one that was interrupted: those we close ourselves, and what an agent says of a call that is closed already (`isOpen` false) is
 * no error more.
 */
export function isFailure({ ok, hook, type }: SessionEvent, isOpen: boolean): boolean {
  if (ok !== false || hook === 'flightdeck') return false;
  return (type !== 'tool.failed' && type !== 'tool.finished') || isOpen;
}
