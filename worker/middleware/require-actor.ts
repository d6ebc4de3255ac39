import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';
import { type Action, allows, roleFor } from '../domain/access.ts';
import { actorIn, chooseOrganization } from '../domain/organization.ts';
import { AppError, notFound } from '../errors.ts';
import { requirePerson } from './require-person.ts';

/**
 * Lets in a login or an API token within an organization; puts `person` and `actor` on the context. `X-Organization` says
 * which organization is meant; `?organization=` says it for WebSocket and EventSource, which cannot set headers in a browser.
 */
export function requireActor(): MiddlewareHandler<AppEnv> {
  const identified = requirePerson();
  return async function requireActor(c, next) {
    if (c.var.actor) return next();
    return identified(c, async () => {
      const wanted = c.req.header('x-organization') ?? c.req.query('organization');
      const organization = chooseOrganization(c.var.person, wanted);
      if (!organization) throw notFound('organization');
      c.set('actor', actorIn(c.var.person, organization));
      await next();
    });
  };
}

/** `requireActor`, and of the actors those whose role may do `action`. */
export function requireAccess(action: Action): MiddlewareHandler<AppEnv> {
  const identified = requireActor();
  return async function requireAccess(c, next) {
    return identified(c, async () => {
      if (!allows(c.var.actor.role, action)) throw forbidden(action);
      await next();
    });
  };
}

export const forbidden = (action: Action) =>
  new AppError('forbidden', `This needs the role ${roleFor(action)} or above in this organization.`);
