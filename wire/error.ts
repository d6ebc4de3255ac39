import * as z from 'zod/mini';

/** The closed set of machine-readable error codes. */
export const ErrorCode = z.enum([
  'bad_json', // the body is not JSON
  'invalid', // the body, query or path failed its schema; `errors` lists the fields
  'unauthenticated',
  'forbidden', // known actor, insufficient role
  'not_found', // missing, or somebody else's
  'conflict',
  'budget_exceeded', // a session's own budget is spent: raise it, then resume
  'gone', // a used or expired one-use link
  'too_large',
  'unsupported_media_type',
  'rate_limited',
  'quota_exceeded',
  'stream_gap', // event numbers ran too far ahead of the contiguous mark
  'contents_missing', // a snapshot names contents that its project does not have; `missing` lists the first of them
  'idempotency_conflict', // the key was used for another request
  'origin_mismatch',
  'upgrade_required', // a WebSocket route asked over plain HTTP
  'overloaded',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** RFC 9457 problem details, the one error body. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: ErrorCode,
  requestId: z.string(),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  /** With `rate_limited`, `quota_exceeded` and `overloaded`: when to try again; `Retry-After` rounds it up to seconds. */
  retryAfterMs: z.optional(z.int()),
  /** With `stream_gap`: the contiguous mark, the last number stored without a hole. */
  mark: z.optional(z.int()),
  /** With `contents_missing`, and with `not_found` of contents: hashes of those that are not there, 1000 at most. */
  missing: z.optional(z.array(z.string())),
});
export type Problem = z.infer<typeof Problem>;
