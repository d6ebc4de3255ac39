import { Hono } from 'hono';
import type { AppEnv } from '../../context.ts';
import { publicOrigin } from '../../request-origin.ts';
import { openApiDocument, type Route } from './document.ts';
import { docsPage } from './page.ts';

/** The API's description, of whatever routes there are when it is asked. */
export const openApi = (routes: () => Route[]) =>
  new Hono<AppEnv>()
    .get('/openapi.json', (c) => c.json(openApiDocument(routes(), publicOrigin(c))))
    .get('/docs', (c) => c.html(docsPage(openApiDocument(routes(), publicOrigin(c)))));
