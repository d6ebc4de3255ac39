import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest, Snapshot } from '../../wire/snapshot.ts';
import type { Login } from '../api.ts';
import { Failure } from '../failure.ts';
import { createdBy, noteCreated } from './created-note.ts';
import { gather, type Wanted } from './gather.ts';
import { HashCache } from './hash-cache.ts';
import { beginJournal, commitJournal, endJournal, type Journal, keepAlive } from './journal.ts';
import { obstacles } from './obstacles.ts';
import type { Progress } from './progress.ts';
import { ProjectContents } from './project-contents.ts';
import { isSamePlan, type Plan, restorePlan } from './restore-plan.ts';
import type { Place } from './safe-path.ts';
import { type Scan, scan } from './scan.ts';
import { stateOf } from './state.ts';
import { doSteps, stepsOf } from './steps.ts';
import { takeSnapshot } from './take.ts';

export interface Restoring {
  root: string;
  place: Place;
  snapshot: Snapshot;
  manifest: Manifest;
  deleteUntracked: boolean;
  /** The folder was made for this a moment ago: nothing in it is worth keeping, and whoever made it listens for Ctrl-C. */
  isFresh?: boolean;
}

/** What a restore would do; reads the folder, and changes nothing. */
export async function planRestore(restoring: Restoring, progress: Progress): Promise<Plan> {
  return planFrom(restoring, await look(restoring, progress));
}

async function look(restoring: Restoring, progress: Progress): Promise<Scan> {
  const cache = new HashCache(stateOf(restoring.root));
  const now = await scan(restoring.root, listingFor(restoring), cache, progress.reading);
  cache.save();
  return now;
}

/** What is there, and besides whatever the restore might replace: all of it is going to be in the snapshot that undoes it. */
const listingFor = ({ root, place, snapshot, manifest }: Restoring) => ({
  withSecrets: false,
  besides: [...manifest.entries.map(({ path }) => path), ...createdBy(root, snapshot.id).keys()],
  foldsCase: place.foldsCase,
});

function planFrom({ root, place, snapshot, manifest, deleteUntracked }: Restoring, now: Scan): Plan {
  return restorePlan(manifest, now, { deleteUntracked, created: createdBy(root, snapshot.id), place });
}

export interface Restored {
  /** Undefined for a fresh folder. */
  undoId: string | undefined;
  /** What could not be done, a sentence each. */
  problems: string[];
}

/**
 * Does what a person has agreed to: keeps what is there, gathers all that is to come beside it, and only then changes the folder, in renames alone.
 * Killed before those, nothing has changed; killed among them, the next run finishes them.
 */
export async function restore(login: Login, restoring: Restoring, agreed: Plan, progress: Progress): Promise<Restored> {
  const { root, snapshot } = restoring;
  refuseObstacles(root, agreed);
  const journal = beginJournal(root);
  const endBeat = keepAlive(root);
  // Nothing else runs while the folder is changed, so this is heard before, or too late to do anything.
  const stop = () => {
    progress.clear();
    endJournal(journal);
    // Whoever made the folder says what becomes of it.
    if (restoring.isFresh) return;
    process.stderr.write('Nothing was changed.\n');
    process.exit(130);
  };
  process.prependOnceListener('SIGINT', stop).prependOnceListener('SIGTERM', stop);
  try {
    const contents = new ProjectContents(login, snapshot.projectId);
    const { undoId, before } = await lastLook(login, restoring, contents, progress);
    const plan = planFrom(restoring, before);
    if (!isSamePlan(plan, agreed))
      throw new Failure('The folder has changed since you were shown what would happen. Nothing was done; look again.');
    await gatherFor(journal, plan, contents, progress);
    refuseObstacles(root, plan);
    if (undoId !== undefined) noteCreated(root, undoId, plan.changes);
    const steps = stepsOf(plan.changes);
    commitJournal({ ...journal, steps, undoId });
    return { undoId, problems: doSteps(root, journal.staging, steps) };
  } finally {
    progress.clear();
    endBeat();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    // Done, or nothing was changed: either way nothing is left to mend.
    endJournal(journal);
  }
}

/** What is there, kept as the snapshot that undoes it unless it is not worth that. */
async function lastLook(
  login: Login,
  restoring: Restoring,
  contents: ProjectContents,
  progress: Progress,
): Promise<{ undoId?: string; before: Scan }> {
  const { root, snapshot, isFresh } = restoring;
  if (isFresh) return { before: await look(restoring, progress) };
  const taking = {
    ...listingFor(restoring),
    root,
    sessionId: snapshot.sessionId,
    reason: 'restore' as const,
    name: undoName(snapshot),
  };
  const taken = await takeSnapshot(login, contents, taking, progress);
  return { undoId: taken.snapshot.id, before: taken.scan };
}

function refuseObstacles(root: string, plan: Plan): void {
  const found = obstacles(root, plan);
  if (found.length === 0) return;
  throw new Failure(
    ['The snapshot cannot be restored here, and nothing was changed:', ...found.map((line) => `  ${line}`)].join('\n'),
  );
}

const undoName = ({ id, name }: Snapshot): string => `Before the restore of ${name ?? id}`.slice(0, 200);

async function gatherFor(
  { root, staging }: Journal,
  { changes }: Plan,
  contents: ProjectContents,
  progress: Progress,
): Promise<void> {
  const folder = join(root, staging);
  mkdirSync(folder, { mode: 0o700 });
  // Git is not to see it, should somebody look meanwhile.
  writeFileSync(join(folder, '.gitignore'), '*\n');
  const wanted = changes.flatMap(({ type, entry }, index): Wanted[] =>
    type === 'add' || type === 'replace' ? [{ name: String(index), entry }] : [],
  );
  await gather(folder, wanted, contents, progress.fetching);
}
