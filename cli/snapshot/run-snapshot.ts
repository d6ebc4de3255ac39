import type { SessionSummary } from '../../wire/session.ts';
import { call, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes } from '../failure.ts';
import { bold, dim, say } from '../terminal.ts';
import { leftOutLines } from './left-out-lines.ts';
import { mend } from './mend.ts';
import { inWords, Progress } from './progress.ts';
import { ProjectContents } from './project-contents.ts';
import { sessionOfFolder } from './session-of-folder.ts';
import { rootOf } from './state.ts';
import { takeSnapshot } from './take.ts';

/** `flightdeck snapshot`. */
export async function runSnapshot([folder = '.']: string[], options: Options): Promise<number> {
  const login = requireLogin();
  const root = rootOf(folder);
  for (const line of mend(root)) say(line);
  const sessionId = await sessionOfFolder(login, root, options.text('session'));
  const { projectId } = await call<SessionSummary>(login, 'GET', `/api/sessions/${sessionId}`);
  const contents = new ProjectContents(login, projectId);
  const progress = new Progress();
  const taking = {
    ...{ root, sessionId, name: options.text('name'), reason: 'manual' as const },
    withSecrets: options.has('with-secrets'),
  };
  const taken = await takeSnapshot(login, contents, taking, progress).finally(() => progress.clear());
  for (const line of leftOutLines(taken.scan.leftOut)) say(line);
  const { id, fileCount, bytes } = taken.snapshot;
  say(`${bold(id)}  ${fileCount.toLocaleString('en')} files, ${inWords(bytes)}`);
  say(
    dim(`${taken.sentContents.toLocaleString('en')} contents were new here; ${inWords(contents.sentBytes)} were sent for them.`),
  );
  say(`Back to it: flightdeck restore ${id}`);
  return exitCodes.ok;
}
