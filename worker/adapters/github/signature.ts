import { hexMac, isMac } from '../mac.ts';

/**
 * Whether GitHub sent these bytes: `X-Hub-Signature-256` is the HMAC-SHA-256 of the raw body under the webhook's secret
 * (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries). The older SHA-1 header is not looked at.
 */
export function isFromGitHub(secret: string, headers: Headers, body: Uint8Array): boolean {
  const [, hex = ''] = /^sha256=(.*)$/.exec(headers.get('x-hub-signature-256') ?? '') ?? [];
  const mac = hexMac(hex);
  return secret !== '' && mac !== undefined && isMac(secret, [body], mac);
}
