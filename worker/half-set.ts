import type { Env } from './env.ts';

type Name = keyof Env;

const isSet = (env: Env, name: Name): boolean => env[name] !== undefined && env[name] !== '';

/** Which of the variables that only serve together are not set; none where all are, or no one is. */
export function missingAmong(env: Env, names: readonly Name[]): Name[] {
  const missing = names.filter((name) => !isSet(env, name));
  return missing.length === names.length ? [] : missing;
}

/** Cache, per isolate: what its log was told of. */
const told = new Set<string>();

/** Tells the log, once, that somebody began to set this up and did not finish. */
export function warnHalfSet(what: string, missing: readonly string[]): void {
  const line = JSON.stringify({ half: what, missing });
  if (missing.length === 0 || told.has(line)) return;
  told.add(line);
  console.warn(line);
}
