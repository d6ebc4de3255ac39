import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';

it('says that it is up, and which version', async () => {
  const response = await exports.default.fetch('http://flightdeck.test/api/health');
  expect(await response.json()).toEqual({ status: 'ok', version: '0.1.0' });
});
