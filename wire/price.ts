import * as z from 'zod/mini';
import { limits } from './limits.ts';

const PerMillion = z
  .int('A price is a whole number of micro-dollars for a million tokens.')
  .check(z.gte(0, 'A price cannot be negative.'), z.lte(limits.maxPriceMicroUsd, 'A price this high is a typing error.'));

/** What an organization pays for a model, in place of the catalogue and of what agents report. Micro-dollars for a million tokens. */
export const ModelPrice = z.object({
  id: z.string(),
  /** The model's name as its agent tells it; a `*` at its end stands for any rest. */
  model: z.string(),
  input: PerMillion,
  output: PerMillion,
  cacheRead: PerMillion,
  cacheWrite: PerMillion,
  /** For what is written to the cache for an hour; as `cacheWrite` where left out. */
  cacheWrite1h: z.optional(PerMillion),
  /** In force from then on, ISO 8601 UTC; of several the latest that has begun counts. */
  from: z.string(),
});
export type ModelPrice = z.infer<typeof ModelPrice>;
