import type { Mailer } from '../../adapters/sender.ts';
import type { Env } from '../../env.ts';
import { missingAmong, warnHalfSet } from '../../half-set.ts';

/** What the deployment's e-mail lacks, by name; nothing where it has all, or there is to be none. */
export const missingMailOf = (env: Env): string[] =>
  env.EMAIL ? missingAmong(env, ['EMAIL', 'EMAIL_FROM']) : missingAmong(env, ['EMAIL_FROM', 'EMAIL_API', 'EMAIL_API_KEY']);

/** How this deployment sends e-mail; null where it was not told, or only half, which the log is told once. */
export function mailerOf(env: Env): Mailer | null {
  const { EMAIL, EMAIL_FROM: from, EMAIL_API: api, EMAIL_API_KEY: key } = env;
  if (from && EMAIL) return { kind: 'binding', from, binding: EMAIL };
  if (from && api && key) return { kind: 'http', from, api, key };
  warnHalfSet('e-mail', missingMailOf(env));
  return null;
}
