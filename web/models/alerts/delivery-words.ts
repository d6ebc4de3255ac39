import type { Delivery, DeliveryAttempt, DeliveryOutcome } from '../../../wire/delivery.ts';

export const outcomeNames: Record<DeliveryOutcome, string> = {
  waiting: 'Waiting',
  sending: 'On its way',
  delivered: 'Delivered',
  refused: 'Refused',
  unknown: 'Unknown',
};

export const outcomeTones: Record<DeliveryOutcome, 'good' | 'warn' | 'bad' | 'idle'> = {
  waiting: 'warn',
  sending: 'idle',
  delivered: 'good',
  refused: 'bad',
  unknown: 'warn',
};

const attemptNames: Record<NonNullable<DeliveryAttempt['outcome']>, string> = {
  delivered: 'Delivered',
  refused: 'Refused',
  retry: 'Failed',
  unknown: 'Unknown',
};

/** What an attempt came to, in a line. */
export function attemptWords({ outcome, detail, durationMs }: DeliveryAttempt): string {
  if (outcome === null) return 'On its way.';
  const took = durationMs === null ? '' : ` (${durationMs} ms)`;
  return `${attemptNames[outcome]}${took}. ${detail}`;
}

/** What came of a test so far, in words for whoever set the channel up. */
export function testWords({ outcome, attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (outcome === 'delivered') return 'It works: the test was delivered. Look for it over there.';
  if (outcome === 'refused') return `It was refused. ${last?.detail ?? ''}`;
  if (outcome === 'unknown') return `Nobody can tell whether it arrived. ${last?.detail ?? ''} Look for it over there.`;
  if (last?.outcome) return `It did not get through yet. ${last.detail} It is tried again.`;
  return 'The test is on its way.';
}

/** Whether nothing more will come of it by itself. */
export const isOver = ({ outcome }: Delivery): boolean =>
  outcome === 'delivered' || outcome === 'refused' || outcome === 'unknown';
