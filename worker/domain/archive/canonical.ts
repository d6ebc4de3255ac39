import type * as z from 'zod/mini';

/** Any schema. */
type Schema = z.core.$ZodType;

/**
 * A value with the keys of every object in the order of its schema, so that equal values are equal bytes. Where the schema says
 * `unknown`, the order stays; a key that the schema does not know comes last.
 */
export function canonical(schema: Schema, value: unknown): unknown {
  const shape = shapeOf(schema);
  if (shape && isRecord(value)) {
    const named = Object.keys(shape).filter((key) => Object.hasOwn(value, key) && value[key] !== undefined);
    const others = Object.keys(value).filter((key) => !Object.hasOwn(shape, key) && value[key] !== undefined);
    // Entries keep a field named `__proto__` a field; assignment would not.
    return Object.fromEntries([
      ...named.map((key) => [key, canonicalField(shape[key], value[key])]),
      ...others.map((key) => [key, value[key]]),
    ]);
  }
  const element = elementOf(schema);
  return element && Array.isArray(value) ? value.map((item) => canonical(element, item)) : value;
}

/** The same as JSON: equal texts of equal values. */
export const canonicalText = (schema: Schema, value: unknown): string => JSON.stringify(canonical(schema, value));

/** Paths of the fields that the schema does not know: a newer version's, or somebody's own. */
export function* strangers(schema: Schema, value: unknown, path: string): Generator<string> {
  const shape = shapeOf(schema);
  if (shape && isRecord(value)) {
    for (const key of Object.keys(value)) {
      const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
      if (field) yield* strangers(field, value[key], `${path}.${key}`);
      else yield `${path}.${key}`;
    }
  }
  const element = elementOf(schema);
  if (!element || !Array.isArray(value)) return;
  for (const [at, item] of value.entries()) yield* strangers(element, item, `${path}[${at}]`);
}

/** Paths of the lists that have more than `maxLength` items, where the schema says what those are. */
export function* longLists(schema: Schema, value: unknown, maxLength: number, path: string): Generator<string> {
  const shape = shapeOf(schema);
  if (shape && isRecord(value)) {
    for (const [key, field] of Object.entries(shape))
      if (Object.hasOwn(value, key)) yield* longLists(field, value[key], maxLength, `${path}.${key}`);
  }
  const element = elementOf(schema);
  if (!element || !Array.isArray(value)) return;
  if (value.length > maxLength) yield path;
  else for (const [at, item] of value.entries()) yield* longLists(element, item, maxLength, `${path}[${at}]`);
}

const canonicalField = (schema: Schema | undefined, value: unknown): unknown => (schema ? canonical(schema, value) : value);

/** What a zod schema consists of, in the part that its library opens to others. */
interface Def {
  type: string;
  shape?: Record<string, Schema>;
  element?: Schema;
  innerType?: Schema;
}

/** The schema without `optional`, `nullable` and a default around it. */
function bare(schema: Schema): Def {
  // Every kind has the members of its own kind only; `Def` names those that are asked for.
  const def = schema._zod.def as Def;
  return def.innerType ? bare(def.innerType) : def;
}

const shapeOf = (schema: Schema) => bare(schema).shape;
const elementOf = (schema: Schema) => bare(schema).element;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
