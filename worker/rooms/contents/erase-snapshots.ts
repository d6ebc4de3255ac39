import type { Env } from '../../env.ts';
import { deleteManifests } from '../../store/archive/manifests.ts';
import { deleteSnapshots } from '../../store/archive/snapshot-trash.ts';
import { commit, openDb } from '../../store/db.ts';
import { calling, contentIndex } from '../index.ts';

/** Deletes snapshots for good. The rows by which they are seen go first: what an interruption leaves of the rest, the sweep takes. */
export async function eraseSnapshots(
  env: Env,
  organizationId: string,
  snapshots: readonly { id: string; projectId: string }[],
): Promise<void> {
  if (snapshots.length === 0) return;
  const db = openDb(env.DB);
  const ids = snapshots.map(({ id }) => id);
  await commit(db, [deleteSnapshots(db, organizationId, ids)]);
  for (const [projectId, its] of Map.groupBy(snapshots, ({ projectId }) => projectId)) {
    const place = { organizationId, projectId };
    const gone = its.map(({ id }) => id);
    await deleteManifests(env.ARCHIVE, place, gone);
    await calling(
      () => contentIndex(env, place),
      async (index): Promise<void> => index.forget(gone),
    );
  }
}
