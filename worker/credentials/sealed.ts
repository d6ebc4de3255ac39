import { base64url } from 'jose';
import { hexBytes } from './signed-token.ts';

/** Encrypts `text` (AES-256-GCM) so that only this deployment reads it, and only for the `context` it was sealed for. */
export async function seal(secret: string, context: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: bytes(context) },
    await derivedKey(secret, 'seal'),
    bytes(text),
  );
  return `${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`;
}

/** Throws for what was not sealed here for `context`. */
export async function unseal(secret: string, context: string, sealed: string): Promise<string> {
  const [iv = '', text = ''] = sealed.split('.');
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: Uint8Array.from(base64url.decode(iv)), additionalData: bytes(context) },
    await derivedKey(secret, 'seal'),
    Uint8Array.from(base64url.decode(text)),
  );
  return new TextDecoder().decode(opened);
}

/** HMAC-SHA-256 in base64url: says whether two texts are the same without letting anybody guess at them, passwords included. */
export async function mac(secret: string, text: string): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', await derivedKey(secret, 'mac'), bytes(text));
  return base64url.encode(new Uint8Array(signature));
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** A key of its own for each use, so that no answer under one says anything about another (HKDF, RFC 5869). */
async function derivedKey(secret: string, use: 'seal' | 'mac'): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey('raw', hexBytes(secret), 'HKDF', false, ['deriveKey']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes(`flightdeck:receipt:${use}`) };
  if (use === 'seal') return crypto.subtle.deriveKey(hkdf, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  return crypto.subtle.deriveKey(hkdf, root, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']);
}
