import { limits } from '../../../wire/limits.ts';
import { base64Mac, freshMs, isMac, isSameText } from '../mac.ts';

/**
 * Whether GitLab sent these bytes. With a signing token it signs as Standard Webhooks say, over id, time and raw body; with a secret token
 * alone it only sends that along (https://docs.gitlab.com/user/project/integrations/webhooks/). A request that is signed is held to its
 * signature: nobody gets around a bad one by a token beside it.
 */
export function isFromGitLab(secret: string, headers: Headers, body: Uint8Array, nowMs: number): boolean {
  if (secret === '') return false;
  const signatures = headers.get('webhook-signature');
  if (signatures !== null) return isSigned(secret, signatures, headers, body, nowMs);
  return isSameText(headers.get('x-gitlab-token') ?? '', secret);
}

function isSigned(secret: string, signatures: string, headers: Headers, body: Uint8Array, nowMs: number): boolean {
  const id = headers.get('webhook-id') ?? '';
  const time = headers.get('webhook-timestamp');
  if (id === '' || freshMs(time, nowMs, limits.webhookToleranceMs) === undefined) return false;
  return signatures.split(' ').some((signature) => {
    const [, base64 = ''] = /^v1,(.*)$/.exec(signature) ?? [];
    const mac = base64Mac(base64);
    return mac !== undefined && isMac(signingKey(secret), [`${id}.${time}.`, body], mac);
  });
}

/** A signing token is its key in base64 behind `whsec_`; any other secret is taken as it is. */
function signingKey(secret: string): string | Uint8Array {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
}
