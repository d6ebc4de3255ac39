import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { limits } from '../../wire/limits.ts';
import type { AppEnv } from '../context.ts';
import { AppError } from '../errors.ts';

/** Caps a body's size, and refuses one that is not JSON by its content type rather than by the fields it then lacks. */
export function jsonBody(maxBytes: number = limits.maxJsonBytes): MiddlewareHandler<AppEnv> {
  const capped = bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new AppError('too_large', `The body is over ${Math.floor(maxBytes / 1024)} KiB.`);
    },
  });
  return async function jsonBody(c, next) {
    const type = c.req.header('content-type');
    if (c.req.raw.body && type !== undefined && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
      throw new AppError('unsupported_media_type', 'Send the body as application/json.');
    return capped(c, next);
  };
}
