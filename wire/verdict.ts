import * as z from 'zod/mini';
import { Unanswered } from './rule.ts';

/** Our answer to a hook, before it is put into an agent's own words. */
export const Verdict = z.discriminatedUnion('type', [
  /** `reason` where a person allowed it: then the agent need not ask its own. */
  z.object({ type: z.literal('allow'), reason: z.optional(z.string()) }),
  z.object({ type: z.literal('deny'), reason: z.string() }),
  /**
   * A person has to decide: at the agent itself, or, with `approvalId`, in Flightdeck, whose answer comes until then. `unanswered` is the
   * rule's own answer from then on.
   */
  z.object({
    type: z.literal('ask'),
    reason: z.string(),
    approvalId: z.optional(z.string()),
    until: z.optional(z.string()),
    unanswered: z.optional(Unanswered),
  }),
  z.object({ type: z.literal('stop'), reason: z.string() }),
  /** A person has not decided yet; the agent leaves and asks again when it is resumed. */
  z.object({ type: z.literal('defer'), reason: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;
