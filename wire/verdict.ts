import * as z from 'zod/mini';

/** Our answer to a hook, before it is put into an agent's own words. */
export const Verdict = z.discriminatedUnion('type', [
  z.object({ type: z.literal('allow') }),
  z.object({ type: z.literal('deny'), reason: z.string() }),
  z.object({ type: z.literal('ask'), reason: z.string() }),
  z.object({ type: z.literal('stop'), reason: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;
