import { Hono } from 'hono';
import type { AppEnv } from './context.ts';
import { AppError, onError } from './errors.ts';
import { checkOrigin } from './middleware/check-origin.ts';
import { deliverCookies } from './middleware/deliver-cookies.ts';
import { jsonBody } from './middleware/json-body.ts';
import { health } from './routes/health.ts';
import { ingestTokens } from './routes/identity/ingest-tokens.ts';
import { login } from './routes/identity/login.ts';
import { logout } from './routes/identity/logout.ts';
import { me } from './routes/identity/me.ts';
import { projects } from './routes/identity/projects.ts';
import { signup } from './routes/identity/signup.ts';

const api = new Hono<AppEnv>()
  .use(deliverCookies(), checkOrigin(), jsonBody())
  .route('/health', health)
  .route('/signup', signup)
  .route('/login', login)
  .route('/logout', logout)
  .route('/me', me)
  .route('/projects', projects)
  .route('/projects', ingestTokens);

/** The whole HTTP surface, as a table of contents. */
export const app = new Hono<AppEnv>()
  .use(async function requestId(c, next) {
    c.set('requestId', crypto.randomUUID());
    await next();
  })
  .route('/api', api)
  .notFound((c) => onError(new AppError('not_found', `There is nothing at ${c.req.method} ${c.req.path}.`), c));
app.onError(onError);

/** What `hc` in the web client infers its calls from. */
export type Api = typeof app;
