import { exports } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { app } from '../../../worker/app.ts';
import { routeNames } from '../../../worker/routes/openapi/document.ts';
import { operations } from '../../../worker/routes/openapi/operations.ts';
import { signUp } from '../identity/client.ts';

const get = (path: string) => exports.default.fetch(`https://flightdeck.test${path}`);

it('describes every route, and nothing that is no route', () => {
  expect(routeNames(app.routes).toSorted()).toEqual(Object.keys(operations).toSorted());
});

it('says what each call takes and answers, as the code itself validates it', async () => {
  const document = await (await get('/api/openapi.json')).json<Record<string, never>>();
  expect(document).toMatchObject({
    openapi: '3.1.0',
    paths: {
      '/api/signup': {
        post: {
          requestBody: {
            content: { 'application/json': { schema: { required: ['email', 'password', 'name', 'organization'] } } },
          },
        },
      },
      '/api/sessions': {
        get: { parameters: expect.arrayContaining([expect.objectContaining({ name: 'status', in: 'query', required: false })]) },
      },
      '/api/sessions/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true }] }, patch: {}, delete: {} },
    },
  });
});

it('names the cookie that a login really sets', async () => {
  const { components } = await (await get('/api/openapi.json')).json<{
    components: { securitySchemes: { login: { name: string } } };
  }>();
  const { browser } = await signUp('openapi');
  expect([...browser.cookies.keys()]).toContain(components.securitySchemes.login.name);
});

it('is readable as a page that has every call', async () => {
  const page = await get('/api/docs');
  expect(page.headers.get('content-type')).toContain('text/html');
  const text = await page.text();
  for (const [name, { group }] of Object.entries(operations)) {
    expect(text).toContain(`<code>${name.split(' ')[1]}</code>`);
    expect(text).toContain(`<section id="${group}">`);
  }
});
