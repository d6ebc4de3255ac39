import type { Context } from 'hono';
import type { SessionSummary } from '../../../wire/session.ts';
import type { CreatedSnapshot, NewSnapshot, Snapshot } from '../../../wire/snapshot.ts';
import type { AppEnv } from '../../context.ts';
import { checkedManifest } from '../../domain/archive/manifest.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Committed } from '../../rooms/contents/content-book.ts';
import { calling, contentIndex, sessionRoom } from '../../rooms/index.ts';
import { packManifest, putManifest } from '../../store/archive/manifests.ts';
import { insertSnapshot } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { created } from '../identity/created.ts';
import { personOf } from '../sessions/person-of.ts';

/**
 * Makes a snapshot of contents that are there: the index writes it down, then comes the manifest, and the row in D1, by which it is
 * seen, last. What an interruption leaves is no snapshot, and the sweep finds it by its row in the index.
 */
export async function takeSnapshot(
  c: Context<AppEnv>,
  session: Pick<SessionSummary, 'id' | 'projectId' | 'lastSeq'>,
  { entries, leftOut, name, reason, seq = session.lastSeq, gitHead }: NewSnapshot,
): Promise<CreatedSnapshot> {
  const { organizationId, userId } = c.var.actor;
  const place = { organizationId, projectId: session.projectId };
  if (seq > session.lastSeq) throw refused('seq', `The session has only ${session.lastSeq} events.`);
  const checked = checkedManifest(entries);
  if (!checked.ok) throw refused(`entries.${checked.at}`, `${entries[checked.at]?.path}: ${checked.message}`);

  const nowMs = Date.now();
  const snapshot: Snapshot = {
    id: newId('snp', nowMs),
    sessionId: session.id,
    projectId: session.projectId,
    name: name ?? null,
    reason,
    seq,
    gitHead: gitHead ?? null,
    fileCount: entries.length,
    bytes: checked.bytes,
    leftOutCount: leftOut.length,
    createdBy: userId,
    createdAt: new Date(nowMs).toISOString(),
  };
  const packed = await packManifest({ entries, leftOut });
  const committed = await calling(
    () => contentIndex(c.env, place),
    async (index): Promise<Committed> => index.commit(snapshot.id, checked.contents, packed.byteLength),
  );
  if (!committed.ok) throw refusalOf(committed);
  await putManifest(c.env.ARCHIVE, place, snapshot.id, packed);
  const body: CreatedSnapshot = { ...snapshot, warnings: checked.warnings };
  await created(c, [insertSnapshot(openDb(c.env.DB), organizationId, snapshot)], body);
  await calling(
    () => sessionRoom(c.env, organizationId, session.id),
    async (room): Promise<void> => room.noteSnapshot(snapshot, personOf(c)),
    // The snapshot is there, whether or not the timeline has a mark of it.
  ).catch((error: unknown) => console.warn(JSON.stringify({ snapshot: snapshot.id, unmarked: String(error) })));
  return body;
}

const refused = (path: string, message: string) => new AppError('invalid', message, { errors: [{ path, message }] });

/** Why no snapshot was made of contents. */
export function refusalOf(refusal: Exclude<Committed, { ok: true }>): AppError {
  switch (refusal.why) {
    case 'missing':
      return new AppError('contents_missing', 'Upload the contents in `missing` first, then send the snapshot again.', {
        missing: refusal.hashes,
      });
    case 'size':
      return refused('entries', `The content ${refusal.hash} has ${refusal.size} bytes, and the manifest says otherwise.`);
    case 'full':
      return new AppError('quota_exceeded', 'This project has as many snapshots as a project can have; delete some.');
    case 'quota':
      return new AppError('quota_exceeded', refusal.message);
    default:
      return refusal satisfies never;
  }
}
