import type { Context } from 'hono';
import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry, Snapshot } from '../../../wire/snapshot.ts';
import { filePatch, type PatchSide } from '../../adapters/patch/file-patch.ts';
import type { AppEnv } from '../../context.ts';
import { differingEntries, type EntryPair } from '../../domain/archive/compared-files.ts';
import { contentsOf } from '../../domain/archive/manifest.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { firstSnapshot } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { requireCompared } from './compared.ts';
import { contentsInOrder } from './contents-in-order.ts';
import type { SnapshotEntries } from './snapshot-entries.ts';

/** The snapshots that a patch leads from and to; of one session its first and its last. */
export async function requirePatchSides(
  c: Context<AppEnv>,
  ids: { a: string; b?: string | undefined },
): Promise<[Snapshot, Snapshot]> {
  const a = await requireCompared(c, ids.a);
  if (ids.b !== undefined) return [requireTaken(a.snapshot), requireTaken((await requireCompared(c, ids.b)).snapshot)];
  const message = 'Name a second session or snapshot (b); only a session has a first snapshot and a last.';
  if (a.isSnapshot) throw new AppError('invalid', message, { errors: [{ path: 'b', message }] });
  const first = await firstSnapshot(openDb(c.env.DB), c.var.actor.organizationId, a.session.id);
  return [requireTaken(first ?? null), requireTaken(a.snapshot)];
}

function requireTaken(snapshot: Snapshot | null): Snapshot {
  if (snapshot) return snapshot;
  throw new AppError('conflict', 'There is no snapshot to make a patch from: take one with `flightdeck snapshot`.');
}

/** A patch that `git apply` takes, as it is read. Refuses beforehand what would be too large: half a patch is none. */
export function patchOf(env: Env, organizationId: string, a: SnapshotEntries, b: SnapshotEntries): AsyncGenerator<string> {
  const pairs = [...differingEntries(a.entries, b.entries)];
  const sizes = pairs.flatMap((pair) => [pair.a, pair.b].map((entry) => (entry?.type === 'file' ? entry.size : 0)));
  const refusal = patchRefusal(sizes);
  if (refusal !== undefined) throw new AppError('too_large', refusal);
  const contentsOn = (side: 'a' | 'b', projectId: string) =>
    contentsInOrder(
      env,
      { organizationId, projectId },
      pairs.flatMap(({ [side]: entry }) => (entry ? contentsOf(entry) : [])),
    );
  return written(pairs, contentsOn('a', a.projectId), contentsOn('b', b.projectId));
}

/** A file after the other, each with the next contents of its side. */
async function* written(
  pairs: readonly EntryPair[],
  before: AsyncGenerator<Uint8Array>,
  after: AsyncGenerator<Uint8Array>,
): AsyncGenerator<string> {
  for (const { path, a, b } of pairs) {
    const [old, now] = [await sideOf(a, before), await sideOf(b, after)];
    yield* filePatch(path, old, now);
  }
}

async function sideOf(entry: ManifestEntry | undefined, contents: AsyncGenerator<Uint8Array>): Promise<PatchSide | null> {
  if (!entry) return null;
  if (entry.type === 'link') return { mode: '120000', bytes: new TextEncoder().encode(entry.target) };
  const bytes = new Uint8Array(entry.size);
  let at = 0;
  for (const _ of contentsOf(entry)) {
    const { value } = await contents.next();
    bytes.set(value, at);
    at += value.byteLength;
  }
  // Of the permissions git knows only whether a file can be run.
  return { mode: (entry.mode & 0o100) === 0 ? '100644' : '100755', bytes };
}

function patchRefusal(sizes: readonly number[]): string | undefined {
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > limits.maxPatchBytes)
    return `The files that differ have ${bytes} bytes; a patch is made of ${limits.maxPatchBytes} at most. Download the snapshots instead.`;
  if (sizes.some((size) => size > limits.maxPatchFileBytes))
    return `One of the files that differ has more than ${limits.maxPatchFileBytes} bytes, too many for a patch. Download the snapshots instead.`;
  return undefined;
}
