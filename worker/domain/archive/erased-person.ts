import { erasedName } from '../../../wire/erasure.ts';
import type { Refusal, SessionEvent } from '../../../wire/event.ts';
import type { SessionState } from '../session-state.ts';

/** Whom a log is to name no more, and the id that stands in their place. */
export interface ErasedPerson {
  userId: string;
  name: string;
  email: string;
  pseudonym: string;
}

/** Texts of which at least one is in every JSON text that names the person: most logs hold none of them, and need no reading. */
export const tracesOf = ({ userId, name }: ErasedPerson): string[] => [userId, JSON.stringify(signatureOf(name)).slice(1, -1)];

/** Consecutive events as JSON texts joined by commas, without the person; undefined where they do not name them. */
export function eventsWithout(events: string, person: ErasedPerson): string | undefined {
  if (!tracesOf(person).some((trace) => events.includes(trace))) return undefined;
  // A room's log holds nothing else.
  const parsed = JSON.parse(`[${events}]`) as SessionEvent[];
  const after = JSON.stringify(parsed.map((event) => eventWithout(event, person))).slice(1, -1);
  return after === events ? undefined : after;
}

/** An event without the person: who did something, the words in which we said so, and what they wrote themselves. */
export function eventWithout(event: SessionEvent, person: ErasedPerson): SessionEvent {
  const { control, refused } = event;
  // Texts for texts: the shape stays.
  const after = without(event, person) as SessionEvent;
  const names = [control?.by, refused?.by].flatMap((by) => (by?.userId === person.userId ? [by.name] : []));
  if (names.length === 0) return after;
  const unnamed = (text: string) => withoutWords(text, [...names, person.name, person.email]);
  // What a session or a branch is called is theirs whose session it is.
  const isTheirs = control?.action === 'renamed' || control?.action === 'tagged';
  return {
    ...after,
    ...(after.text !== undefined && !isTheirs && { text: unnamed(after.text) }),
    ...(after.control?.note !== undefined && { control: { ...after.control, note: unnamed(after.control.note) } }),
    ...(after.refused && { refused: refusalWithout(after.refused, unnamed) }),
  };
}

const refusalWithout = (refusal: Refusal, unnamed: (text: string) => string): Refusal => ({
  ...refusal,
  reason: unnamed(refusal.reason),
  ...(refusal.what !== undefined && { what: unnamed(refusal.what) }),
});

/** What a room remembers beside its log, without the person; `sentSeqs` are of the messages that they sent. */
export function stateWithout(state: SessionState, person: ErasedPerson, sentSeqs: ReadonlySet<number>): SessionState {
  // Texts for texts: the shape stays.
  const after = without(state, person) as SessionState;
  const unnamed = (text: string) => withoutWords(text, [person.name, person.email]);
  const isTheirs = state.block?.by?.userId === person.userId;
  return {
    ...after,
    block: after.block && isTheirs ? refusalWithout(after.block, unnamed) : after.block,
    messages: after.messages.map((message) =>
      sentSeqs.has(message.seq) ? { ...message, text: unnamed(message.text) } : message,
    ),
  };
}

/**
 * Any JSON value without the person: their id at any depth and in any text, their name beside it, and the words with which agents are
 * told who held them, which agents repeat.
 */
export function without(value: unknown, person: ErasedPerson): unknown {
  if (typeof value === 'string')
    return value.replaceAll(person.userId, person.pseudonym).replaceAll(signatureOf(person.name), signatureOf(erasedName));
  if (Array.isArray(value)) return value.map((item) => without(item, person));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, without(item, person)]);
  const isThem = Reflect.get(value, 'userId') === person.userId && typeof Reflect.get(value, 'name') === 'string';
  return Object.fromEntries(isThem ? [...entries, ['name', erasedName]] : entries);
}

/** How our sentences to agents end the name of whoever gave an order. */
const signatureOf = (name: string): string => `by ${name} in Flightdeck`;

/** A text without names, where they are words of their own. */
function withoutWords(text: string, words: readonly string[]): string {
  return words.reduce((left, word) => {
    const literal = word.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
    return left.replaceAll(new RegExp(String.raw`(?<![\p{L}\p{N}_])${literal}(?![\p{L}\p{N}_])`, 'gu'), erasedName);
  }, text);
}
