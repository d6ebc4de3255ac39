import { limits } from '../../wire/limits.ts';

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

/** Micro-dollars as `parseDollars` reads them: `2.5`, with no more digits than it takes. */
export const dollarsToEdit = (microUsd: number): string => (microUsd / 1_000_000).toFixed(6).replace(/\.?0+$/, '');

/** Limits to raise a spent budget to, in two taps: sizes that fit it, above what is spent. */
export function raisesOf({ limitMicroUsd, spentMicroUsd }: { limitMicroUsd: number; spentMicroUsd: number }): number[] {
  const base = Math.max(limitMicroUsd, spentMicroUsd);
  const unit = base < 1_000_000 ? 1_000_000 : 5_000_000;
  return [unit, unit * 2, unit * 5];
}
