import type { LimitsPatch, OrganizationLimits, QuotaName, QuotaUse } from '../../../wire/organization-limits.ts';
import { bytes, count, money } from '../../format.ts';
import { parseDollars } from './amount.ts';

/** One line of the form, named as the server names what it holds. */
export interface LimitField {
  path: string;
  /** With the unit. */
  label: string;
  hint?: string;
  /** How many of the server's units one of the field's is. */
  scale: number;
  mayBeEmpty: boolean;
}

const quota = (path: QuotaName, label: string, scale = 1): LimitField => ({ path, label, scale, mayBeEmpty: true });

export const quotaFields: LimitField[] = [
  quota('liveSessions', 'Live sessions at a time'),
  quota('eventsPerDay', 'Events a day'),
  quota('storedBytes', 'Stored logs and snapshots, GB', 1_000_000_000),
  quota('costMicroUsdPerMonth', 'Cost a month, dollars', 1_000_000),
];

export const timeFields: LimitField[] = [
  {
    path: 'executionTimeoutMs',
    label: 'A session runs at most, minutes',
    hint: 'Then it is held until a person resumes it. Time spent waiting for people does not count.',
    scale: 60_000,
    mayBeEmpty: false,
  },
  {
    path: 'silenceTimeoutMs',
    label: 'An agent is given up after, minutes of silence',
    hint: 'A killed agent sends no last word. It comes back by itself when it speaks again.',
    scale: 60_000,
    mayBeEmpty: false,
  },
];

const bucketNames = {
  perSession: 'Each session',
  perToken: 'Each ingest token',
  perUser: 'Each person',
  perOrganization: 'All together',
} as const;
export type BucketName = keyof typeof bucketNames;

export const bucketFields = (name: BucketName): [LimitField, LimitField] => [
  { path: `${name}.burst`, label: `${bucketNames[name]}: at once`, scale: 1, mayBeEmpty: false },
  { path: `${name}.perMinute`, label: `${bucketNames[name]}: then a minute`, scale: 1, mayBeEmpty: false },
];

const buckets: BucketName[] = ['perSession', 'perToken', 'perUser', 'perOrganization'];
const allFields: LimitField[] = [...quotaFields, ...timeFields, ...buckets.flatMap(bucketFields)];

/** What the form shows of the limits in force; an empty field is no quota. */
export const textsOf = (limits: OrganizationLimits): Record<string, string> =>
  Object.fromEntries(allFields.map((field) => [field.path, textOf(valueAt(limits, field.path), field)]));

function textOf(value: number | null, { scale }: LimitField): string {
  return value === null ? '' : (value / scale).toLocaleString('en-US', { maximumFractionDigits: 9 });
}

/** What is wrong, by field; empty when all is well. */
export function limitProblems(texts: Record<string, string>): Record<string, string> {
  const found = allFields.map((field) => [field.path, problemOf(texts[field.path] ?? '', field)] as const);
  return Object.fromEntries(found.flatMap(([path, problem]) => (problem ? [[path, problem]] : [])));
}

function problemOf(text: string, { path, scale, mayBeEmpty }: LimitField): string | undefined {
  if (text.trim() === '') return mayBeEmpty ? undefined : 'Enter a number.';
  if (path === 'costMicroUsdPerMonth') {
    const amount = parseDollars(text);
    return amount.ok ? undefined : amount.message;
  }
  const number = numberIn(text);
  if (Number.isNaN(number) || number < 0) return 'Enter a number, 0 or more.';
  return scale === 1 && !Number.isInteger(number) ? 'Enter a whole number.' : undefined;
}

/** What differs from the limits in force, as the server takes it; the texts have no problems. */
export function limitsPatch(texts: Record<string, string>, before: OrganizationLimits): LimitsPatch {
  const value = (field: LimitField): number | null => {
    const text = texts[field.path] ?? '';
    if (text.trim() === '') return null;
    const dollars = parseDollars(text);
    if (field.path === 'costMicroUsdPerMonth' && dollars.ok) return dollars.microUsd;
    return Math.round(numberIn(text) * field.scale);
  };
  const changed = allFields.filter((field) => value(field) !== valueAt(before, field.path));
  const patch: Record<string, unknown> = {};
  for (const field of changed) {
    const [bucket, part] = field.path.split('.');
    if (bucket === undefined) continue;
    patch[bucket] =
      part === undefined ? value(field) : { ...Object(patch[bucket] ?? Reflect.get(before, bucket)), [part]: value(field) };
  }
  // Its keys are paths of the limits; the server checks it like any other.
  return patch as LimitsPatch;
}

const numberIn = (text: string): number => Number(text.trim().replaceAll(',', ''));

function valueAt(limits: OrganizationLimits, path: string): number | null {
  const found = path.split('.').reduce<unknown>((value, key) => Object(value)[key], limits);
  return typeof found === 'number' ? found : null;
}

const quotaWords: Record<QuotaName, { of: string; amount: (value: number) => string }> = {
  liveSessions: { of: 'live sessions', amount: count },
  eventsPerDay: { of: 'events today', amount: count },
  storedBytes: { of: 'of stored logs and snapshots', amount: bytes },
  costMicroUsdPerMonth: { of: 'this month', amount: money },
};

/** "4 of 5 live sessions". */
export const useWords = ({ quota: name, used, limit }: QuotaUse): string =>
  `${quotaWords[name].amount(used)} of ${quotaWords[name].amount(limit)} ${quotaWords[name].of}`;

/** The fullest of the quotas that are at 80 % or more; undefined where none is. */
export function fullest(usage: readonly QuotaUse[]): QuotaUse | undefined {
  const near = usage.filter(({ state }) => state !== 'within');
  return near.sort((one, other) => share(other) - share(one))[0];
}

export const share = ({ used, limit }: Pick<QuotaUse, 'used' | 'limit'>): number => (limit === 0 ? 1 : used / limit);
