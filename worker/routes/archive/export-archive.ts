import { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';
import type { TarFile } from '../../adapters/tar/files.ts';
import { canonicalText } from '../../domain/archive/canonical.ts';
import { contentsOf } from '../../domain/archive/manifest.ts';
import type { Env } from '../../env.ts';
import { readManifest } from '../../store/archive/manifests.ts';
import { listSnapshots } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { everyItem } from '../../store/page.ts';
import { contentsInOrder } from './contents-in-order.ts';
import { sessionEvents } from './session-events.ts';

/** What the archive says of itself, in its first file. */
const label = { format: 'flightdeck.archive', version: 1 };

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
  yield textFile('flightdeck.json', `${JSON.stringify(label)}\n`, new Date(0));
  for (const session of sessions) {
    const folder = `sessions/${session.id}`;
    const mtime = new Date(session.lastEventAt);
    yield textFile(`${folder}/session.json`, `${canonicalText(ExportedSummary, session)}\n`, mtime);
    for await (const events of sessionEvents(env, organizationId, session)) {
      const lines = events.map((event) => `${canonicalText(ExportedEvent, event)}\n`);
      yield textFile(`${folder}/events/${String(events[0]?.seq).padStart(12, '0')}.ndjson`, lines.join(''), mtime);
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
    yield textFile(`sessions/${session.id}/snapshots/${snapshot.id}.json`, text, mtime);
    const fresh = manifest.entries.flatMap(contentsOf).filter(([hash]) => !written.has(hash) && written.add(hash));
    let at = 0;
    for await (const bytes of contentsInOrder(env, place, fresh)) {
      yield { path: contentPath(fresh[at]?.[0] ?? ''), bytes, mtime };
      at += 1;
    }
  }
}

/** Many files in one folder are slow on most file systems. */
const contentPath = (hash: string): string => `contents/${hash.slice(0, 2)}/${hash}`;

const textFile = (path: string, text: string, mtime: Date): TarFile => ({ path, bytes: encoder.encode(text), mtime });
