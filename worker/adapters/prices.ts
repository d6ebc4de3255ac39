import { calcPrice } from '@pydantic/genai-prices';
import type { Usage } from '../../wire/event.ts';
import type { ListPrice } from '../../wire/price.ts';

/**
 * What a model call cost at list price on that day, in integer micro-dollars; null where the catalogue does not know the model:
 * unpriced, never free. A price that the agent reports itself beats it.
 */
export function priceUsage(usage: Usage, at: Date): number | null {
  if (usage.model === undefined) return null;
  const { input, output, cacheRead, cacheWrite, cacheWrite1h = 0 } = usage;
  const tokens = {
    // The catalogue's input includes the cache, as most providers' does.
    input_tokens: input + cacheRead + cacheWrite,
    output_tokens: output,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
    cache_write_1h_tokens: Math.min(cacheWrite, cacheWrite1h),
  };
  try {
    const price = calcPrice(tokens, catalogueName(usage.model), { providerId: providerOf(usage.model), timestamp: at });
    const microUsd = price === null ? Number.NaN : Math.round(price.total_price * 1e6);
    return Number.isSafeInteger(microUsd) && microUsd >= 0 ? microUsd : null;
  } catch {
    // It throws on counts that contradict each other, such as more cached tokens than a price model allows for.
    return null;
  }
}

/** List price of a million tokens of each kind, micro-dollars; null for a model that the catalogue does not know. */
export function listPrice(model: string, at: Date): ListPrice | null {
  // Some are dearer beyond a length, so a million is asked for in small calls.
  const calls = 100;
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, model };
  const [input, output, cacheRead, cacheWrite] = (['input', 'output', 'cacheRead', 'cacheWrite'] as const).map((kind) => {
    const microUsd = priceUsage({ ...none, [kind]: 1_000_000 / calls }, at);
    return microUsd === null ? null : microUsd * calls;
  });
  if (input == null || output == null) return null;
  return { input, output, cacheRead: cacheRead ?? 0, cacheWrite: cacheWrite ?? 0 };
}

/** Claude Code marks a long context by `[1m]`, Vertex a version by `@date`; the catalogue names the model alone. */
function catalogueName(model: string): string {
  return model.replace(/\[1m\]$/, '').replace(/@[\w-]+$/, '');
}

/** Who sells the models of the agents that we know; resellers sell them under names of their own. */
function providerOf(model: string): string | undefined {
  return makers.find(([prefix]) => prefix.test(model))?.[1];
}

const makers: readonly [RegExp, string][] = [
  [/^claude-/, 'anthropic'],
  [/^(?:gpt-|o\d|codex-)/, 'openai'],
  [/^gemini-/, 'google'],
];
