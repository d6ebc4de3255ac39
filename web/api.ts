import { hc } from 'hono/client';
import type { ErrorCode, Problem } from '../wire/error.ts';
import type { Api } from '../worker/app.ts';
import { organizationId } from './organization-id.ts';

/** The server's refusal, or the network's: `offline` is ours, for an answer that never came. */
export class ApiError extends Error {
  readonly code: ErrorCode | 'offline';
  readonly status: number;
  /** What is wrong with which field, by its path in the body. */
  readonly fields: Readonly<Record<string, string>>;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode | 'offline', message: string, status: number, details: Partial<ApiErrorDetails> = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.fields = details.fields ?? {};
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
  }
}

interface ApiErrorDetails {
  fields: Record<string, string>;
  requestId: string;
  retryAfterMs: number | undefined;
}

/** The typed client of the whole API; the organization that the page is about rides along as a header. */
export const client = hc<Api>('/', {
  fetch: (input: RequestInfo | URL, init?: RequestInit) => reach(() => fetch(input, init)),
  headers: (): Record<string, string> => (organizationId.value ? { 'X-Organization': organizationId.value } : {}),
});

/** Called when the server no longer knows the login of a page that needs one. */
export const loginEnded: { tell: () => void } = { tell: () => {} };

/** Headers that let a creating POST be repeated without creating twice. */
export const once = () => ({ headers: { 'Idempotency-Key': crypto.randomUUID() } });

interface JsonAnswer<T> {
  ok: boolean;
  status: number;
  headers: Headers;
  json(): Promise<T>;
}

/** The body of a good answer; a refusal is thrown as ApiError. */
export async function read<T>(answer: Promise<JsonAnswer<T>>): Promise<T> {
  const response = await answer;
  if (!response.ok) throw await refusalOf(response);
  // An empty answer has no body to read; its type is then `undefined` or `null` anyway.
  if (response.status === 204) return undefined as T;
  return response.json();
}

async function reach(call: () => Promise<Response>): Promise<Response> {
  try {
    return await call();
  } catch {
    throw new ApiError('offline', 'Flightdeck cannot be reached. Check your connection and try again.', 0);
  }
}

/** What an answer that is not good says. */
export async function refusalOf(response: JsonAnswer<unknown>): Promise<ApiError> {
  const problem = await problemOf(response);
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfterMs = seconds > 0 ? seconds * 1000 : undefined;
  if (!problem) {
    return new ApiError('internal', 'The server gave no readable answer. Try again in a moment.', response.status, {
      retryAfterMs,
    });
  }
  if (problem.code === 'unauthenticated' && organizationId.peek() !== null) loginEnded.tell();
  const fields = Object.fromEntries((problem.errors ?? []).map(({ path, message }) => [path, message]));
  return new ApiError(problem.code, problem.detail, response.status, { fields, requestId: problem.requestId, retryAfterMs });
}

async function problemOf(response: JsonAnswer<unknown>): Promise<Problem | undefined> {
  if (!response.headers.get('content-type')?.includes('problem+json')) return undefined;
  try {
    // Our own server's error body, by its content type.
    return (await response.json()) as Problem;
  } catch {
    return undefined;
  }
}
