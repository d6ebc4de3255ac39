import type { AttemptOutcome } from '../../wire/delivery.ts';

/** What a sender needs of the outside; tests give another `fetch`. */
export interface SenderPorts {
  fetch: typeof fetch;
  now: () => number;
  /** A receiver that says nothing for so long has failed; it may have taken it. By default 10 s. */
  patienceMs?: number | undefined;
  /** Where our pages are, without a slash at the end. */
  publicUrl: string;
  /** Whether addresses on this machine may be called; see `outside-url.ts`. */
  allowLoopback: boolean;
  /** A DNS-over-HTTPS endpoint that answers JSON; empty where names are not looked up. */
  dnsApi: string;
  /** Where the APIs of others are, without a slash at the end; tests stand them in. */
  slackApi: string;
  pagerDutyApi: string;
  /** Who this deployment is to push services. */
  vapid: { publicKey: string; privateKey: string };
  /** How this deployment sends e-mail; null where it does not. */
  mailer: Mailer | null;
}

/** Cloudflare's binding, or a provider's HTTP API in the form of Resend's. */
export type Mailer = { from: string } & ({ kind: 'binding'; binding: SendEmail } | { kind: 'http'; api: string; key: string });

/** The attempt that a sender is to make. */
export interface Attempt {
  /** 1 for the first. */
  n: number;
  /** The same for every attempt, replays included: what receivers that have idempotency keys are given. */
  idempotencyKey: string;
  firstAtMs: number;
  /** An earlier attempt may have arrived: the sender looks, leaves it to the receiver's idempotency, or answers `unknown`. */
  mayHaveArrived: boolean;
  /** What the sender last asked to remember of this target, e.g. the comment that it edits. */
  memory: string | null;
}

/** What came of an attempt. `unknown` is not tried again where `isFinal`, else as `retry` is. */
export interface Sent {
  outcome: AttemptOutcome;
  /** A sentence for the delivery log, without secrets. */
  detail: string;
  /** The receiver's own wish, in milliseconds from now. */
  retryAfterMs?: number;
  isFinal?: boolean;
  memory?: string;
  /** Where the receiver put it, in the sender's own words, for whoever changes it later. */
  place?: string;
  /** The receiver wants nothing any more: its channel is switched off. */
  isGone?: boolean;
}

/** Brings one payload to one receiver; never throws for what the receiver does. */
export type Send<Config, Payload> = (ports: SenderPorts, config: Config, payload: Payload, attempt: Attempt) => Promise<Sent>;

/** The JSON in a text; null where it holds none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const usualPatienceMs = 10_000;

/** What is read of an answer: enough for its words, and for a page of whatever is looked for. */
const maxAnswerBytes = 64 * 1024;
export const maxFoundBytes = 2 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** The receiver's answer, or why there is none; a redirect is an answer, and never followed. */
export async function ask(
  ports: Pick<SenderPorts, 'fetch' | 'patienceMs'>,
  url: string,
  init: RequestInit,
  maxBytes: number = maxAnswerBytes,
): Promise<{ ok: true; answer: Answer } | { ok: false; sent: Sent }> {
  const { patienceMs = usualPatienceMs } = ports;
  const cancel = new AbortController();
  // Not `AbortSignal.timeout`: its timer stays pending after the answer, and a pending timer keeps an object in memory.
  const timer = setTimeout(() => cancel.abort(), patienceMs);
  try {
    const response = await ports.fetch(url, { ...init, redirect: 'manual', signal: cancel.signal });
    return { ok: true, answer: { status: response.status, headers: response.headers, text: await clipped(response, maxBytes) } };
  } catch (error) {
    if (cancel.signal.aborted)
      return { ok: false, sent: { outcome: 'unknown', detail: `No answer within ${patienceMs / 1000} s; it may have arrived.` } };
    // The connection may have ended after the receiver had it all.
    return { ok: false, sent: { outcome: 'unknown', detail: `The connection failed: ${messageOf(error)}` } };
  } finally {
    clearTimeout(timer);
  }
}

async function clipped(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < maxBytes) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);

/** What a status means where the receiver has no words of its own: 2xx arrived; 408, 425, 429 and 5xx may do so later. */
export function byStatus({ status, headers, text }: Answer, nowMs: number): Sent {
  const detail = `It answered ${status}${text.trim() === '' ? '.' : `: ${text.trim().slice(0, 200)}`}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered', detail };
  if (status >= 300 && status < 400)
    return {
      outcome: 'refused',
      detail: `It answered ${status}, a redirect, which is not followed; enter the address that it leads to.`,
    };
  const mayLater = status === 408 || status === 425 || status === 429 || status >= 500;
  if (!mayLater) return { outcome: 'refused', detail };
  const retryAfterMs = retryAfterOf(headers, nowMs);
  return { outcome: 'retry', detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/**
 * The same of receivers that cannot tell a repeat: a server that broke, or a gateway that lost its server, may have done it before. One that
 * says that it is too busy (429, 503) has not.
 */
export const orUnknown = (sent: Sent, { status }: Answer): Sent =>
  mayHaveDone.has(status) ? { ...sent, outcome: 'unknown' } : sent;

const mayHaveDone = new Set([500, 502, 504]);

/** `Retry-After` in milliseconds from now, in either of its two forms (RFC 9110, 10.2.3); undefined where there is none. */
export function retryAfterOf(headers: Headers, nowMs: number): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
