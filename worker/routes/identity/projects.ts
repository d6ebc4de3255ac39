import { Hono } from 'hono';
import { NewProject, ProjectChange } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import { PageQuery } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { commit, openDb } from '../../store/db.ts';
import { countProjects, insertProject, listProjects, renameProject } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';
import { requireProject } from './require-project.ts';

export const projects = new Hono<AppEnv>()
  .get('/', requireAccess('project.read'), valid('query', PageQuery), async (c) =>
    c.json(await listProjects(openDb(c.env.DB), c.var.actor.organizationId, c.req.valid('query'))),
  )
  .post('/', requireAccess('project.create'), valid('json', NewProject), idempotent(), async (c) => {
    const { organizationId } = c.var.actor;
    const db = openDb(c.env.DB);
    if ((await countProjects(db, organizationId)) >= limits.maxProjectsPerOrganization)
      throw new AppError('quota_exceeded', `An organization has at most ${limits.maxProjectsPerOrganization} projects.`);
    const nowMs = Date.now();
    const project = { id: newId('prj', nowMs), ...c.req.valid('json'), createdAt: new Date(nowMs).toISOString() };
    return c.json(await created(c, [insertProject(db, organizationId, project, nowMs)], project), 201);
  })
  .patch('/:projectId', requireAccess('project.edit'), valid('json', ProjectChange), async (c) => {
    const { organizationId } = c.var.actor;
    const projectId = c.req.param('projectId');
    const db = openDb(c.env.DB);
    await commit(db, [renameProject(db, organizationId, projectId, c.req.valid('json').name)]);
    return c.json(await requireProject(c, projectId));
  });
