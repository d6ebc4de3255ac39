import { createHash } from 'node:crypto';
import type { Manifest, Snapshot } from '../../../wire/snapshot.ts';
import type { FileProblem } from '../../domain/archive/file-problem.ts';
import { checkedManifest } from '../../domain/archive/manifest.ts';
import type { Env } from '../../env.ts';
import { idOf } from '../../ids.ts';
import type { Committed } from '../../rooms/contents/content-book.ts';
import { calling, contentIndex } from '../../rooms/index.ts';
import { putManifest, unpackManifest } from '../../store/archive/manifests.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';
import { insertImportedSnapshot, snapshotsOf } from '../../store/archive/snapshots.ts';
import { commit, openDb } from '../../store/db.ts';
import { ContentBatch } from './content-batch.ts';
import { contentsInOrder } from './contents-in-order.ts';
import type { CarriedSnapshot, ImportedArchive } from './import-archive.ts';
import type { Planned } from './import-plan.ts';
import { refusalOf } from './take.ts';

/** A snapshot of an archive that is to be here. */
interface Wanted extends CarriedSnapshot {
  /** As it will be known here. */
  own: Snapshot;
}

export type SnapshotPlan =
  | { ok: true; wanted: Wanted[]; labels: (readonly [before: string, here: string])[] }
  | { ok: false; problems: FileProblem[] };

/** Decides which snapshots of an archive come, and how they are called here; writes nothing. */
export async function planSnapshots(
  env: Env,
  { snapshots }: Pick<ImportedArchive, 'snapshots'>,
  planned: readonly Planned[],
  nowMs: number,
): Promise<SnapshotPlan> {
  const problems: FileProblem[] = [];
  const wanted: Wanted[] = [];
  const labels: (readonly [string, string])[] = [];
  for (const [index, plan] of planned.entries()) {
    const carried = snapshots.filter((snapshot) => snapshot.index === index);
    problems.push(...carried.flatMap(({ snapshot }) => problemsOf(snapshot, plan, nowMs)));
    if (carried.length === 0 || plan.outcome === 'skipped') continue;
    const { organizationId, sessionId } = plan.owner;
    const there = await snapshotsOf(openDb(env.DB), organizationId, sessionId);
    const ids = new Set(there.map(({ snapshot }) => snapshot.id));
    for (const one of carried) {
      // What was thrown away of a session that stays as it is stays in the trash; one that takes its place brings its own.
      const same = there.find(
        ({ snapshot, isTrashed }) => isSame(snapshot, one.snapshot) && (!isTrashed || plan.outcome === 'unchanged'),
      );
      const id = same?.snapshot.id ?? freeId(one.snapshot, sessionId, ids);
      labels.push([one.snapshot.id, id]);
      ids.add(id);
      if (same) continue;
      const { projectId, userId } = plan.owner;
      wanted.push({ ...one, own: { ...one.snapshot, id, sessionId, projectId, createdBy: userId } });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, wanted, labels };
}

/** Makes the snapshots of an archive, after their sessions. What is interrupted here is done by the next import of the same file. */
export async function applySnapshots(
  env: Env,
  organizationId: string,
  { projectOf }: Pick<ImportedArchive, 'projectOf'>,
  wanted: readonly Wanted[],
  nowMs: number,
): Promise<void> {
  for (const { own, packedManifest } of wanted) {
    const place = { organizationId, projectId: own.projectId };
    const { entries } = await unpackManifest(packedManifest);
    const contents = contentsNamed(entries);
    await fetchFromOthers(env, place, contents, projectOf);
    const committed = await calling(
      () => contentIndex(env, place),
      async (index): Promise<Committed> => index.commit(own.id, contents, packedManifest.byteLength),
    );
    if (!committed.ok) throw refusalOf(committed);
    await putManifest(env.ARCHIVE, place, own.id, packedManifest);
    const db = openDb(env.DB);
    await commit(db, [insertImportedSnapshot(db, organizationId, own, nowMs)]);
  }
}

/** Contents come once in an archive, whichever projects need them: what went to another is stored here, too. */
async function fetchFromOthers(
  env: Env,
  place: ProjectPlace,
  contents: readonly [hash: string, size: number][],
  projectOf: ReadonlyMap<string, string>,
): Promise<void> {
  const elsewhere = Map.groupBy(contents, ([hash]) => projectOf.get(hash) ?? place.projectId);
  elsewhere.delete(place.projectId);
  for (const [projectId, some] of elsewhere) {
    const batch = new ContentBatch(env, place);
    for await (const bytes of contentsInOrder(env, { ...place, projectId }, some)) await batch.add(bytes);
    await batch.store();
  }
}

function contentsNamed(entries: Manifest['entries']): [hash: string, size: number][] {
  const checked = checkedManifest(entries);
  // It was, when the archive was read.
  if (!checked.ok) throw new Error(checked.message);
  return checked.contents;
}

const hourMs = 3600_000;

function problemsOf({ id, seq, createdAt }: Snapshot, { found }: Planned, nowMs: number): FileProblem[] {
  const path = `snapshots/${id}.json.snapshot`;
  const problems: FileProblem[] = [];
  if (seq > found.session.lastSeq)
    problems.push({ path: `${path}.seq`, message: `Its session has only ${found.session.lastSeq} events.` });
  if (Date.parse(createdAt) > nowMs + 24 * hourMs)
    problems.push({ path: `${path}.createdAt`, message: 'This lies in the future.' });
  return problems;
}

/** Two snapshots of one session are the same where all that is known of them but ids is: nobody takes two in a millisecond. */
function isSame(one: Snapshot, other: Snapshot): boolean {
  const names = ['createdAt', 'seq', 'reason', 'name', 'gitHead', 'fileCount', 'bytes', 'leftOutCount'] as const;
  return names.every((name) => one[name] === other[name]);
}

/** The same for every import of the same snapshot, as long as none is there by that id: one that was interrupted is told by it. */
function freeId({ id, createdAt }: Snapshot, sessionId: string, taken: ReadonlySet<string>): string {
  for (let copy = 0; ; copy++) {
    const digest = createHash('sha256').update(`${sessionId} ${id} ${copy}`).digest();
    const own = idOf('snp', Date.parse(createdAt), digest);
    if (!taken.has(own)) return own;
  }
}
