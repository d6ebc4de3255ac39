import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorCode, Problem } from '../wire/error.ts';
import { type RateStanding, rateLimitFields } from './rate-limit-fields.ts';

const statusOf = {
  bad_json: 400,
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  budget_exceeded: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  quota_exceeded: 429,
  stream_gap: 409,
  contents_missing: 409,
  idempotency_conflict: 422,
  origin_mismatch: 403,
  upgrade_required: 426,
  overloaded: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, ContentfulStatusCode>;

/** More would be a longer answer than anybody reads, and a client asks `contents/missing` anyway. */
const maxMissingListed = 1000;

interface Details {
  cause?: unknown;
  errors?: { path: string; message: string }[];
  /** With `rate_limited`: the bucket that is empty. */
  rate?: RateStanding;
  retryAfterMs?: number | undefined;
  /** With `stream_gap`: the last number stored without a hole. */
  mark?: number;
  /** Hashes of contents that are not there. */
  missing?: string[];
}

/** A refusal on its way to the client; `message` is shown to people and says what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** Missing and foreign are the same answer. */
export const notFound = (what: string) => new AppError('not_found', `There is no such ${what}.`);

/** The one error handler: our refusals as they are, anything else as a request id and a line in the log. */
export function onError(error: Error, c: Context): Response {
  const requestId = c.get('requestId') ?? crypto.randomUUID();
  const known = refusalIn(error);
  if (!known) console.error(JSON.stringify({ requestId, path: c.req.path, error: error.message, stack: error.stack }));
  const refusal =
    known ?? new AppError('internal', `Something broke on our side; quote request ${requestId} when you report it.`);
  return problem(c, refusal, requestId);
}

function refusalIn(error: Error): AppError | undefined {
  if (error instanceof AppError) return error;
  // Hono's validator says in its own way that a body does not parse, before our schema sees it.
  if (error instanceof HTTPException && error.status === 400) return new AppError('bad_json', 'The body is not valid JSON.');
  return undefined;
}

function problem(c: Context, { code, message, details }: AppError, requestId: string): Response {
  const status = statusOf[code];
  const body: Problem = {
    type: `https://flightdeck.dev/errors/${code}`,
    title: code.replaceAll('_', ' '),
    status,
    detail: message,
    code,
    requestId,
    ...(details.errors && { errors: details.errors }),
    ...(details.mark !== undefined && { mark: details.mark }),
    ...(details.missing && { missing: details.missing.slice(0, maxMissingListed) }),
    ...(details.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
  };
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    ...(details.rate && rateLimitFields(details.rate)),
  };
  if (details.retryAfterMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(details.retryAfterMs / 1000)));
  return c.body(JSON.stringify(body), status, headers);
}
