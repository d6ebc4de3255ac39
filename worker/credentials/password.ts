import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  ln: number;
  r: number;
  p: number;
}

/** About 250 ms. PBKDF2 is no choice: production caps its iterations, local workerd does not. */
const cost: Cost = { ln: 15, r: 8, p: 3 };

/** A PHC string, `$scrypt$ln=15,r=8,p=3$salt$hash`, base64url: a later change of cost leaves old hashes readable. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Whether the password is the one that was hashed. Without a hash (no such user) it does the same work and says no. */
export async function checkPassword(password: string, stored: string | undefined): Promise<boolean> {
  const parts = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored ?? '');
  const [, ln, r, p, salt, expected] = parts ?? [];
  if (!salt || !expected) {
    await derive(password, Buffer.alloc(16), cost);
    return false;
  }
  const hash = await derive(password, Buffer.from(salt, 'base64url'), { ln: Number(ln), r: Number(r), p: Number(p) });
  const wanted = Buffer.from(expected, 'base64url');
  return hash.length === wanted.length && timingSafeEqual(hash, wanted);
}

function derive(password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  // scrypt needs 128·N·r bytes, which is exactly Node's default ceiling at our cost: without maxmem it refuses.
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key))),
  );
}
