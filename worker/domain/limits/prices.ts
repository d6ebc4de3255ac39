import type { SessionEvent, Usage } from '../../../wire/event.ts';
import type { ModelPrice } from '../../../wire/price.ts';

/**
 * The organization's price of a model at an instant: of those that have begun, the one under its exact name, else the one with the
 * longest beginning; of several the latest. Undefined where there is none.
 */
export function priceFor(prices: readonly ModelPrice[], model: string, atMs: number): ModelPrice | undefined {
  let best: ModelPrice | undefined;
  for (const price of prices) {
    if (Date.parse(price.from) > atMs || !fits(price.model, model)) continue;
    if (!best || precedes(price, best)) best = price;
  }
  return best;
}

const isPrefix = (pattern: string): boolean => pattern.endsWith('*');

const fits = (pattern: string, model: string): boolean =>
  isPrefix(pattern) ? model.startsWith(pattern.slice(0, -1)) : pattern === model;

function precedes(one: ModelPrice, other: ModelPrice): boolean {
  if (isPrefix(one.model) !== isPrefix(other.model)) return isPrefix(other.model);
  if (one.model.length !== other.model.length) return one.model.length > other.model.length;
  return Date.parse(one.from) > Date.parse(other.from);
}

/** Micro-dollars of one model call, a half rounded up once; null where that is no number a session could count with. */
export function costAt(price: ModelPrice, usage: Usage): number | null {
  const { input, output, cacheRead, cacheWrite } = usage;
  const forAnHour = Math.min(cacheWrite, usage.cacheWrite1h ?? 0);
  const amounts: [tokens: number, perMillion: number][] = [
    [input, price.input],
    [output, price.output],
    [cacheRead, price.cacheRead],
    [cacheWrite - forAnHour, price.cacheWrite],
    [forAnHour, price.cacheWrite1h ?? price.cacheWrite],
  ];
  if (!amounts.every(([tokens]) => Number.isSafeInteger(tokens))) return null;
  // A session's tokens times a price outgrow what a double can count.
  const millionths = amounts.reduce((sum, [tokens, perMillion]) => sum + BigInt(tokens) * BigInt(perMillion), 0n);
  const microUsd = Number((millionths + 500_000n) / 1_000_000n);
  return Number.isSafeInteger(microUsd) && microUsd >= 0 ? microUsd : null;
}

/** When a model was called, for its price: when its agent says, else when we heard of it. */
export const calledAtMs = ({ at, receivedAt }: Pick<SessionEvent, 'at' | 'receivedAt'>): number => {
  const atMs = Date.parse(at);
  return Number.isNaN(atMs) ? Date.parse(receivedAt) : atMs;
};

/** A model call at the organization's price, which beats what its agent and the catalogue say; as it was where there is none. */
export function atOwnPrice(event: SessionEvent, prices: readonly ModelPrice[]): SessionEvent {
  const { usage, costMicroUsd } = event;
  if (prices.length === 0 || usage?.model === undefined) return event;
  const price = priceFor(prices, usage.model, calledAtMs(event));
  if (!price) return event;
  const said = usage.pricedBy === 'agent' && typeof costMicroUsd === 'number' && { agentMicroUsd: costMicroUsd };
  return { ...event, costMicroUsd: costAt(price, usage), usage: { ...usage, ...said, pricedBy: 'organization' } };
}
