import type { BranchPrompt, NewBranch } from '../../wire/branch.ts';
import type { CreatedBranch, SessionSummary } from '../../wire/session.ts';
import type { Snapshot } from '../../wire/snapshot.ts';
import { call, type Login, requireLogin, sessionUrl } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { readConfig } from '../config.ts';
import { exitCodes, Failure } from '../failure.ts';
import { fill } from '../snapshot/fill.ts';
import { sessionIdOf } from '../status/session-id.ts';
import { bold, dim, plain, say, yellow } from '../terminal.ts';
import { programOf } from './agent-starter.ts';
import { makePlace, placeLine, requireFree, slugOf } from './place.ts';
import { startAgent } from './start-agent.ts';

/** `flightdeck branch`. */
export async function runBranch([wanted]: string[], options: Options, rest: readonly string[]): Promise<number> {
  if (wanted === undefined)
    throw new Failure('Of which session? flightdeck status lists them.\nUsage: flightdeck branch <session>', exitCodes.usage);
  const login = requireLogin();
  const id = await sessionIdOf(login, wanted);
  const session = await call<SessionSummary>(login, 'GET', `/api/sessions/${id}`);
  const folder = options.text('folder');
  if (folder !== undefined) requireFree(folder);
  const waits = session.status === 'queued' && session.branch !== undefined;
  // Before anything is made for an agent that is not here.
  programOf((waits ? undefined : options.text('agent')) ?? session.agent);
  const branch = waits ? await waiting(login, session, options) : await made(login, session, options);
  try {
    return await begin(login, branch, folder, rest);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${error.message}\n${howToGoOn(branch.session.id)}`, error.exitCode);
  }
}

async function made(login: Login, parent: SessionSummary, options: Options): Promise<CreatedBranch> {
  const at = options.text('at');
  if (at !== undefined && !/^\d{1,15}$/.test(at))
    throw new Failure(`--at takes the number of an event, and "${plain(at)}" is none.`, exitCodes.usage);
  const wish: NewBranch = {
    seq: at === undefined ? undefined : Number(at),
    snapshotId: options.text('snapshot'),
    name: options.text('name'),
    description: options.text('description'),
    agent: options.text('agent'),
  };
  return call<CreatedBranch>(login, 'POST', `/api/sessions/${parent.id}/branches`, wish);
}

async function waiting(login: Login, session: SessionSummary, options: Options): Promise<CreatedBranch> {
  const settled = ['at', 'snapshot', 'name', 'description', 'agent'].find((name) => options.text(name) !== undefined);
  if (settled !== undefined)
    throw new Failure(`That branch is made already, so --${settled} comes too late for it.`, exitCodes.usage);
  const { prompt } = await call<BranchPrompt>(login, 'GET', `/api/sessions/${session.id}/branch-prompt`);
  return { session, prompt };
}

async function begin(
  login: Login,
  { session, prompt }: CreatedBranch,
  wanted: string | undefined,
  rest: readonly string[],
): Promise<number> {
  const { id, externalId, agent, branch, title } = session;
  const snapshotId = branch?.snapshotId ?? null;
  const snapshot = snapshotId === null ? null : await call<Snapshot>(login, 'GET', `/api/snapshots/${snapshotId}`);
  // Without files to begin with, what is checked out is the next best; a snapshot of no repository is a folder of its own.
  const commit = snapshot === null ? null : (snapshot.gitHead ?? undefined);
  const place = await makePlace(process.cwd(), wanted, slugOf(branch?.name ?? null, id), commit);
  const { folder } = place;
  say(`${bold(id)}  ${plain(title)}`);
  say(placeLine(place));
  // No agent has begun there; what is left would be in the way of the next try.
  const undone = () =>
    place.unmake()
      ? `${folder} is taken away again.`
      : `Not all of ${folder} could be taken away again: delete it, and its git branch, by hand.`;
  const leave = () => {
    process.stderr.write(`\nStopped: ${undone()}\n${howToGoOn(id)}\n`);
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    if (snapshot) say(await fill(login, folder, snapshot));
    else say(yellow('There is no snapshot of its files by then. Take one now and then: flightdeck snapshot'));
    say(dim(sessionUrl(login, id)));
    warnUnconnected(agent);
    process.off('SIGINT', leave).off('SIGTERM', leave);
    return await startAgent(agent, { externalId, prompt, folder, rest });
  } catch (error) {
    say(yellow(undone()));
    throw error;
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
}

const howToGoOn = (id: string): string => `The branch is made, and waits: flightdeck branch ${id} starts it.`;

/** An agent without our hooks would work unseen. */
export function warnUnconnected(agent: string): void {
  if (Object.hasOwn(readConfig().connections, agent)) return;
  say(yellow(`This command did not connect ${agent} here. Unless its settings have our hooks: flightdeck connect ${agent}`));
}
