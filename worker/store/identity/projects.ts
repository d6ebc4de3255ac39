import { and, asc, count, eq, gt } from 'drizzle-orm';
import type { Project } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import type { Db, Statement } from '../db.ts';
import { type PageRequest, pageOf, rowsFor } from '../page.ts';
import { projects } from '../schema/identity.ts';

const columns = { id: projects.id, name: projects.name, createdAtMs: projects.createdAtMs };

export const insertProject = (db: Db, organizationId: string, project: { id: string; name: string }, nowMs: number): Statement =>
  db.insert(projects).values({ id: project.id, organizationId, name: project.name, createdAtMs: nowMs });

/** Changes no row when there is no such project in the organization. */
export const renameProject = (db: Db, organizationId: string, projectId: string, name: string): Statement =>
  db
    .update(projects)
    .set({ name })
    .where(and(eq(projects.organizationId, organizationId), eq(projects.id, projectId)));

/** Oldest first. */
export async function listProjects(db: Db, organizationId: string, page: PageRequest): Promise<Page<Project>> {
  const rows = await db
    .select(columns)
    .from(projects)
    .where(and(eq(projects.organizationId, organizationId), gt(projects.id, page.cursor ?? '')))
    .orderBy(asc(projects.id))
    .limit(rowsFor(page));
  return pageOf(rows.map(toProject), page, (project) => project.id);
}

export async function findProject(db: Db, organizationId: string, projectId: string): Promise<Project | undefined> {
  const row = await db
    .select(columns)
    .from(projects)
    .where(and(eq(projects.organizationId, organizationId), eq(projects.id, projectId)))
    .get();
  return row && toProject(row);
}

export async function projectIds(db: Db, organizationId: string): Promise<Set<string>> {
  const rows = await db.select({ id: projects.id }).from(projects).where(eq(projects.organizationId, organizationId));
  return new Set(rows.map(({ id }) => id));
}

export async function countProjects(db: Db, organizationId: string): Promise<number> {
  const row = await db.select({ n: count() }).from(projects).where(eq(projects.organizationId, organizationId)).get();
  return row?.n ?? 0;
}

const toProject = (row: { id: string; name: string; createdAtMs: number }): Project => ({
  id: row.id,
  name: row.name,
  createdAt: new Date(row.createdAtMs).toISOString(),
});
