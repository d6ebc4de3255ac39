import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';
import { AppError } from '../errors.ts';
import { identify } from './identify.ts';
import { throttleCaller } from './throttle.ts';

/** Lets in a login or an API token; puts `person` on the context. For what concerns the person, not one organization. */
export function requirePerson(): MiddlewareHandler<AppEnv> {
  return async function requirePerson(c, next) {
    const person = await identify(c);
    if (!person) throw new AppError('unauthenticated', 'Log in, or send a valid API token as a bearer token.');
    await throttleCaller(c, person.credentialId);
    c.set('person', person);
    await next();
  };
}

/** After `requirePerson` or `requireActor`: lets in a login only. A leaked API token must not be able to make more of itself. */
export function requireLogin(): MiddlewareHandler<AppEnv> {
  return async function requireLogin(c, next) {
    if (c.var.person.kind !== 'login') throw new AppError('forbidden', 'Log in for this: an API token cannot do it.');
    await next();
  };
}

/** Lets in anybody, and puts `person` on the context where a credential says who it is. */
export function admitPerson(): MiddlewareHandler<AppEnv> {
  return async function admitPerson(c, next) {
    const person = await identify(c);
    if (person) c.set('person', person);
    await next();
  };
}
