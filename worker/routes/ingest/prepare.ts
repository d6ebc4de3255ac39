import { createHash } from 'node:crypto';
import { priceUsage } from '../../adapters/prices.ts';
import type { Draft } from '../../domain/draft.ts';
import { redactDraft } from '../../domain/redact.ts';

/**
 * What the Worker does to a draft so that the room, which is one thread for its session, need not: masks secrets, prices a model
 * call whose agent named no cost, and shortens the key to 96 bits of SHA-256 (a chance of 6e-18 that two of a million meet).
 */
export function prepare(draft: Draft, nowMs: number): Draft {
  const clean = priced(redactDraft(draft), nowMs);
  if (clean.key === undefined) return clean;
  return { ...clean, key: createHash('sha256').update(clean.key).digest('base64url').slice(0, 16) };
}

function priced(draft: Draft, nowMs: number): Draft {
  const { usage } = draft;
  if (!usage) return draft;
  if (draft.costMicroUsd !== undefined && draft.costMicroUsd !== null)
    return { ...draft, usage: { ...usage, pricedBy: 'agent' } };
  const costMicroUsd = priceUsage(usage, new Date(draft.at ?? nowMs));
  return { ...draft, costMicroUsd, usage: costMicroUsd === null ? usage : { ...usage, pricedBy: 'catalogue' } };
}
