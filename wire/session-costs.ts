import * as z from 'zod/mini';
import { Tokens } from './event.ts';

/**
 * What a session's cost consists of, the dearest first. Models and tools add up to the session's cost; subagents are a share of it,
 * the rest is the main agent's. A name is empty where the agent told none, and `other` for what came after there were too many.
 */
export const SessionCosts = z.object({
  costMicroUsd: z.int(),
  models: z.array(z.object({ name: z.string(), calls: z.int(), tokens: Tokens, costMicroUsd: z.int() })),
  tools: z.array(z.object({ name: z.string(), calls: z.int(), failed: z.int(), costMicroUsd: z.int() })),
  /** `calls` are model calls; the cost is that of its model calls and of its tool calls. */
  subagents: z.array(z.object({ id: z.string(), type: z.nullable(z.string()), calls: z.int(), costMicroUsd: z.int() })),
});
export type SessionCosts = z.infer<typeof SessionCosts>;
