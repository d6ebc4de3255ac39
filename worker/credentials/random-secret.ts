import { base64url } from 'jose';

/** 32 random bytes in base64url, with what the secret is for in front. */
export const randomSecret = (prefix = '') => prefix + base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

/** SHA-256 in base64url: enough for secrets of 256 random bits, which nobody can guess from the hash. */
export async function hashSecret(secret: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))));
}

export const apiTokenPrefix = 'fda_';
