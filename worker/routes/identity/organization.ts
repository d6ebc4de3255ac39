import { Hono } from 'hono';
import { type Organization, OrganizationChange } from '../../../wire/identity.ts';
import type { AppEnv } from '../../context.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { commit, openDb } from '../../store/db.ts';
import { renameOrganization } from '../../store/identity/organizations.ts';
import { valid } from '../../valid.ts';

/** The actor's current one; `X-Organization` says which. */
export const organization = new Hono<AppEnv>().patch(
  '/',
  requireAccess('organization.manage'),
  valid('json', OrganizationChange),
  async (c) => {
    const { organizationId: id, role } = c.var.actor;
    const { name } = c.req.valid('json');
    const db = openDb(c.env.DB);
    await commit(db, [renameOrganization(db, id, name)]);
    return c.json<Organization>({ id, name, role });
  },
);
