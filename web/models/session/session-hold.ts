import type { HeldLimit } from '../../../wire/held-limit.ts';
import { raisesOf } from '../costs/amount.ts';

/** What raising it by one tap adds. */
export function raisesFor({ unit, limit, spent }: HeldLimit): number[] {
  if (unit === 'micro_usd') return raisesOf({ limitMicroUsd: limit, spentMicroUsd: spent });
  const base = 10 ** Math.max(4, Math.ceil(Math.log10(Math.max(limit, spent, 1))) - 1);
  return [base, base * 2, base * 5];
}
