import * as z from 'zod/mini';
import { Budget } from './budget.ts';
import { Rate } from './rate.ts';

/** All that an organization decided about money, as one document: the ledger owns it, each room holds what concerns it. */
export const Policy = z.object({
  /** Rises with each change. */
  version: z.int(),
  budgets: z.array(Budget),
  /** By tool, as `ToolRate` names it. */
  rates: z.record(z.string(), Rate),
});
export type Policy = z.infer<typeof Policy>;

export const noPolicy: Policy = { version: 0, budgets: [], rates: {} };
