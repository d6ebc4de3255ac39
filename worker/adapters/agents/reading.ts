import { limits } from '../../../wire/limits.ts';

/** A hook's body while it is read field by field: a wrong type is noticed once and condemns the event to `other`. */
export interface Reading {
  body: Record<string, unknown>;
  hook: string;
  wrong: boolean;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, or undefined where the field is missing or null. */
export function text(reading: Reading, name: string): string | undefined {
  const value = reading.body[name];
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null) reading.wrong = true;
  return undefined;
}

/** An identifier: a text that is neither empty nor longer than what we remember of ids. Empty counts as missing. */
export function id(reading: Reading, name: string): string | undefined {
  const value = text(reading, name);
  if (value === undefined || value === '') return undefined;
  if (value.length > limits.maxExternalIdLength) reading.wrong = true;
  return value;
}

/** A finite number that is not negative. */
export function amount(reading: Reading, name: string): number | undefined {
  const value = reading.body[name];
  if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
  if (value !== undefined && value !== null) reading.wrong = true;
  return undefined;
}

/** A time as ISO 8601 UTC. */
export function time(reading: Reading, name: string): string | undefined {
  const value = text(reading, name);
  if (value === undefined) return undefined;
  const iso = isoTime(value);
  if (iso === undefined) reading.wrong = true;
  return iso;
}

/** ISO 8601 UTC with milliseconds, or undefined for what is no time of the years 0 to 9999. */
export function isoTime(value: string | number): string | undefined {
  const date = new Date(value);
  const year = date.getUTCFullYear();
  return year >= 0 && year <= 9999 ? date.toISOString() : undefined;
}

/** The fields that no part of a draft holds yet, for its `data`; undefined where none is left. */
export function rest(reading: Reading, used: ReadonlySet<string>): Record<string, unknown> | undefined {
  const left: [string, unknown][] = [];
  for (const name in reading.body) if (!used.has(name)) left.push([name, reading.body[name]]);
  // A body may carry a field named `__proto__`: entries keep it a field, assignment would not.
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
