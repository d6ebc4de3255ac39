import { expect, it } from 'vitest';
import { checkPassword, hashPassword } from '../../worker/credentials/password.ts';

it('keeps a password as a salted scrypt hash that says how it was made', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  expect(one).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
  expect(one).not.toBe(two);
  expect(await checkPassword('correct horse', one)).toBe(true);
  expect(await checkPassword('correct horse ', one)).toBe(false);
});

it('reads hashes made at another cost', async () => {
  // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), its first 32 bytes.
  const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex').toString('base64url');
  const salt = Buffer.from('SodiumChloride').toString('base64url');
  expect(await checkPassword('pleaseletmein', `$scrypt$ln=14,r=8,p=1$${salt}$${hash}`)).toBe(true);
});

it('takes a letter with an accent for the same however the keyboard composed it', async () => {
  expect(await checkPassword('cafe\u0301 au lait', await hashPassword('café au lait'))).toBe(true);
});

it('says no where there is no hash, or none that it can read', async () => {
  expect(await checkPassword('anything', undefined)).toBe(false);
  expect(await checkPassword('anything', '$argon2id$v=19$x')).toBe(false);
});
