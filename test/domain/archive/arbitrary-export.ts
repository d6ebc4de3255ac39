import fc from 'fast-check';
import type * as z from 'zod/mini';
import { ExportDocument, ExportedEvent, type ExportedSession, ExportedSummary } from '../../../wire/export.ts';
import { exportedSummary, foldEvent, foldFrom, importedState } from '../../../worker/domain/archive/imported.ts';

/** What a schema consists of, as zod's core describes it. */
interface Def {
  type: string;
  shape: Record<string, z.core.$ZodType>;
  element: z.core.$ZodType;
  innerType: z.core.$ZodType;
  entries: Record<string, string>;
  values: unknown[];
  format?: string;
  checks?: { _zod: { def: { check: string; format?: string; maximum?: number; value?: number; pattern?: RegExp } } }[];
}

const isoTimes = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2026-11-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Any value that a schema takes: what is added to the schema is covered without a word here. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const def = schema._zod.def as unknown as Def;
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(def.shape);
      const required = fields.filter(([, field]) => field._zod.def.type !== 'optional').map(([name]) => name);
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, arbitraryOf(field)])), { requiredKeys: required });
    }
    case 'array':
      return fc.array(arbitraryOf(def.element), { maxLength: 3 });
    case 'optional':
    case 'default':
      return arbitraryOf(def.innerType);
    case 'nullable':
      return fc.option(arbitraryOf(def.innerType));
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'string':
      return stringOf(def);
    case 'number':
      return isInt(def) ? fc.nat(1_000_000) : fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e6 });
    case 'boolean':
      return fc.boolean();
    case 'unknown':
      return fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));
    default:
      throw new Error(`an arbitrary ${def.type} is still to be written`);
  }
}

function stringOf(def: Def): fc.Arbitrary<string> {
  const patterns = def.checks?.flatMap(({ _zod }) => _zod.def.pattern ?? []) ?? [];
  if (def.format === 'datetime') return isoTimes;
  if (patterns.length > 0) return fc.stringMatching(/^[a-z]{1,8}$/);
  return fc.string({ minLength: 1, maxLength: 12 });
}

const isInt = (def: Def) => def.format === 'safeint' || def.checks?.some(({ _zod }) => _zod.def.format === 'safeint') === true;

const owner = {
  ...{ organizationId: 'org_1', sessionId: 'ses_1', externalId: 'one', agent: 'tester' },
  ...{ projectId: 'prj_1', userId: 'usr_1' },
};

/** A session whose events are of any kind, and whose summary says of them what is true. */
const anySession: fc.Arbitrary<ExportedSession> = fc
  .record({ session: arbitraryOf(ExportedSummary), events: fc.array(arbitraryOf(ExportedEvent), { maxLength: 12 }) })
  .map(({ session, events }) => {
    const numbered = (events as ExportedEvent[]).map((event, index) => ({ ...event, seq: index + 1 }));
    const told = { ...(session as ExportedSummary), lastSeq: numbered.length };
    const folded = numbered.reduce(foldEvent, foldFrom(owner, told.startedAt));
    const state = importedState(folded, told, { storedBytes: 0, nowMs: 0, importId: '', parentId: null, from: '' });
    return { session: exportedSummary(state), events: numbered };
  });

/** A document of sessions of which no two are the same agent's same session. */
export const anyDocument: fc.Arbitrary<ExportDocument> = fc
  .uniqueArray(anySession, { minLength: 1, maxLength: 3, selector: ({ session }) => session.externalId })
  .map((sessions) => ExportDocument.parse({ format: 'flightdeck.sessions', version: 1, sessions }));
