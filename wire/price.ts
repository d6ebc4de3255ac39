import * as z from 'zod/mini';
import { limits } from './limits.ts';

const PerMillion = z
  .int('A price is a whole number of micro-dollars for a million tokens.')
  .check(z.gte(0, 'A price cannot be negative.'), z.lte(limits.maxPriceMicroUsd, 'A price this high is a typing error.'));

const Prices = {
  input: PerMillion,
  output: PerMillion,
  cacheRead: PerMillion,
  cacheWrite: PerMillion,
  /** For what is written to the cache for an hour; as `cacheWrite` where left out. */
  cacheWrite1h: z.optional(PerMillion),
};

/** What an organization pays for a model, in place of the catalogue and of what agents report. Micro-dollars for a million tokens. */
export const ModelPrice = z.object({
  id: z.string(),
  /** The model's name as its agent tells it; a `*` at its end stands for any rest. */
  model: z.string(),
  ...Prices,
  /** In force from then on, ISO 8601 UTC; of several the latest that has begun counts. */
  from: z.string(),
});
export type ModelPrice = z.infer<typeof ModelPrice>;

/** Body of `POST /api/prices`. */
export const NewPrice = z.object({
  model: z
    .string('Name the model.')
    .check(
      z.trim(),
      z.minLength(1, 'Name the model.'),
      z.maxLength(limits.maxNameLength, `A model's name has at most ${limits.maxNameLength} characters.`),
      z.regex(/^[^*]*\*?$/, 'A * may stand at the end only, for any rest of the name.'),
    ),
  ...Prices,
  from: dateOf('Say from when on the price holds.'),
});
export type NewPrice = z.infer<typeof NewPrice>;

function dateOf(missing: string) {
  return z.string(missing).check(z.refine(isDate, 'Write the date as 2026-11-21, or as 2026-11-21T09:00:00Z.'));
}

/** A day or an instant in ISO 8601, and one that exists: `Date` makes March 2 out of February 30. */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(text)) return false;
  const day = text.slice(0, 10);
  return !Number.isNaN(Date.parse(text)) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

export const PriceList = z.object({ items: z.array(ModelPrice), nextCursor: z.null() });
export type PriceList = z.infer<typeof PriceList>;

const ListPrice = z.object({ input: z.int(), output: z.int(), cacheRead: z.int(), cacheWrite: z.int() });
export type ListPrice = z.infer<typeof ListPrice>;

/** Models that sessions used lately, the most called first, with the catalogue's price for a million tokens; null where it has none. */
export const ModelList = z.object({
  items: z.array(z.object({ model: z.string(), catalogue: z.nullable(ListPrice) })),
  nextCursor: z.null(),
});
export type ModelList = z.infer<typeof ModelList>;

/** Body of `POST /api/prices/recalculate`: a page of the sessions that were active since `from`, each counted again as a whole. */
export const Recalculation = z.object({
  from: dateOf('Say since when sessions are recalculated.'),
  /** Only says what would change. */
  dryRun: z.optional(z.boolean()),
  /** The previous answer's `nextCursor`. */
  cursor: z.optional(z.string().check(z.regex(/^\d{1,15}\.ses_[a-z2-7]{20}$/, 'Take the cursor from the answer before.'))),
});
export type Recalculation = z.infer<typeof Recalculation>;

/** What one page came to: sessions looked at, how many of them changed, and by how much together. */
export const Recalculated = z.object({
  sessions: z.int(),
  changed: z.int(),
  deltaMicroUsd: z.int(),
  nextCursor: z.nullable(z.string()),
});
export type Recalculated = z.infer<typeof Recalculated>;
