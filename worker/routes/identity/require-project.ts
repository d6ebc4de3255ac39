import type { Context } from 'hono';
import type { Project } from '../../../wire/identity.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { openDb } from '../../store/db.ts';
import { findProject } from '../../store/identity/projects.ts';

/** A project of the actor's organization. */
export async function requireProject(c: Context<AppEnv>, id: string): Promise<Project> {
  const project = await findProject(openDb(c.env.DB), c.var.actor.organizationId, id);
  if (!project) throw notFound('project');
  return project;
}
