import { createECDH, hkdfSync } from 'node:crypto';
import { base64url } from 'jose';

/** Both in base64url: the public key as an uncompressed point, the private one as a number of 32 bytes. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** The order of P-256. */
const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** Cache, per isolate. */
let derived: { secret: string; keys: VapidKeys } | undefined;

/**
 * The key pair that names this deployment to push services (RFC 8292). It follows from the deployment's secret, so that nobody has to make,
 * keep or configure another; with a new secret browsers subscribe anew.
 */
export function vapidKeys(secret: string): VapidKeys {
  if (derived?.secret === secret) return derived.keys;
  // 16 bytes more than the key has make every number equally likely (FIPS 186-5, A.2.1).
  const bytes = new Uint8Array(hkdfSync('sha256', Buffer.from(secret, 'hex'), '', 'flightdeck:vapid', 48));
  const number = (BigInt(`0x${Buffer.from(bytes).toString('hex')}`) % (order - 1n)) + 1n;
  const privateKey = Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(privateKey);
  const keys = { publicKey: base64url.encode(curve.getPublicKey()), privateKey: base64url.encode(privateKey) };
  derived = { secret, keys };
  return keys;
}
