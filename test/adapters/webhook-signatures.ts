import { createHmac } from 'node:crypto';

// Requests signed as each service signs them, written down from its documentation and from nothing of ours.

const hmac = (key: string | Uint8Array, ...message: (string | Uint8Array)[]) =>
  message.reduce((mac, part) => mac.update(part), createHmac('sha256', key));

export const signedByGitHub = (secret: string, body: Uint8Array) => ({
  'x-hub-signature-256': `sha256=${hmac(secret, body).digest('hex')}`,
});

export const signedByGitLab = (signingToken: string, id: string, seconds: number, body: Uint8Array) => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': `v1,${hmac(Buffer.from(signingToken.replace('whsec_', ''), 'base64'), `${id}.${seconds}.`, body).digest('base64')}`,
});

export const signedBySlack = (secret: string, seconds: number, body: Uint8Array) => ({
  'x-slack-request-timestamp': String(seconds),
  'x-slack-signature': `v0=${hmac(secret, `v0:${seconds}:`, body).digest('hex')}`,
});
