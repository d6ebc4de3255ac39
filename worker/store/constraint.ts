/**
 * The constraint that a failed write ran into, as `UNIQUE users.email` or `NOT NULL users.email` (of a key of several columns, the
 * first); undefined for any other failure.
 */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const found = /(UNIQUE|NOT NULL) constraint failed: (\w+\.\w+)/.exec(error.message);
  // Drizzle wraps D1's error, D1 wraps SQLite's.
  return found ? `${found[1]} ${found[2]}` : violatedConstraint(error.cause);
}
