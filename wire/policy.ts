import * as z from 'zod/mini';
import { Budget } from './budget.ts';
import { defaultLimits, OrganizationLimits } from './organization-limits.ts';
import { ModelPrice } from './price.ts';
import { Rate } from './rate.ts';
import { defaultRetention, Retention } from './retention.ts';
import { Rule } from './rule.ts';
import { SnapshotRules } from './snapshot-rules.ts';

/** All that an organization decided about its sessions, as one document: the ledger owns it, each room holds what concerns it. */
export const Policy = z.object({
  /** Rises with each change. */
  version: z.int(),
  budgets: z.array(Budget),
  /** By tool, as `ToolRate` names it. */
  rates: z.record(z.string(), Rate),
  rules: z.array(Rule),
  prices: z.array(ModelPrice),
  limits: OrganizationLimits,
  retention: Retention,
  /** By project; one that is not named keeps nothing by itself. */
  snapshots: z.record(z.string(), SnapshotRules),
});
export type Policy = z.infer<typeof Policy>;

export const noPolicy: Policy = {
  version: 0,
  budgets: [],
  rates: {},
  rules: [],
  prices: [],
  limits: defaultLimits,
  retention: defaultRetention,
  snapshots: {},
};

/** A stored policy; what a later version added is as in none. */
export const policyIn = (saved: Partial<Policy>): Policy => ({
  ...noPolicy,
  ...saved,
  limits: { ...defaultLimits, ...saved.limits },
  retention: { ...defaultRetention, ...saved.retention },
});
