import { expect, it } from 'vitest';
import { mac, seal, unseal } from '../../worker/credentials/sealed.ts';

const secret = '00'.repeat(32);
const otherSecret = '11'.repeat(32);

it('opens what it sealed, for the same purpose and with the same secret alone', async () => {
  const sealed = await seal(secret, 'receipt-1', '{"token":"fdi_x"}');
  expect(sealed).not.toContain('fdi_x');
  expect(await unseal(secret, 'receipt-1', sealed)).toBe('{"token":"fdi_x"}');
  await expect(unseal(secret, 'receipt-2', sealed)).rejects.toThrow();
  await expect(unseal(otherSecret, 'receipt-1', sealed)).rejects.toThrow();
});

it('never seals one text alike twice, but gives it one MAC', async () => {
  expect(await seal(secret, 'a', 'text')).not.toBe(await seal(secret, 'a', 'text'));
  expect(await mac(secret, 'text')).toBe(await mac(secret, 'text'));
  expect(await mac(secret, 'text')).not.toBe(await mac(secret, 'texts'));
  expect(await mac(secret, 'text')).not.toBe(await mac(otherSecret, 'text'));
});
