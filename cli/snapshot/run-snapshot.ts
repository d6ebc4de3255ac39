import { setTimeout as wait } from 'node:timers/promises';
import type { SessionSummary } from '../../wire/session.ts';
import type { SnapshotReason } from '../../wire/snapshot.ts';
import { call, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { bold, dim, say } from '../terminal.ts';
import { leftOutLines } from './left-out-lines.ts';
import { mend } from './mend.ts';
import { inWords, Progress } from './progress.ts';
import { ProjectContents } from './project-contents.ts';
import { sessionOfFolder } from './session-of-folder.ts';
import { rootOf } from './state.ts';
import { takeSnapshot } from './take.ts';

const maxTries = 8;
const pauseMs = 1000;

/** `flightdeck snapshot`. */
export async function runSnapshot([folder = '.']: string[], options: Options): Promise<number> {
  const login = requireLogin();
  const root = rootOf(folder);
  for (const line of mend(root)) say(line);
  const reason = reasonIn(options.text('reason'));
  const find = () => sessionOfFolder(login, root, options.text('session'));
  const sessionId = await (reason === 'manual' ? find() : soon(find));
  const { projectId } = await call<SessionSummary>(login, 'GET', `/api/sessions/${sessionId}`);
  const contents = new ProjectContents(login, projectId);
  const progress = new Progress();
  const taking = {
    ...{ root, sessionId, name: options.text('name'), reason },
    withSecrets: options.has('with-secrets'),
  };
  const taken = await takeSnapshot(login, contents, taking, progress).finally(() => progress.clear());
  for (const line of leftOutLines(taken.scan.leftOut)) say(line);
  const { id, fileCount, bytes } = taken.snapshot;
  say(`${bold(id)}  ${counted(fileCount, 'file')}, ${inWords(bytes)}, of ${sessionId}`);
  say(dim(`New here: ${counted(taken.sentContents, 'content')}, sent in ${inWords(contents.sentBytes)}.`));
  say(`Back to it: flightdeck restore ${id}`);
  return exitCodes.ok;
}

const counted = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

const automatic = ['start', 'end', 'rule', 'interval'] as const satisfies SnapshotReason[];

function reasonIn(word: string | undefined): SnapshotReason {
  if (word === undefined) return 'manual';
  const reason = automatic.find((each) => each === word);
  if (reason) return reason;
  throw new Failure(`There is no reason "${word}". One of: ${automatic.join(', ')}`, exitCodes.usage);
}

/** A session that has just begun is in the list within a second or two. */
async function soon<Found>(find: () => Promise<Found>): Promise<Found> {
  for (let tries = 1; ; tries++) {
    try {
      return await find();
    } catch (error) {
      if (tries === maxTries) throw error;
      await wait(pauseMs);
    }
  }
}
