import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../wire/limits.ts';
import type { ClaimAnswer, ReportAnswer, SessionRequest, WorkReport } from '../../wire/work.ts';
import { call, type Login, sessionUrl } from '../api.ts';
import { type BranchPlace, placeLine } from '../branch/place.ts';
import { bold, dim, plain, say, yellow } from '../terminal.ts';
import { type AgentRun, startAgentRun } from './agent-run.ts';
import { checkOut, type Sources } from './checkout.ts';
import { Lease } from './lease.ts';

/** A request that this machine has. */
export interface Claimed extends Omit<ClaimAnswer, 'request'> {
  request: SessionRequest;
  claimId: string;
  /** When it was asked for. */
  atMs: number;
}

export interface Workplace extends Sources {
  login: Login;
  machine: string;
  /** Words for the agent. */
  rest: readonly string[];
  /** Whether the agent's own words are shown. */
  isLoud: boolean;
}

/** The last word is worth waiting for: without it, the request waits for its lease to end. */
const lastWordPausesMs = [1000, 3000, 10_000, 30_000];

/** Checks a request out, runs its agent there and reports until that is gone. `leaving` stops the agent. Answers whether it went well. */
export async function runRequest(place: Workplace, claimed: Claimed, leaving: AbortSignal): Promise<boolean> {
  const { login, machine } = place;
  const { request, claimId, leaseMs, reportEveryMs, atMs } = claimed;
  const { id, sessionId, title } = request;
  let run: AgentRun | undefined;
  let stopped: string | undefined;
  const preparing = new AbortController();
  const stop = (why: string) => {
    stopped ??= why;
    preparing.abort();
    run?.stop();
  };
  const send = (report: Omit<WorkReport, 'claimId'>) =>
    call<ReportAnswer>(login, 'POST', `/api/session-requests/${id}/report`, { claimId, ...report } satisfies WorkReport);
  const reasons = { ordered: 'stopped by order', lost: 'this machine lost the request' };
  const lease = new Lease({ send, now: () => Date.now(), stop: (why) => stop(reasons[why]) }, leaseMs, atMs);
  const leave = () => stop(`stopped on ${machine}`);
  leaving.addEventListener('abort', leave, { once: true });
  // Who left before that is not told of it any more.
  if (leaving.aborted) leave();
  say(`${bold(sessionId)}  ${plain(title)}`);
  say(dim(sessionUrl(login, sessionId)));

  const fail = async (error: unknown): Promise<false> => {
    const words = wordsOf(error);
    await lastWord(lease, { state: 'failed', words });
    say(yellow(words));
    return false;
  };
  // Nobody has begun.
  const giveBack = async (): Promise<false> => {
    await lastWord(lease, { state: stopped === reasons.ordered ? 'cancelled' : 'returned' });
    return false;
  };
  let checkout: BranchPlace;
  const checkedOut = new AbortController();
  // A clone takes longer than a lease.
  const telling = reportWhile(checkedOut.signal, reportEveryMs, () => lease.report({ state: 'preparing' }));
  try {
    checkout = await checkOut(place, request, preparing.signal);
  } catch (error) {
    if (stopped !== undefined) return giveBack();
    return fail(error);
  } finally {
    checkedOut.abort();
    await telling;
  }
  const { folder } = checkout;
  say(placeLine(checkout));
  // Before the agent says a word: from now on whoever hears it knows that it is ours.
  await lease.report({ state: 'running', words: `runs on ${machine}` });
  if (stopped !== undefined || leaving.aborted) {
    checkout.unmake();
    return giveBack();
  }
  try {
    const { agent, externalId, prompt } = request;
    run = startAgentRun(agent, { externalId, prompt, folder, rest: place.rest }, limits.maxWorkTailLength, (text) => {
      if (place.isLoud) process.stdout.write(text);
    });
    const { tail } = run;
    const done = new AbortController();
    const reporting = reportWhile(done.signal, reportEveryMs, () => lease.report({ state: 'running', tail: tail() }));
    const code = await run.ended.finally(() => done.abort());
    await reporting;
    const state = endOf(code, stopped);
    const words = stopped ?? (code === 0 ? `done on ${machine}` : `its agent ended with ${code ?? 'a signal'} on ${machine}`);
    await lastWord(lease, { state, words, tail: tail() });
    say(`${bold(sessionId)}  ${words}`);
    return state === 'completed';
  } catch (error) {
    checkout.unmake();
    return fail(error);
  }
}

function endOf(code: number | null, stopped: string | undefined): 'completed' | 'failed' | 'cancelled' {
  if (stopped !== undefined) return 'cancelled';
  return code === 0 ? 'completed' : 'failed';
}

async function reportWhile(done: AbortSignal, everyMs: number, report: () => Promise<boolean>): Promise<void> {
  while (!done.aborted) {
    await wait(everyMs, undefined, { signal: done }).catch(() => undefined);
    if (!done.aborted) await report();
  }
}

async function lastWord(lease: Lease, report: Omit<WorkReport, 'claimId'>): Promise<void> {
  for (const pauseMs of [0, ...lastWordPausesMs]) {
    await wait(pauseMs);
    if (lease.lost || (await lease.report(report))) return;
  }
}

/** Of whatever it is, a full disk as well: one request's end must not be that of the others that run here. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, limits.maxMessageLength);
