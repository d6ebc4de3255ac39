import type { Snapshot } from '../../wire/snapshot.ts';
import type { Login } from '../api.ts';
import { Failure } from '../failure.ts';
import { plain } from '../terminal.ts';
import { readManifest } from './manifest.ts';
import { placeOf } from './place.ts';
import { Progress } from './progress.ts';
import { planRestore, restore } from './restore.ts';
import { planSummary } from './restore-plan.ts';
import { rootOf } from './state.ts';

/** Makes a folder that nobody has worked in what it was at a snapshot, without a question or a way back; what was done, in words. */
export async function fill(login: Login, folder: string, snapshot: Snapshot): Promise<string> {
  const root = rootOf(folder);
  const place = placeOf(root);
  const manifest = await readManifest(login, snapshot.id, place);
  const restoring = { root, place, snapshot, manifest, deleteUntracked: false, isFresh: true };
  const progress = new Progress();
  const plan = await planRestore(restoring, progress).finally(() => progress.clear());
  if (plan.changes.length === 0) return `Its files are those of ${snapshot.id} already.`;
  const { problems } = await restore(login, restoring, plan, progress);
  if (problems.length > 0)
    throw new Failure(['Not all of the snapshot could be restored:', ...problems.map((line) => `  ${plain(line)}`)].join('\n'));
  return `Restored ${snapshot.id}: ${planSummary(plan)}`;
}
