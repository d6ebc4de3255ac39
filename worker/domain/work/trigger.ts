import type { Trigger, TrustedPeople } from '../../../wire/integration.ts';
import type { Occurrence } from './occurrence.ts';

/** What begins a comment that is meant for us, wherever in a line it stands. */
const mention = /(^|[^\w@/.-])@flightdeck(?![\w-])[ \t]*[:,]?/i;

/** Hidden in every comment of ours, so that none of them ever speaks to us. */
export const ownMark = '<!-- flightdeck:';

/** The trigger that an event sets off, and what its author asks for; or why none does. */
export type Triggered = { ok: true; trigger: Trigger; request: string } | { ok: false; why: string };

/** Decides whether an event starts a session. */
export function triggered(triggers: readonly Trigger[], people: TrustedPeople, occurrence: Occurrence): Triggered {
  const { kind, by, comment, label } = occurrence;
  const refused = (why: string): Triggered => ({ ok: false, why });
  const trigger = triggers.find(({ on, label: wanted }) => on === kind && isSame(wanted ?? null, label));
  if (kind === 'comment' && requestIn(comment?.text ?? '') === undefined) return refused('The comment does not say @flightdeck.');
  if (!trigger)
    return refused(label === null ? `Nothing is to start when ${happened[kind]}.` : `Nothing is to start at the label ${label}.`);
  // A bot that answers a bot that answers a bot costs money until somebody looks.
  if (by.isBot && kind !== 'failed') return refused(`${by.name} is a bot.`);
  if (!isTrusted(people, occurrence)) return refused(`${by.name} is not among those whose events start sessions.`);
  return { ok: true, trigger, request: requestIn(comment?.text ?? '') ?? '' };
}

const happened: Record<Occurrence['kind'], string> = {
  opened: 'one is opened',
  comment: 'somebody writes to us',
  label: 'a label is set',
  failed: 'a run fails',
};

const isSame = (wanted: string | null, label: string | null): boolean => wanted?.toLowerCase() === label?.toLowerCase();

function isTrusted({ who, names }: TrustedPeople, { by }: Occurrence): boolean {
  return who === 'anyone' || by.isMember || names.some((name) => name.toLowerCase() === by.name.toLowerCase());
}

/** What a comment asks of us: what follows our name. Undefined where it is not spoken to us, quotes somebody who did, or is our own. */
export function requestIn(text: string): string | undefined {
  if (text.includes(ownMark)) return undefined;
  const own = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('>'))
    .join('\n');
  const found = mention.exec(own);
  return found ? own.slice(found.index + found[0].length).trim() : undefined;
}
