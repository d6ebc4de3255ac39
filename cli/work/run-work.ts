import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClaimAnswer, NewClaim } from '../../wire/work.ts';
import { call, type Login, Refused, requireLogin } from '../api.ts';
import { programOf } from '../branch/agent-starter.ts';
import { warnUnconnected } from '../branch/run-branch.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { projectNamed } from '../projects.ts';
import { plain, say, yellow } from '../terminal.ts';
import { agentsHere } from './agent-run.ts';
import { remoteOf } from './checkout.ts';
import { type Claimed, runRequest, type Workplace } from './run-request.ts';

/** Where the server cannot be reached, or has too much to do. */
const awayMs = 10_000;
const maxAtOnce = 16;

/** `flightdeck work`. */
export async function runWork(options: Options, rest: readonly string[]): Promise<number> {
  const login = requireLogin();
  const atOnce = numberOf(options.text('max'));
  const folder = resolve(options.text('folder') ?? process.cwd());
  const wanted = options.text('project');
  const project = wanted === undefined ? undefined : await projectNamed(login, wanted);
  const agents = agentsWanted(options.text('agent'));
  const into = options.text('clone-into');
  const cloneInto = into === undefined ? undefined : resolve(into);
  const repository = cloneInto === undefined ? remoteOf(folder) : undefined;
  const wish = {
    machine: hostname().slice(0, 255) || 'a machine',
    agents,
    ...(project && { projectIds: [project.id] }),
    repositories: repository === undefined ? [] : [repository],
    clones: cloneInto !== undefined,
  };
  for (const agent of agents) warnUnconnected(agent);
  const where = project === undefined ? 'every project' : plain(project.name);
  const from = cloneInto === undefined ? folder : `clones in ${cloneInto}`;
  say(`Waiting for sessions of ${where} to start from ${from}. Ctrl-C ends this.`);
  const place: Workplace = { login, folder, cloneInto, machine: wish.machine, rest, isLoud: atOnce === 1 };
  return work(place, wish, options.has('once') ? 1 : Number.POSITIVE_INFINITY, atOnce);
}

/** Those that are asked for, or all that are here; throws a Failure where one of them cannot be started. */
function agentsWanted(agent: string | undefined): string[] {
  if (agent === undefined) return agentsHere();
  programOf(agent);
  return [agent];
}

/** Claims and runs until somebody leaves, or `count` were run. */
async function work(place: Workplace, wish: Omit<NewClaim, 'claimId'>, count: number, atOnce: number): Promise<number> {
  const { closing, leaving, release } = signals();
  const running = new Set<Promise<void>>();
  let hasFailed = false;
  try {
    for (let taken = 0; taken < count && !closing.aborted; taken += 1) {
      const claimed = await claim(place.login, wish, closing);
      if (!claimed) break;
      const one = runRequest(place, claimed, leaving).then((isDone) => {
        hasFailed ||= !isDone;
      });
      const settled = one.finally(() => running.delete(settled));
      running.add(settled);
      if (running.size >= atOnce) await Promise.race(running);
    }
  } finally {
    // Whatever ends the asking: nobody but us reports what runs, or stops it.
    await Promise.all(running);
    release();
  }
  return hasFailed && count === 1 ? exitCodes.failed : exitCodes.ok;
}

/** Asks until there is something to do; undefined once somebody wants to leave. */
async function claim(login: Login, wish: Omit<NewClaim, 'claimId'>, closing: AbortSignal): Promise<Claimed | undefined> {
  const claimId = randomUUID();
  let isAway = false;
  while (!closing.aborted) {
    const atMs = Date.now();
    try {
      const answer = await call<ClaimAnswer>(login, 'POST', '/api/session-requests/claim', { claimId, ...wish });
      const { request, ...lease } = answer;
      if (request) return { ...lease, request, claimId, atMs };
      isAway = false;
      await pause(lease.retryAfterMs ?? awayMs, closing);
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (!isAway) say(yellow(`${error instanceof Error ? error.message : error}\nTrying again until it answers.`));
      isAway = true;
      await pause(awayMs, closing);
    }
  }
  return undefined;
}

const pause = (ms: number, closing: AbortSignal) => wait(ms, undefined, { signal: closing }).catch(() => undefined);

function isPassing(error: unknown): boolean {
  if (error instanceof Refused) return error.status === 429 || error.status >= 500;
  return error instanceof Failure && error.exitCode === exitCodes.unreachable;
}

/** The first Ctrl-C lets agents finish, the second stops them; whoever ends a service (SIGTERM) does not come twice. */
function signals() {
  const closing = new AbortController();
  const leaving = new AbortController();
  const interrupt = () => {
    if (closing.signal.aborted) leaving.abort();
    else say(yellow('\nTaking nothing new. What runs goes on; Ctrl-C again stops it.'));
    closing.abort();
  };
  const terminate = () => {
    closing.abort();
    leaving.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', terminate);
  const release = () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', terminate);
  };
  return { closing: closing.signal, leaving: leaving.signal, release };
}

function numberOf(text = '1'): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= maxAtOnce) return number;
  throw new Failure(`--max takes a number from 1 to ${maxAtOnce}.`, exitCodes.usage);
}
