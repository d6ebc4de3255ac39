import { priceUsage } from '../../adapters/prices.ts';
import type { Draft } from '../../domain/draft.ts';
import { redactDraft } from '../../domain/redact/redact.ts';
import { keyHash } from './key-hash.ts';

/**
 * What the Worker does to a draft so that the room, which is one thread for its session, need not: masks secrets, prices a model
 * call whose agent named no cost, and shortens the key.
 */
export function prepare(draft: Draft, nowMs: number): Draft {
  const clean = priced(redactDraft(draft), nowMs);
  if (clean.key === undefined) return clean;
  return { ...clean, key: keyHash(clean.key) };
}

function priced(draft: Draft, nowMs: number): Draft {
  const { usage } = draft;
  if (!usage) return draft;
  if (draft.costMicroUsd !== undefined && draft.costMicroUsd !== null)
    return { ...draft, usage: { ...usage, pricedBy: 'agent' } };
  const costMicroUsd = priceUsage(usage, new Date(draft.at ?? nowMs));
  return { ...draft, costMicroUsd, usage: costMicroUsd === null ? usage : { ...usage, pricedBy: 'catalogue' } };
}
