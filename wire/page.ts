import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** Query of a list: `cursor` is the previous page's `nextCursor`, opaque. */
export const PageQuery = z.object({
  cursor: z.optional(z.string().check(z.maxLength(512))),
  limit: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(limits.maxPageItems))),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** The shape of every list's answer. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
