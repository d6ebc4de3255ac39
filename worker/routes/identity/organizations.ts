import { Hono } from 'hono';
import { NewOrganization, type Organization } from '../../../wire/identity.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireLogin, requirePerson } from '../../middleware/require-person.ts';
import { openDb } from '../../store/db.ts';
import { insertMembership, insertOrganization } from '../../store/identity/organizations.ts';
import { insertProject } from '../../store/identity/projects.ts';
import { rememberOrganization } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';
import { created } from './created.ts';

const once = idempotent({ scope: (c) => JSON.stringify(['person', c.var.person.user.id]) });

export const organizations = new Hono<AppEnv>()
  .get('/', requirePerson(), (c) => c.json<Page<Organization>>({ items: c.var.person.organizations, nextCursor: null }))
  .post('/', requirePerson(), requireLogin(), valid('json', NewOrganization), once, async (c) => {
    const { user, organizations: mine } = c.var.person;
    if (mine.length >= limits.maxOrganizationsPerUser)
      throw new AppError('quota_exceeded', `A person is in at most ${limits.maxOrganizationsPerUser} organizations.`);
    const db = openDb(c.env.DB);
    const nowMs = Date.now();
    const organization = { id: newId('org', nowMs), name: c.req.valid('json').name, role: 'owner' as const };
    const project = { id: newId('prj', nowMs), name: 'First project', createdAt: new Date(nowMs).toISOString() };
    const statements = [
      insertOrganization(db, organization, nowMs),
      insertMembership(db, organization.id, { userId: user.id, role: organization.role }, nowMs),
      insertProject(db, organization.id, project, nowMs),
      rememberOrganization(db, organization.id, user.id),
    ];
    return c.json(await created(c, statements, { organization, project }), 201);
  });
