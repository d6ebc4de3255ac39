import type { Control, SessionEvent, Usage, UsageSource } from '../../../wire/event.ts';
import type { ModelPrice } from '../../../wire/price.ts';
import { type CostParts, noModel, withUsage } from '../cost-parts.ts';
import type { Draft } from '../draft.ts';
import { own } from '../own.ts';
import { chargedSource, noUsage, type SessionState } from '../session-state.ts';
import { dollars } from './dollars.ts';
import { atOwnPrice, calledAtMs } from './prices.ts';

/** A session's model calls, counted again at today's prices. */
export interface Recount {
  source: UsageSource;
  costMicroUsd: number;
  unpricedCalls: number;
  costs: CostParts;
}

/** List price on a day; null where the catalogue does not know the model. */
export type Catalogue = (usage: Usage, at: Date) => number | null;

/** A count of nothing yet, under the names that the session knows; null where it has no usage. */
export function newRecount(state: SessionState): Recount | null {
  const source = chargedSource(state);
  if (!source) return null;
  const { models, subagents } = state.costs;
  const known = Object.keys(models[source] ?? {}).map((name) => [name, noModel] as const);
  const parts = Object.entries(subagents).map(([id, part]) => [id, { ...part, usage: {} }] as const);
  const costs = { models: { [source]: Object.fromEntries(known) }, tools: {}, subagents: Object.fromEntries(parts) };
  return { source, costMicroUsd: 0, unpricedCalls: 0, costs };
}

/** The count with one more event; only calls that the counting source told of belong to it. */
export function recounted(recount: Recount, event: SessionEvent, prices: readonly ModelPrice[], catalogue: Catalogue): Recount {
  const { usage } = event;
  if (!usage || (usage.source ?? 'logs') !== recount.source) return recount;
  const costMicroUsd = costNow(event, usage, prices, catalogue);
  return {
    ...recount,
    costMicroUsd: recount.costMicroUsd + (costMicroUsd ?? 0),
    unpricedCalls: recount.unpricedCalls + (costMicroUsd === null ? 1 : 0),
    costs: withUsage(recount.costs, { ...event, costMicroUsd }, usage),
  };
}

/** The organization's price, else what the agent said, else the catalogue of today: as if the call were heard of now. */
function costNow(event: SessionEvent, usage: Usage, prices: readonly ModelPrice[], catalogue: Catalogue): number | null {
  const said = usage.pricedBy === 'agent' ? (event.costMicroUsd ?? undefined) : usage.agentMicroUsd;
  const unpriced: SessionEvent = {
    ...event,
    usage: { ...usage, pricedBy: undefined },
    costMicroUsd: said ?? catalogue(usage, new Date(calledAtMs(event))),
  };
  return atOwnPrice(unpriced, prices).costMicroUsd ?? null;
}

/**
 * What turns the session's figures into those of the count, as an event of its own; null where they are the same. The session's
 * figures hold earlier corrections, so a second correction finds nothing left to correct.
 */
export function correctionOf(state: SessionState, recount: Recount, by: Control['by']): Draft | null {
  const { source, costs } = recount;
  const total = state.usage[source] ?? noUsage;
  const deltaMicroUsd = recount.costMicroUsd - total.costMicroUsd;
  const unpricedCalls = recount.unpricedCalls - total.unpricedCalls;
  const before = state.costs.models[source] ?? {};
  const models = Object.entries(costs.models[source] ?? {})
    .map(([name, part]) => ({ name, deltaMicroUsd: part.costMicroUsd - (own(before, name)?.costMicroUsd ?? 0) }))
    .filter(differs);
  const subagents = Object.entries(costs.subagents)
    .map(([id, { usage }]) => {
      const now = usage[source]?.costMicroUsd ?? 0;
      return { id, deltaMicroUsd: now - (own(state.costs.subagents, id)?.usage[source]?.costMicroUsd ?? 0) };
    })
    .filter(differs);
  if (deltaMicroUsd === 0 && unpricedCalls === 0 && models.length === 0 && subagents.length === 0) return null;
  return {
    type: 'control',
    hook: 'flightdeck',
    control: { action: 'repriced', deltaMicroUsd, repriced: { source, unpricedCalls, models, subagents }, ...(by && { by }) },
    text: wordsFor(deltaMicroUsd, by),
  };
}

const differs = ({ deltaMicroUsd }: { deltaMicroUsd: number }): boolean => deltaMicroUsd !== 0;

function wordsFor(deltaMicroUsd: number, by: Control['by']): string {
  const who = by ? `${by.name} recalculated its cost` : 'priced by the organization’s table, which was not known here before';
  if (deltaMicroUsd === 0) return who;
  return `${who}: ${dollars(Math.abs(deltaMicroUsd))} ${deltaMicroUsd > 0 ? 'more' : 'less'}`;
}
