import type { Context } from 'hono';
import type { FileText } from '../../../wire/comparison.ts';
import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry, Snapshot } from '../../../wire/snapshot.ts';
import { textIn } from '../../adapters/patch/text-in.ts';
import type { AppEnv } from '../../context.ts';
import { contentsOf } from '../../domain/archive/manifest.ts';
import { readManifest } from '../../store/archive/manifests.ts';
import { contentsInOrder } from './contents-in-order.ts';

/** What a snapshot holds, and in which project its contents lie. */
export interface SnapshotEntries {
  projectId: string;
  entries: readonly ManifestEntry[];
}

export async function entriesOf(c: Context<AppEnv>, { id, projectId }: Snapshot): Promise<SnapshotEntries> {
  const place = { organizationId: c.var.actor.organizationId, projectId };
  const { entries } = await readManifest(c.env.ARCHIVE, place, id);
  return { projectId, entries };
}

/** One file of a snapshot, as far as it can be shown. */
export async function fileTextOf(c: Context<AppEnv>, snapshot: Snapshot, path: string): Promise<FileText> {
  const { entries } = await entriesOf(c, snapshot);
  const entry = entries.find((one) => one.path === path);
  if (!entry) return { kind: 'absent' };
  if (entry.type === 'link') return { kind: 'link', target: entry.target };
  const { size } = entry;
  if (size > limits.maxComparedTextBytes) return { kind: 'too_large', size };
  const place = { organizationId: c.var.actor.organizationId, projectId: snapshot.projectId };
  for await (const bytes of contentsInOrder(c.env, place, contentsOf(entry))) {
    const text = textIn(bytes);
    return text === undefined ? { kind: 'binary', size } : { kind: 'text', text };
  }
  throw new Error(`a file of ${size} bytes has no content`);
}
