import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loginPath, pathAfterLogin } from '../../web/pages/login-path.ts';

beforeAll(() => {
  vi.stubGlobal('location', { origin: 'https://flightdeck.example' });
});
afterAll(() => {
  vi.unstubAllGlobals();
});

test('a login leads back to where it was asked for', () => {
  const next = new URLSearchParams(loginPath('/org_1/sessions?status=failed').split('?')[1]).get('next') ?? undefined;
  expect(pathAfterLogin(next)).toBe('/org_1/sessions?status=failed');
  expect(loginPath('/')).toBe('/login');
});

test.each(['https://evil.example/x', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])('never leads to %s', (next) => {
  expect(pathAfterLogin(next)).toBe('/');
});
