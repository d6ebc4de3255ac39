import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { Problem } from '../../../wire/error.ts';
import { cookieNames } from '../../middleware/login-cookies.ts';
import { type Validation, validationOf } from '../../valid.ts';
import { version } from '../../version.ts';
import { type Operation, operations } from './operations.ts';

/** A route as the router lists it: one entry per handler, so a path with two `valid()` and an answer has three. */
export interface Route {
  method: string;
  path: string;
  handler: object;
}

/** `METHOD /path` of every route that answers, without the middleware that runs for all methods. */
export const routeNames = (routes: Route[]): string[] => [
  ...new Set(routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)),
];

/** The OpenAPI 3.1 document of a router: paths and requests from the routes themselves, purposes and answers from `operations`. */
export function openApiDocument(routes: Route[], origin: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of routeNames(routes)) {
    const operation = operations[name];
    if (!operation) continue;
    const [method = '', path = ''] = name.split(' ');
    const handlers = routes.filter((route) => route.method === method && route.path === path);
    const validations = handlers.flatMap(({ handler }) => validationOf(handler) ?? []);
    const template = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[template] = { ...paths[template], [method.toLowerCase()]: described(operation, path, validations) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Flightdeck',
      version,
      description:
        'The control room for coding agents. Money is in integer micro-dollars, times are ISO 8601 UTC, lists are paged by `cursor`. Creating POSTs accept `Idempotency-Key`.',
    },
    servers: [{ url: origin }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      securitySchemes: {
        login: { type: 'apiKey', in: 'cookie', name: cookieNames.access, description: 'What POST /api/login sets.' },
        apiToken: { type: 'http', scheme: 'bearer', description: 'An API token, `fda_…`.' },
        ingestToken: { type: 'http', scheme: 'bearer', description: 'An ingest token, `fdi_…`.' },
      },
    },
  };
}

function described(
  { group, summary, auth, status, answer, media, body, bodyMedia }: Operation,
  path: string,
  validations: Validation[],
) {
  const json = validations.find(({ target }) => target === 'json')?.schema ?? body;
  return {
    tags: [group],
    summary,
    security: securityOf(auth),
    parameters: [...pathParameters(path), ...validations.filter(({ target }) => target === 'query').flatMap(queryParameters)],
    ...(json && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(json, 'input') } } } }),
    ...(bodyMedia && { requestBody: { required: true, content: { [bodyMedia]: {} } } }),
    responses: {
      [status]: {
        description: summary,
        ...(answer && { content: { [media ?? 'application/json']: media ? {} : { schema: schemaOf(answer, 'output') } } }),
      },
      default: {
        description: 'A refusal (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function securityOf(auth: Operation['auth']) {
  if (auth === 'none') return [];
  return auth === 'actor' ? [{ login: [] }, { apiToken: [] }] : [{ ingestToken: [] }];
}

const pathParameters = (path: string) =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

function queryParameters({ schema }: Validation) {
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, of]) => ({ name, in: 'query', required: required.includes(name), schema: of }));
}

/** OpenAPI 3.1 schemas are JSON Schema 2020-12. */
function schemaOf(schema: $ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
