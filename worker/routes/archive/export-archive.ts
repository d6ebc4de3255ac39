import { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';
import type { TarFile } from '../../adapters/tar/files.ts';
import { archiveLabel, archivePaths } from '../../domain/archive/archive-paths.ts';
import { canonicalText } from '../../domain/archive/canonical.ts';
import { contentsOf } from '../../domain/archive/manifest.ts';
import type { Env } from '../../env.ts';
import { readManifest } from '../../store/archive/manifests.ts';
import { listSnapshots } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { everyItem } from '../../store/page.ts';
import { contentsInOrder } from './contents-in-order.ts';
import { sessionEvents } from './session-events.ts';

const encoder = new TextEncoder();

/**
 * Everything there is of sessions, as files that each fit into memory: their logs in parts, the manifests of their snapshots, and the
 * contents of those by their SHA-256, each once.
 */
export async function* archiveFiles(
  env: Env,
  organizationId: string,
  sessions: readonly ExportedSummary[],
): AsyncGenerator<TarFile> {
  const written = new Set<string>();
  yield textFile(archivePaths.label, `${JSON.stringify(archiveLabel)}\n`, new Date(0));
  for (const session of sessions) {
    const mtime = new Date(session.lastEventAt);
    yield textFile(archivePaths.session(session.id), `${canonicalText(ExportedSummary, session)}\n`, mtime);
    for await (const events of sessionEvents(env, organizationId, session)) {
      const lines = events.map((event) => `${canonicalText(ExportedEvent, event)}\n`);
      yield textFile(archivePaths.events(session.id, events[0]?.seq ?? 0), lines.join(''), mtime);
    }
    yield* snapshotFiles(env, organizationId, session, written);
  }
}

async function* snapshotFiles(
  env: Env,
  organizationId: string,
  session: ExportedSummary,
  written: Set<string>,
): AsyncGenerator<TarFile> {
  const snapshots = everyItem((page) => listSnapshots(openDb(env.DB), organizationId, session.id, page));
  for await (const snapshot of snapshots) {
    const { projectId } = snapshot;
    const place = { organizationId, projectId };
    const mtime = new Date(snapshot.createdAt);
    const manifest = await readManifest(env.ARCHIVE, place, snapshot.id);
    const text = `${JSON.stringify({ snapshot, ...manifest })}\n`;
    yield textFile(archivePaths.snapshot(session.id, snapshot.id), text, mtime);
    const fresh = manifest.entries.flatMap(contentsOf).filter(([hash]) => !written.has(hash) && written.add(hash));
    let at = 0;
    for await (const bytes of contentsInOrder(env, place, fresh)) {
      yield { path: archivePaths.content(fresh[at]?.[0] ?? ''), bytes, mtime };
      at += 1;
    }
  }
}

const textFile = (path: string, text: string, mtime: Date): TarFile => ({ path, bytes: encoder.encode(text), mtime });
