import { secondNow, slowNow } from '../clock.ts';
import { absolute, count, duration, elapsed, money, moneyExact, number, relative } from '../format.ts';
import './figures.css';

interface MoneyProps {
  microUsd: number;
  /** Model calls without a known price: the sum is then at least this much, never exactly. */
  unpricedCalls?: number;
}

export function Money({ microUsd, unpricedCalls = 0 }: MoneyProps) {
  if (unpricedCalls === 0) {
    return (
      <span class={`numeric ${microUsd === 0 ? 'faint' : ''}`} title={moneyExact(microUsd)}>
        {money(microUsd)}
      </span>
    );
  }
  const calls = unpricedCalls === 1 ? 'one model call has' : `${unpricedCalls} model calls have`;
  return (
    <span class="numeric unpriced" title={`${moneyExact(microUsd)} known; ${calls} no known price`}>
      {microUsd === 0 ? 'unpriced' : `${money(microUsd)}+`}
    </span>
  );
}

/** A count of tokens; the title spells it out. */
export function Tokens({ value, title }: { value: number; title?: string }) {
  return (
    <span class="numeric" title={title ?? `${number(value)} tokens`}>
      {count(value)}
    </span>
  );
}

/** A finished duration in milliseconds. */
export function Duration({ ms }: { ms: number }) {
  return (
    <span class="numeric" title={`${number(Math.round(ms))} ms`}>
      {duration(ms)}
    </span>
  );
}

/** Time since a start, which ticks until `endedAt` is known. Both are ISO 8601. */
export function Elapsed({ startedAt, endedAt }: { startedAt: string; endedAt: string | null }) {
  const start = Date.parse(startedAt);
  const until = endedAt === null ? secondNow.value : Date.parse(endedAt);
  return (
    <span class="numeric" title={`Started ${absolute(start)}`}>
      {elapsed(until - start)}
    </span>
  );
}

/** `4m ago`, with the absolute time on hover. `at` is ISO 8601. */
export function RelativeTime({ at }: { at: string }) {
  const ms = Date.parse(at);
  return (
    <time class="numeric" dateTime={at} title={absolute(ms)}>
      {relative(ms, slowNow.value)}
    </time>
  );
}

/** When something is due: `in 40s`; past that, the little while that it may take. */
export function DueTime({ at }: { at: string }) {
  const ms = Date.parse(at);
  const leftMs = ms - slowNow.value;
  return (
    <time class="numeric" dateTime={at} title={absolute(ms)}>
      {leftMs > 0 ? `in ${elapsed(leftMs)}` : 'in a moment'}
    </time>
  );
}
