import { calcPrice } from '@pydantic/genai-prices';
import type { Usage } from '../../wire/event.ts';

/** A model call's price in integer micro-dollars by the maintained catalogue, as of `at`; null where the model is unknown: unpriced, never free. */
export function priceUsage(usage: Usage, at: Date): number | null {
  if (!usage.model) return null;
  const { input, output, cacheRead, cacheWrite } = usage;
  const counts = {
    input_tokens: input + cacheRead + cacheWrite,
    output_tokens: output,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
  };
  const price = calcPrice(counts, usage.model, { timestamp: at });
  return price && Math.round(price.total_price * 1_000_000);
}
