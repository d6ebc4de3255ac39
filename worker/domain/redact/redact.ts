import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Draft } from '../draft.ts';
import { secretField } from './redact-assignments.ts';
import { mask } from './redact-mask.ts';
import { redactText } from './redact-text.ts';

const tooDeep = `[deeper than ${limits.maxJsonDepth} levels]`;
// Words of our own vocabulary, and the key, which is hashed and only compared.
const ours = new Set(['type', 'key', 'usageSource', 'redactions', 'n']);

/** How many secrets one value held, counted while its fields are walked. */
interface Tally {
  secrets: number;
}

/**
 * The draft without secrets in any text or field name, fit to be stored: nested no deeper than `limits.maxJsonDepth`, well-formed
 * Unicode, no NUL. Adds to `redactions`. Redacting twice changes nothing; a draft with nothing to mask is returned as it is.
 */
export function redactDraft(draft: Draft): Draft {
  // What else somebody put into it is walked, too.
  const names = Object.keys(draft) as (keyof Draft)[];
  return redactCounted(
    draft,
    names.filter((name) => !ours.has(name)),
  );
}

/** An event of a file without secrets in what agents, tools and people put into it; the same where there is nothing to mask. */
export const redactEvent = (event: SessionEvent): SessionEvent =>
  redactCounted(event, ['text', 'input', 'output', 'data', 'control', 'refused', 'approval', 'warned']);

/** The same for what is known of a session as a whole. */
export const redactSummary = <Summary extends Partial<SessionSummary>>(summary: Summary): Summary =>
  redactFields(summary, toldOfSession, { secrets: 0 });

const toldOfSession = [
  ...(['externalId', 'title', 'model', 'cwd', 'repository', 'gitBranch', 'tags', 'activity'] as const),
  ...(['branch', 'outcome'] as const),
] satisfies (keyof SessionSummary)[];

function redactCounted<Value extends Pick<Draft, 'redactions'>>(value: Value, names: readonly (string & keyof Value)[]): Value {
  const tally: Tally = { secrets: 0 };
  const clean = redactFields(value, names, tally);
  if (clean === value || tally.secrets === 0) return clean;
  return { ...clean, redactions: (value.redactions ?? 0) + tally.secrets };
}

function redactFields<Value extends object>(value: Value, names: readonly (string & keyof Value)[], tally: Tally): Value {
  let clean = value;
  for (const name of names) {
    const after = redactValue(value[name], 1, tally);
    // A text stays a text and a shape its shape; only values of unknown shape are cut in depth.
    if (after !== value[name]) clean = { ...clean, [name]: after };
  }
  return clean;
}

function redactValue(value: unknown, depth: number, tally: Tally): unknown {
  if (typeof value === 'string') return redactString(value, tally);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > limits.maxJsonDepth) return tooDeep;
  return Array.isArray(value) ? redactList(value, depth, tally) : redactRecord(value, depth, tally);
}

function redactString(text: string, tally: Tally): string {
  const storable = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  const redacted = redactText(storable.isWellFormed() ? storable : storable.toWellFormed());
  tally.secrets += redacted.count;
  return redacted.text;
}

function redactList(list: unknown[], depth: number, tally: Tally): unknown[] {
  let clean: unknown[] | undefined;
  for (const [at, value] of list.entries()) {
    const after = redactValue(value, depth + 1, tally);
    if (after === value) continue;
    clean ??= [...list];
    clean[at] = after;
  }
  return clean ?? list;
}

function redactRecord(record: object, depth: number, tally: Tally): object {
  let changed = false;
  const entries = Object.entries(record);
  for (const entry of entries) {
    const [name, value] = entry;
    entry[0] = redactString(name, tally);
    entry[1] = redactField(entry[0], redactValue(value, depth + 1, tally), tally);
    changed ||= entry[0] !== name || entry[1] !== value;
  }
  return changed ? Object.fromEntries(withoutClashes(entries)) : record;
}

function redactField(name: string, value: unknown, tally: Tally): unknown {
  const secret = typeof value === 'string' ? secretField(name, value) : undefined;
  if (secret === undefined) return value;
  tally.secrets += 1;
  return mask(secret);
}

/** Two names may have become the same mask: both values stay. */
function withoutClashes(entries: [string, unknown][]): [string, unknown][] {
  const times = new Map<string, number>();
  return entries.map(([name, value]) => {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return [time === 1 ? name : `${name} ${time}`, value];
  });
}
