import type { Budget } from '../../../wire/budget.ts';
import { familyOf } from '../../../wire/family-budget.ts';
import type { RateRefusal } from '../ingest.ts';
import { bytes } from './bytes.ts';
import { dollars } from './dollars.ts';
import { isQuota, type Meter, type Quota } from './meters.ts';

const period = { session: '', day: ' a day', month: ' a month', lifetime: '' } as const;
const subject = {
  session: 'each session',
  project: 'this project',
  user: 'this person',
  organization: 'this organization',
} as const;

/** Which budget has no room, how much it is, and what was spent. */
export interface SpentWords {
  what: string;
  /** The same as the agent reads it, with what it should do. */
  reason: string;
}

export function spentWords({ id, scope, window, unit, limit, action }: Budget, spent: number): SpentWords {
  const isFamily = familyOf(id) !== undefined;
  const whom = isFamily ? ' for a session together with its child sessions' : `${period[window]} for ${subject[scope]}`;
  const what = `The budget of ${amount(limit, unit)}${whom} is spent (${amount(spent, unit)} so far).`;
  return { what, reason: `${what} ${todos[action]}` };
}

const todos: Record<Budget['action'], string> = {
  stop: 'Stop and summarise.',
  pause: 'Stop here and wait to be resumed.',
  ask: 'A person decides whether this call may cross it.',
  warn: '',
};

/** What it reads when nobody can say whether there is money. */
export const uncheckedReason = (meter: Meter): string =>
  `${meterName(meter)} cannot be checked at the moment. Stop here and try again in a minute.`;

function meterName(meter: Meter): string {
  if (isQuota(meter)) return 'A quota of this organization';
  const { id, scope } = meter;
  return `The budget for ${familyOf(id) === undefined ? subject[scope] : 'a session together with its child sessions'}`;
}

/** What the agent, or whoever sends, reads when a quota refuses it: how much of which is used, and what to do. */
export function usedUpReason({ quota, limit }: Quota, used: number): string {
  const use = `${quotaUse({ quota, limit }, used)} of this organization`;
  const raise = 'or raise the quota in Settings → Limits';
  switch (quota) {
    case 'liveSessions':
      return `${use} are taken; end one ${raise}.`;
    case 'eventsPerDay':
      return `${use} are used today; wait for midnight UTC ${raise}.`;
    case 'storedBytes':
      return `${use} are used; delete sessions or snapshots ${raise}.`;
    case 'costMicroUsdPerMonth':
      return `${use} are spent this month. Stop and summarise; wait for the next month, UTC, ${raise}.`;
    default:
      return quota satisfies never;
  }
}

/** "12 of 12 live sessions". */
export function quotaUse({ quota, limit }: Pick<Quota, 'quota' | 'limit'>, used: number): string {
  switch (quota) {
    case 'liveSessions':
      return `${count(used)} of ${count(limit)} live sessions`;
    case 'eventsPerDay':
      return `${count(used)} of ${count(limit)} events`;
    case 'storedBytes':
      return `${bytes(used)} of ${bytes(limit)} of stored logs and snapshots`;
    case 'costMicroUsdPerMonth':
      return `${dollars(used)} of ${dollars(limit)}`;
    default:
      return quota satisfies never;
  }
}

const count = (value: number): string => value.toLocaleString('en-US');

/** Money as people write it, tokens as a number. */
export const amount = (value: number, unit: Budget['unit']): string =>
  unit === 'tokens' ? `${value.toLocaleString('en-US')} tokens` : dollars(value);

/** What it reads while its parent cannot be asked what the family may spend. */
export const familyUncheckedReason =
  'The budget of the session that started this one cannot be checked at the moment. Stop here and try again in a minute.';

const sender = {
  session: 'This session sends',
  token: 'This ingest token brings',
  user: 'The sessions of this person send',
  organization: 'The sessions of this organization send',
} as const;

/** What a client, or an agent at its next question, reads when it sends more than may pass. */
export const rateReason = ({ by, burst, perMinute, retryAfterMs }: RateRefusal): string =>
  `${sender[by]} more than Flightdeck takes (${burst} events at once, then ${perMinute} a minute). Wait ${Math.max(1, Math.ceil(retryAfterMs / 1000))} s, then try again.`;
