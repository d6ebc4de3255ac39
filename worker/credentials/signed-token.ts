import { type JWTPayload, jwtVerify, SignJWT } from 'jose';

/** Each kind of signed token has an audience of its own, so that none can be used for another. */
export type Purpose = 'access' | 'refresh' | 'ingest' | 'live-pass' | 'github-install';

const audienceOf = (purpose: Purpose) => `flightdeck:${purpose}`;

/**
 * A compact JWS (HS256) over `claims`. The same claims give the same token: nothing random or timed is added, which is what
 * lets a rotated refresh token have one successor in every tab.
 */
export async function signToken(secret: string, purpose: Purpose, claims: JWTPayload, expiresAtMs?: number): Promise<string> {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setAudience(audienceOf(purpose));
  if (expiresAtMs !== undefined) token.setExpirationTime(Math.floor(expiresAtMs / 1000));
  return token.sign(await signingKey(secret));
}

/** The claims of a token that we signed for `purpose` and that has not expired; undefined for anything else. */
export async function verifyToken(secret: string, purpose: Purpose, token: string): Promise<JWTPayload | undefined> {
  const key = await signingKey(secret);
  try {
    const { payload } = await jwtVerify(token, key, { audience: audienceOf(purpose), algorithms: ['HS256'] });
    return payload;
  } catch {
    return undefined;
  }
}

let imported: { secret: string; key: CryptoKey } | undefined;

/** Imported once per isolate. The secret is the deployment's; a short one would make every token forgeable. */
async function signingKey(secret: string): Promise<CryptoKey> {
  if (imported?.secret === secret) return imported.key;
  if (!/^[0-9a-f]{64,}$/i.test(secret ?? '')) throw new Error('SIGNING_SECRET must be at least 32 random bytes in hex.');
  const key = await crypto.subtle.importKey('raw', hexBytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  imported = { secret, key };
  return key;
}

/** The bytes of a hex text. */
export function hexBytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
