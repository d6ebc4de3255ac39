import { and, eq, or } from 'drizzle-orm';
import type { Db } from '../db.ts';
import { isAnyOf } from '../is-any-of.ts';
import { sessions } from '../schema/sessions.ts';

/**
 * Sessions by names of which some are of another organization: what is called so here is that; else what was imported under that name, and
 * of several the last that came.
 */
export async function calledBefore(db: Db, organizationId: string, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const inOrganization = eq(sessions.organizationId, organizationId);
  const rows = await db
    .select({ id: sessions.id, name: sessions.importedFrom, atMs: sessions.importedAtMs })
    .from(sessions)
    .where(or(and(inOrganization, isAnyOf(sessions.id, names)), and(inOrganization, isAnyOf(sessions.importedFrom, names))));
  const called = new Map<string, string>();
  for (const { name, id } of rows.toSorted((one, other) => (one.atMs ?? 0) - (other.atMs ?? 0)))
    if (name !== null) called.set(name, id);
  for (const { id } of rows) if (names.includes(id)) called.set(id, id);
  return called;
}
