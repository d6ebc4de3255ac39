import * as z from 'zod/mini';
import { limits } from '../../../wire/limits.ts';
import { longLists, strangers } from './canonical.ts';
import { type FileProblem, issuesAt } from './file-problem.ts';

/** A value of a file; or everything that is wrong with it. */
export type ReadPiece<Value> = { ok: true; value: Value } | { ok: false; problems: FileProblem[] };

/** More than any list of ours has. Beyond it nothing is said of the items: a schema says what is wrong with each of millions. */
const maxListLength = 10_000;

/** Holds a piece to its schema, which has to know all of it: what it does not know would be lost. */
export function readPiece<Schema extends z.core.$ZodType>(
  schema: Schema,
  text: string,
  path: string,
): ReadPiece<z.core.output<Schema>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return wrong(path, 'This is not valid JSON.');
  }
  const long = [...longLists(schema, json, maxListLength, path)];
  if (long.length > 0)
    return { ok: false, problems: long.map((at) => ({ path: at, message: `A list has at most ${maxListLength} items.` })) };
  const parsed = z.safeParse(schema, json);
  if (!parsed.success) return { ok: false, problems: issuesAt(path, parsed.error.issues) };
  const unknown: FileProblem[] = [];
  for (const at of strangers(schema, json, path)) {
    if (unknown.length === limits.maxImportProblems) break;
    unknown.push({ path: at, message: 'This version knows no such field.' });
  }
  if (unknown.length > 0) return { ok: false, problems: unknown };
  return { ok: true, value: parsed.data };
}

export const wrong = (path: string, message: string): { ok: false; problems: FileProblem[] } => ({
  ok: false,
  problems: [{ path, message }],
});
