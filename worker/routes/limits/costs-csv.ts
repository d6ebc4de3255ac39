import type { CostReport } from '../../../wire/cost-report.ts';

/** A report as a table for spreadsheets: a line for each day and group (RFC 4180). */
export function csvOf({ by, items, cells }: CostReport): string {
  const names = new Map(items.map(({ kind, key, name }) => [`${kind} ${key}`, name]));
  const heads = by === 'day' ? ['day'] : ['day', by, `${by}_key`];
  const lines = cells.map(({ day, kind, key, costMicroUsd }) => {
    const group = by === 'day' ? [] : [names.get(`${kind} ${key}`) ?? '', key];
    return [day, ...group, (costMicroUsd / 1_000_000).toFixed(6), String(costMicroUsd)];
  });
  return [[...heads, 'cost_usd', 'cost_micro_usd'], ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** A name that begins like a formula would be one in a spreadsheet: an apostrophe says that it is a text. */
function field(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
