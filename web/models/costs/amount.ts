import type { BudgetUnit } from '../../../wire/budget.ts';
import { limits } from '../../../wire/limits.ts';
import { number } from '../../format.ts';

export type Amount = { ok: true; microUsd: number } | { ok: false; message: string };

/** Dollars as people type them (`5`, `$2.50`, `1,000`) in integer micro-dollars; `tooMuch` is said of more than `max`. */
export function parseDollars(
  text: string,
  { max, tooMuch }: { max: number; tooMuch: string } = {
    max: limits.maxBudgetMicroUsd,
    tooMuch: 'A budget is a million dollars at most.',
  },
): Amount {
  const [, digits] = /^\$?\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,6})?|\.\d{1,6})$/.exec(text.trim()) ?? [];
  if (digits === undefined) return { ok: false, message: 'Write an amount in dollars, as 5 or 2.50.' };
  const microUsd = Math.round(Number(digits.replaceAll(',', '')) * 1_000_000);
  if (microUsd > max) return { ok: false, message: tooMuch };
  return { ok: true, microUsd };
}

export type Tokens = { ok: true; tokens: number } | { ok: false; message: string };

const powers: Record<string, number> = { '': 1, k: 1000, m: 1_000_000 };

/** Tokens as people type them: `50000`, `50,000`, `50k`, `1.5M`. */
export function parseTokens(text: string): Tokens {
  const [, digits, power = ''] = /^((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,6})?)\s*([km]?)$/i.exec(text.trim()) ?? [];
  const tokens = digits === undefined ? Number.NaN : Number(digits.replaceAll(',', '')) * (powers[power.toLowerCase()] ?? 1);
  // What a decimal fraction leaves of a whole number is no fraction of a token.
  const whole = Math.round(tokens);
  if (!(Math.abs(tokens - whole) < 1e-6)) return { ok: false, message: 'Write a whole number of tokens, as 50,000 or 50k.' };
  if (whole > limits.maxBudgetMicroUsd) return { ok: false, message: 'A limit this high is a typing error.' };
  return { ok: true, tokens: whole };
}

/** An amount in a budget's unit, or what is wrong with the words. */
export function parseAmount(text: string, unit: BudgetUnit): { ok: true; amount: number } | { ok: false; message: string } {
  if (unit === 'tokens') {
    const read = parseTokens(text);
    return read.ok ? { ok: true, amount: read.tokens } : read;
  }
  const read = parseDollars(text);
  return read.ok ? { ok: true, amount: read.microUsd } : read;
}

/** Micro-dollars as `parseDollars` reads them: `2.5`, with no more digits than it takes. */
export const dollarsToEdit = (microUsd: number): string => (microUsd / 1_000_000).toFixed(6).replace(/\.?0+$/, '');

/** An amount in a budget's unit as `parseAmount` reads it. */
export const amountToEdit = (amount: number, unit: BudgetUnit): string =>
  unit === 'tokens' ? number(amount) : dollarsToEdit(amount);

/** Limits to raise a spent budget to, in two taps: sizes that fit it, above what is spent. */
export function raisesOf({ limitMicroUsd, spentMicroUsd }: { limitMicroUsd: number; spentMicroUsd: number }): number[] {
  const base = Math.max(limitMicroUsd, spentMicroUsd);
  const unit = base < 1_000_000 ? 1_000_000 : 5_000_000;
  return [unit, unit * 2, unit * 5];
}
