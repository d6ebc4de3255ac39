import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../wire/limits.ts';
import type { Delivered, Line, Question } from './delivery.ts';
import { get } from './post.ts';

const answerMs = 5000;
/** The server answers in the person's place when their time is over; its answer has to travel. */
const graceMs = 2000;
const minPauseMs = 250;
const maxPauseMs = 10_000;
/** The connection will not become another. */
const hopeless = new Set([400, 401, 403, 404]);

/**
 * Waits for a person's decision on a question that the server has stored: asks in slices, and comes back after every break, until there
 * is an answer. The server ends it in time; only where it stays away, or does not let this client in any more, does this end by itself: with
 * what the rule says for a question that nobody answers.
 */
export async function decision(
  { agent, connection }: Omit<Line, 'deadlineMs'>,
  hook: string,
  question: Question,
): Promise<Delivered> {
  const { sessionId, approvalId, leftMs, otherwise } = question;
  const path = `/hooks/${agent}/approvals/${encodeURIComponent(sessionId)}/${encodeURIComponent(approvalId)}`;
  const url = `${connection.url}${path}?wait=${limits.maxPollSeconds}&hook=${encodeURIComponent(hook)}`;
  const untilMs = Date.now() + leftMs + graceMs;
  const parent = process.ppid;
  for (let pauseMs = minPauseMs; ; ) {
    const startedMs = Date.now();
    const asked = await get(url, connection.token, startedMs + limits.maxPollSeconds * 1000 + answerMs);
    if (asked.ok && !asked.body.pending) return { ok: true, answer: objectIn(asked.body.answer), sentCount: 0 };
    // Nobody is left who could hear it.
    if (process.ppid !== parent) return { ok: true, answer: {}, sentCount: 0 };
    if (!asked.ok && (hopeless.has(asked.status ?? 0) || Date.now() > untilMs))
      return otherwise ? { ok: true, answer: otherwise, sentCount: 0 } : { ok: false, reason: asked.reason };
    // One that says "not yet" at once is not waited for as it should be.
    pauseMs = asked.ok && Date.now() - startedMs > 1000 ? minPauseMs : Math.min(maxPauseMs, pauseMs * 2);
    await wait(pauseMs);
  }
}

const objectIn = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
