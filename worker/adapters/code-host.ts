import * as z from 'zod/mini';
import { limits } from '../../wire/limits.ts';
import type { Place } from '../domain/work/place.ts';
import { admitUrl } from './outside/resolve.ts';
import {
  type Answer,
  type Attempt,
  ask,
  byStatus,
  jsonOf,
  maxFoundBytes,
  orUnknown,
  retryAfterOf,
  type Send,
  type SenderPorts,
  type Sent,
} from './sender.ts';

/** What is said about a session at the place that it is about. */
export type Said =
  | { what: 'comment'; place: Place; mark: string; text: string }
  | { what: 'status'; place: Place; state: 'pending' | 'success' | 'failure' | 'error'; words: string; url: string };

export interface CodeHost {
  apiUrl: string;
  accessToken: string;
}

export type SendToCodeHost = Send<CodeHost, Said>;

type Asked = { ok: true; answer: Answer } | { ok: false; sent: Sent };

/** How a code host's comments are made, edited and found by their mark. */
interface CommentCalls {
  make(): Promise<Asked>;
  edit(id: string): Promise<Asked>;
  /** Those that it is among, if it was made; pages count from 1. */
  list(page: number): Promise<Asked>;
}

const Comment = z.object({ id: z.int(), body: z.optional(z.nullable(z.string())) });

/**
 * Keeps a session's one comment: edits the one that is known, else makes it; one that somebody deleted is made anew. Code hosts have no
 * idempotency key, so that one that may have been made is looked for by its mark first.
 */
export async function keepComment(
  { now }: SenderPorts,
  mark: string,
  { memory, mayHaveArrived }: Attempt,
  calls: CommentCalls,
): Promise<Sent> {
  const edited = memory === null ? null : await calls.edit(memory);
  if (edited && !(edited.ok && edited.answer.status === 404)) return commentSaid(edited, 'Edited the comment.', now());
  const found = mayHaveArrived ? await find(calls, mark, now) : null;
  if (found === null) return commentSaid(await calls.make(), 'Commented.', now());
  return typeof found === 'string' ? commentSaid(await calls.edit(found), 'Edited the comment.', now()) : found;
}

function commentSaid(asked: Asked, detail: string, nowMs: number): Sent {
  if (!asked.ok) return asked.sent;
  const sent = orUnknown(hostSaid(asked.answer, nowMs), asked.answer);
  if (sent.outcome !== 'delivered') return sent;
  const comment = Comment.safeParse(jsonOf(asked.answer.text));
  if (!comment.success) return { ...sent, outcome: 'unknown' };
  return { outcome: 'delivered', detail, memory: String(comment.data.id) };
}

/** The id of the comment that an earlier attempt made; null where there is none. Looking changes nothing: it is tried again as if it had not been. */
async function find({ list }: CommentCalls, mark: string, now: () => number): Promise<string | null | Sent> {
  for (let page = 1; page <= limits.maxCommentPages; page += 1) {
    const asked = await list(page);
    if (!asked.ok) return { ...asked.sent, outcome: 'retry' };
    const sent = hostSaid(asked.answer, now());
    if (sent.outcome !== 'delivered') return sent;
    const comments = z.array(Comment).safeParse(jsonOf(asked.answer.text));
    if (!comments.success) return { outcome: 'retry', detail: 'The list of comments could not be read.' };
    const ours = comments.data.find(({ body }) => body?.startsWith(mark));
    if (ours) return String(ours.id);
    if (!isFollowed(asked.answer, comments.data.length)) return null;
  }
  return null;
}

/** Both hosts name the next page (RFC 8288), unless what stands before them takes that away; and a page that hides some is not the last. */
const isFollowed = ({ headers }: Answer, count: number): boolean =>
  count >= limits.commentsPerPage || /;\s*rel="?next"?/.test(headers.get('link') ?? '');

/** One call of a code host's API; what is to be sent goes as JSON. Redirects are not followed: they would take the token along. */
export async function callHost(
  ports: SenderPorts,
  { apiUrl }: CodeHost,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<Asked> {
  const admitted = await admitUrl(ports, `${apiUrl.replace(/\/$/, '')}${path}`);
  if (!admitted.ok) return admitted;
  const init = {
    method,
    headers: { 'user-agent': 'Flightdeck', ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  };
  return method === 'GET' ? ask(ports, admitted.url.href, init, maxFoundBytes) : ask(ports, admitted.url.href, init);
}

/** What an answer means, limits of rate included, which GitHub tells with a 403 and a time. */
export function hostSaid(answer: Answer, nowMs: number): Sent {
  const sent = byStatus(answer, nowMs);
  const { status } = answer;
  if (status !== 403 && status !== 429) return sent;
  const limit = rateLimitOf(answer, nowMs);
  if (!limit) return { ...sent, detail: `${sent.detail} Check what the access token may do.` };
  return { outcome: 'retry', detail: sent.detail, ...limit };
}

/** Whether a code host has had enough of us, and for how long where it says so; null for every other refusal. */
export function rateLimitOf({ headers, status }: Answer, nowMs: number): { retryAfterMs?: number } | null {
  if (status !== 403 && status !== 429) return null;
  const afterMs = retryAfterOf(headers, nowMs);
  if (status === 403 && afterMs === undefined && headers.get('x-ratelimit-remaining') !== '0') return null;
  const resetMs = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? 0) * 1000;
  const retryAfterMs = afterMs ?? resetMs - nowMs;
  return retryAfterMs > 0 ? { retryAfterMs } : {};
}
