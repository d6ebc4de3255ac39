import { waitUntil } from 'cloudflare:workers';
import { Hono } from 'hono';
import { type Me, PersonChange, type User } from '../../../wire/identity.ts';
import type { AppEnv } from '../../context.ts';
import { chooseOrganization } from '../../domain/organization.ts';
import { notFound } from '../../errors.ts';
import { requireLogin, requirePerson } from '../../middleware/require-person.ts';
import { commit, openDb } from '../../store/db.ts';
import { rememberOrganization, renameUser } from '../../store/identity/users.ts';
import { valid } from '../../valid.ts';

export const me = new Hono<AppEnv>()
  .get('/', requirePerson(), async (c) => {
    const { person } = c.var;
    const wanted = c.req.header('x-organization');
    const organization = chooseOrganization(person, wanted) ?? null;
    if (wanted !== undefined && !organization) throw notFound('organization');
    // A page asks this once when it loads, which makes it the place to notice a switch of organization.
    if (organization && person.lastOrganizationId !== organization.id) {
      const db = openDb(c.env.DB);
      waitUntil(commit(db, [rememberOrganization(db, organization.id, person.user.id)]));
    }
    return c.json<Me>({ user: person.user, organizations: person.organizations, organization });
  })
  // An API token acts in one organization; a person's name is shown in all of theirs.
  .patch('/', requirePerson(), requireLogin(), valid('json', PersonChange), async (c) => {
    const { user } = c.var.person;
    const { name } = c.req.valid('json');
    const db = openDb(c.env.DB);
    await commit(db, [renameUser(db, user.id, name)]);
    return c.json<User>({ ...user, name });
  });
