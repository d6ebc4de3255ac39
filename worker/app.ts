import { Hono } from 'hono';
import type { AppEnv } from './context.ts';
import { AppError, onError } from './errors.ts';
import { health } from './routes/health.ts';

const api = new Hono<AppEnv>().route('/health', health);

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
