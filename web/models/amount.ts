import { limits } from '../../wire/limits.ts';

export type Amount = { ok: true; microUsd: number } | { ok: false; message: string };

/** Dollars as people type them (`5`, `$2.50`, `1,000`) in integer micro-dollars. */
export function parseDollars(text: string): Amount {
  const [, digits] = /^\$?\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,6})?|\.\d{1,6})$/.exec(text.trim()) ?? [];
  if (digits === undefined) return { ok: false, message: 'Write an amount in dollars, as 5 or 2.50.' };
  const microUsd = Math.round(Number(digits.replaceAll(',', '')) * 1_000_000);
  if (microUsd > limits.maxBudgetMicroUsd) return { ok: false, message: 'A budget is a million dollars at most.' };
  return { ok: true, microUsd };
}

/** Limits to raise a spent budget to, in two taps: sizes that fit it, above what is spent. */
export function raisesOf({ limitMicroUsd, spentMicroUsd }: { limitMicroUsd: number; spentMicroUsd: number }): number[] {
  const base = Math.max(limitMicroUsd, spentMicroUsd);
  const unit = base < 1_000_000 ? 1_000_000 : 5_000_000;
  return [unit, unit * 2, unit * 5];
}
