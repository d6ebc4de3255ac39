import type { Place } from '../domain/work/place.ts';
import { admitUrl } from './outside/resolve.ts';
import { type Answer, ask, byStatus, type Send, type SenderPorts, type Sent } from './sender.ts';

/** What is said about a session at the place that it is about. */
export type Said =
  | { what: 'comment'; place: Place; mark: string; text: string }
  | { what: 'status'; place: Place; state: 'pending' | 'success' | 'failure' | 'error'; words: string; url: string };

export interface CodeHost {
  apiUrl: string;
  accessToken: string;
}

export type SendToCodeHost = Send<CodeHost, Said>;

/** One call of a code host's API; what is to be sent goes as JSON. Redirects are not followed: they would take the token along. */
export async function callHost(
  ports: SenderPorts,
  { apiUrl }: CodeHost,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  headers: Record<string, string>,
  body?: object,
): Promise<{ ok: true; answer: Answer } | { ok: false; sent: Sent }> {
  const admitted = await admitUrl(ports, `${apiUrl.replace(/\/$/, '')}${path}`);
  if (!admitted.ok) return admitted;
  return ask(ports, admitted.url.href, {
    method,
    headers: { 'user-agent': 'Flightdeck', ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** What an answer means, limits of rate included, which GitHub tells with a 403 and a time. */
export function hostSaid(answer: Answer, nowMs: number): Sent {
  const sent = byStatus(answer, nowMs);
  const { headers, status } = answer;
  if (status !== 403 && status !== 429) return sent;
  const isLimited = status === 429 || headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
  if (!isLimited) return { ...sent, detail: `${sent.detail} Check what the access token may do.` };
  const resetMs = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? 0) * 1000;
  const retryAfterMs =
    sent.retryAfterMs ?? (headers.has('retry-after') ? Number(headers.get('retry-after')) * 1000 : resetMs - nowMs);
  return { outcome: 'retry', detail: sent.detail, ...(retryAfterMs > 0 && { retryAfterMs }) };
}
