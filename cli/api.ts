import type { ErrorCode, Problem } from '../wire/error.ts';
import { type Config, readConfig } from './config.ts';
import { exitCodes, Failure } from './failure.ts';

/** A refusal of the API, or an answer that is none of it. */
export class Refused extends Failure {
  readonly status: number;
  readonly code: ErrorCode | undefined;

  constructor(status: number, message: string, code?: ErrorCode) {
    super(message, status === 401 ? exitCodes.notLoggedIn : exitCodes.failed);
    this.status = status;
    this.code = code;
  }
}

export interface Login {
  url: string;
  apiToken: string;
  organizationId?: string;
}

/** Whom this machine is logged in as; throws a Failure that says how to log in. */
export function requireLogin(config: Config = readConfig()): Login {
  const { url, apiToken, organizationId } = config;
  if (!url || !apiToken) throw new Failure('You are not logged in. Run: flightdeck login <url>', exitCodes.notLoggedIn);
  return { url, apiToken, organizationId };
}

/** Where a session is seen. */
export const sessionUrl = ({ url, organizationId }: Login, sessionId: string): string =>
  `${url}/${organizationId === undefined ? '' : `${organizationId}/`}sessions/${sessionId}`;

/** One call with the API token; the answer as JSON, null for none. Throws a Failure that says what to do. */
export async function call<T>(
  { url, apiToken }: Login,
  method: string,
  path: string,
  body?: unknown,
  timeoutMs?: number,
): Promise<T> {
  const response = await request(url, method, path, body, { authorization: `Bearer ${apiToken}` }, timeoutMs);
  // What the schema of the route in `wire` says; a server of another version is reported by `doctor`.
  return (await answerOf(response, url)) as T;
}

const usualTimeoutMs = 15_000;

/** A body of bytes goes as it is, any other as JSON. The timeout is for the whole answer. */
export async function request(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
  timeoutMs = usualTimeoutMs,
): Promise<Response> {
  try {
    return await fetch(url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body instanceof Uint8Array || body instanceof Blob ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
  } catch (error) {
    throw outOfReach(url, error);
  }
}

/** Of a request that was not answered, or whose answer broke off. */
export const outOfReach = (url: string, error: unknown): Failure =>
  new Failure(`${url} cannot be reached (${reasonOf(error)}). Is the address right, and the server up?`, exitCodes.unreachable);

export async function answerOf(response: Response, url: string): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw outOfReach(url, error);
  });
  const json = response.headers.get('content-type')?.includes('json') ? parsed(text) : undefined;
  if (response.ok && (json !== undefined || text === '')) return json ?? null;
  if (response.ok) throw new Failure(`${url} answers, but not like Flightdeck. Is the address right?`);
  const { detail, code } = (json ?? {}) as Partial<Problem>; // Optional either way.
  if (response.status === 401)
    throw new Refused(401, `${detail ?? 'The API token is not accepted.'}\nRun: flightdeck login ${url}`);
  throw new Refused(response.status, detail ?? `${url} answered ${response.status}.`, code);
}

/** Every page of a list. */
export async function listAll<T>(login: Login, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: { items: T[]; nextCursor: string | null } = await call(
      login,
      'GET',
      `${path}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** What is behind a failed fetch: undici hides it in a cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause = error.cause instanceof Error ? error.cause : error;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
