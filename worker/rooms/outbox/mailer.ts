import type { Mailer } from '../../adapters/sender.ts';
import type { Env } from '../../env.ts';

/** How this deployment sends e-mail; null where it was not told. */
export function mailerOf({ EMAIL, EMAIL_FROM, EMAIL_API, EMAIL_API_KEY }: Env): Mailer | null {
  if (!EMAIL_FROM) return null;
  if (EMAIL) return { kind: 'binding', from: EMAIL_FROM, binding: EMAIL };
  return EMAIL_API && EMAIL_API_KEY ? { kind: 'http', from: EMAIL_FROM, api: EMAIL_API, key: EMAIL_API_KEY } : null;
}
