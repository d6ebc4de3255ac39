import { expect, it } from 'vitest';
import { signRefreshToken } from '../../worker/credentials/login-tokens.ts';
import { signToken, verifyToken } from '../../worker/credentials/signed-token.ts';

const secret = '00'.repeat(32);

it('is good for the purpose it was signed for alone', async () => {
  const token = await signToken(secret, 'live-pass', { sub: 'usr_1' });
  expect(await verifyToken(secret, 'live-pass', token)).toMatchObject({ sub: 'usr_1' });
  for (const purpose of ['access', 'refresh', 'ingest'] as const)
    expect(await verifyToken(secret, purpose, token)).toBeUndefined();
});

it('ends with its expiry', async () => {
  const token = await signToken(secret, 'access', { sub: 'usr_1' }, Date.now() - 1000);
  expect(await verifyToken(secret, 'access', token)).toBeUndefined();
});

it('is refused without a signature, whatever its header says', async () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${encode({ alg: 'none' })}.${encode({ aud: 'flightdeck:access', sub: 'usr_1' })}.`;
  expect(await verifyToken(secret, 'access', unsigned)).toBeUndefined();
});

it('is the same for the same refresh, and another for the next', async () => {
  expect(await signRefreshToken(secret, 'lgn_1', 2)).toBe(await signRefreshToken(secret, 'lgn_1', 2));
  expect(await signRefreshToken(secret, 'lgn_1', 2)).not.toBe(await signRefreshToken(secret, 'lgn_1', 3));
});

it('is not made at all with a secret that could be guessed', async () => {
  await expect(signToken('secret', 'access', {})).rejects.toThrow('SIGNING_SECRET');
});
