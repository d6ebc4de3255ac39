import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to a service that is stood in for. */
export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
}

export interface Answer {
  status: number;
  body?: object | string;
}

/** What goes wrong with a request; `after` it was done, where nobody hears of it. */
export type Fault = 'busy' | 'broken' | 'broken after' | 'silent' | 'silent after' | 'cut' | 'cut after';

export interface StandIn {
  url: string;
  /** What was asked that the service itself would not have taken. */
  misuses: string[];
  /** How often what went wrong, beside all calls. */
  counts: Record<Fault | 'calls', number>;
  close(): void;
}

interface Service {
  name: string;
  /** Does what is asked, or throws a `Misuse`. */
  take(call: Call): Answer;
  fault?: () => Fault | null;
}

/** What the service refuses. */
export class Misuse extends Error {}

export const retryAfterSeconds = 1;

/** A service on loopback that takes nothing which the real one would not, and fails as it is told. */
export async function standIn({ name, take, fault = () => null }: Service): Promise<StandIn> {
  const misuses: string[] = [];
  const counts: StandIn['counts'] = {
    calls: 0,
    busy: 0,
    broken: 0,
    'broken after': 0,
    silent: 0,
    'silent after': 0,
    cut: 0,
    'cut after': 0,
  };

  const done = (call: Call): Answer => {
    try {
      return take(call);
    } catch (error) {
      if (!(error instanceof Misuse)) throw error;
      misuses.push(`${name}: ${call.method} ${call.path}: ${error.message}`);
      return { status: 422, body: { message: error.message } };
    }
  };

  const answer = (call: Call, response: ServerResponse) => {
    counts.calls += 1;
    const wrong = fault();
    if (wrong) counts[wrong] += 1;
    const told = wrong === null || wrong.endsWith('after') ? done(call) : { status: 500, body: 'broken' };
    switch (wrong) {
      case null:
        return say(response, told);
      case 'busy':
        return say(response, { status: 429, body: 'too many' }, { 'retry-after': String(retryAfterSeconds) });
      case 'broken':
      case 'broken after':
        return say(response, { status: 500, body: 'broken' });
      case 'silent':
      case 'silent after':
        return;
      case 'cut':
      case 'cut after':
        return response.destroy();
      default:
        return wrong satisfies never;
    }
  };

  const server = createServer(
    // Of a caller that is killed half of the body may come: nothing is done then.
    (request, response) =>
      void read(request).then(
        (call) => answer(call, response),
        () => response.destroy(),
      ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    misuses,
    counts,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function read(request: IncomingMessage): Promise<Call> {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? '', path: pathname, query: searchParams, headers, body };
}

function say(response: ServerResponse, { status, body = '' }: Answer, headers: Record<string, string> = {}): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** The body as JSON of this shape; a misuse where it is another. */
export function bodyOf<T>({ headers, body }: Call, schema: { safeParse(value: unknown): Parsed<T> }): T {
  const type = headers['content-type'] ?? '';
  if (!/^application\/json(; charset=utf-8)?$/.test(type)) throw new Misuse(`content type ${type}`);
  const parsed = schema.safeParse(JSON.parse(body));
  if (!parsed.success) throw new Misuse(`${JSON.stringify(parsed.error.issues)} in ${body}`);
  return parsed.data;
}

type Parsed<T> = { success: true; data: T } | { success: false; error: { issues: unknown } };

export function expectHeader({ headers }: Call, name: string, value: string | RegExp): void {
  const there = headers[name] ?? '';
  if (typeof value === 'string' ? there !== value : !value.test(there)) throw new Misuse(`${name} is “${there}”`);
}
