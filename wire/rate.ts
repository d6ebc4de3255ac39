import * as z from 'zod/mini';
import { limits } from './limits.ts';

const Amount = z
  .int('A rate is a whole number of micro-dollars.')
  .check(z.gte(0, 'A rate cannot be negative.'), z.lte(limits.maxRateMicroUsd, 'A rate this high is a typing error.'));

/** What a tool call costs beside the model: a price each time, and one for each kilobyte (1,024 bytes begun) that it answers. */
export const Rate = z.object({ perExecutionMicroUsd: Amount, perKbMicroUsd: Amount });
export type Rate = z.infer<typeof Rate>;

/** The tool's name in lower case, without spaces, dashes and underlines: `WebSearch` and `web_search` are one tool. */
export const ToolRate = z.extend(Rate, { tool: z.string() });
export type ToolRate = z.infer<typeof ToolRate>;

export const RateList = z.object({ items: z.array(ToolRate), nextCursor: z.null() });
export type RateList = z.infer<typeof RateList>;
