import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Snapshot } from '../../wire/snapshot.ts';
import { call, requireLogin } from '../api.ts';
import type { Options } from '../commands/command.ts';
import { exitCodes, Failure } from '../failure.ts';
import { agrees, bold, dim, plain, say, yellow } from '../terminal.ts';
import { interrupted } from './journal.ts';
import { readManifest } from './manifest.ts';
import { mend, undoWords } from './mend.ts';
import { placeOf } from './place.ts';
import { Progress } from './progress.ts';
import { planRestore, restore } from './restore.ts';
import { planLines, planSummary } from './restore-plan.ts';
import { rootOf } from './state.ts';

/** Lines of a plan that a person is shown before they are asked; --dry-run shows all. */
const maxShown = 60;

/** `flightdeck restore`. */
export async function runRestore([wanted, folder = '.']: string[], options: Options): Promise<number> {
  if (wanted === undefined)
    throw new Failure(
      'Which snapshot? flightdeck snapshots lists them.\nUsage: flightdeck restore <snapshot> [folder]',
      exitCodes.usage,
    );
  const login = requireLogin();
  const isDryRun = options.has('dry-run');
  const snapshot = await call<Snapshot>(login, 'GET', `/api/snapshots/${encodeURIComponent(wanted)}`);
  const root = folderFor(folder, isDryRun);
  putInOrder(root, isDryRun);
  const place = placeOf(root);
  const manifest = await readManifest(login, snapshot.id, place);
  const restoring = { root, place, snapshot, manifest, deleteUntracked: options.has('delete-untracked') };
  const progress = new Progress();
  const plan = await planRestore(restoring, progress).finally(() => progress.clear());
  say(`${bold(snapshot.id)} ${snapshot.name === null ? '' : plain(snapshot.name)} → ${root}`);
  if (plan.changes.length === 0) {
    say(`Nothing to do: all that the snapshot holds is there. ${planSummary(plan)}`);
    return exitCodes.ok;
  }
  for (const line of planLines(plan, isDryRun ? undefined : maxShown)) say(plain(line));
  say(planSummary(plan));
  if (isDryRun) {
    say('Nothing was changed.');
    return exitCodes.ok;
  }
  if (!options.has('yes') && !(await agrees('Do that?'))) throw new Failure('Nothing was changed.');
  const { undoId, problems } = await restore(login, restoring, plan, progress);
  for (const problem of problems) say(yellow(`! ${plain(problem)}`));
  say(problems.length === 0 ? `The folder is what it was at ${snapshot.id}.` : 'The rest of the folder is what it was.');
  for (const line of undoWords(undoId)) say(dim(line));
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** The folder, made where there is none: that alone is not worth a question. */
function folderFor(folder: string, isDryRun: boolean): string {
  if (!existsSync(folder)) {
    if (isDryRun) throw new Failure(`There is no folder ${resolve(folder)} yet: everything in the snapshot would be added.`);
    mkdirSync(folder, { recursive: true });
  }
  return rootOf(folder);
}

function putInOrder(root: string, isDryRun: boolean): void {
  if (isDryRun && interrupted(root))
    throw new Failure('A restore of this folder was interrupted. Run this without --dry-run first: that finishes it.');
  for (const line of mend(root)) say(line);
}
