import { limits } from '../../../wire/limits.ts';
import { freshMs, hexMac, isMac } from '../mac.ts';

/**
 * Whether Slack sent these bytes, and just now: `X-Slack-Signature` is `v0=` and the HMAC-SHA-256 of `v0:<time>:<raw body>` under the app's
 * signing secret (https://api.slack.com/authentication/verifying-requests-from-slack).
 */
export function isFromSlack(secret: string, headers: Headers, body: Uint8Array, nowMs: number): boolean {
  const time = headers.get('x-slack-request-timestamp');
  if (secret === '' || freshMs(time, nowMs, limits.webhookToleranceMs) === undefined) return false;
  const [, hex = ''] = /^v0=(.*)$/.exec(headers.get('x-slack-signature') ?? '') ?? [];
  const mac = hexMac(hex);
  return mac !== undefined && isMac(secret, [`v0:${time}:`, body], mac);
}
