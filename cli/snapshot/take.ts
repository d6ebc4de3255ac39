import type { NewSnapshot, Snapshot, SnapshotReason } from '../../wire/snapshot.ts';
import { answerOf, type Login, outOfReach, Refused, request } from '../api.ts';
import { Failure } from '../failure.ts';
import { gitHead } from './git-files.ts';
import { HashCache } from './hash-cache.ts';
import { patiently } from './patience.ts';
import type { Progress } from './progress.ts';
import type { ProjectContents } from './project-contents.ts';
import { type Scan, scan } from './scan.ts';
import { stateOf } from './state.ts';
import { upload } from './upload.ts';
import type { ListingOptions } from './workspace.ts';

/** A file that has changed between two looks this often is being written all the time. */
const maxLooks = 4;
const timeoutMs = 120_000;

export interface Taking extends ListingOptions {
  root: string;
  sessionId: string;
  name?: string;
  reason: SnapshotReason;
}

export interface Taken {
  snapshot: Snapshot;
  /** What is in the snapshot, and the file's own numbers by then. */
  scan: Scan;
  sentContents: number;
}

/** Takes a snapshot of a folder: reads it, sends what the project does not have, and then the manifest. */
export async function takeSnapshot(login: Login, contents: ProjectContents, taking: Taking, progress: Progress): Promise<Taken> {
  const { root, sessionId, name, reason } = taking;
  const cache = new HashCache(stateOf(root));
  let sentContents = 0;
  for (let look = 1; look <= maxLooks; look++) {
    const found = await scan(root, taking, cache, progress.reading);
    cache.save();
    const entries = found.files.map(({ entry }) => entry);
    const { sentContents: sent, changed } = await upload(root, entries, contents, progress.sending);
    sentContents += sent;
    for (const path of changed) cache.forget(path);
    const restless = look === maxLooks ? changed : new Set<string>();
    if (changed.size > restless.size) continue;
    const settled = withoutRestless(found, restless);
    const body: NewSnapshot = { ...manifestOf(settled), name, reason, gitHead: gitHead(root) };
    try {
      return { snapshot: await keep(login, sessionId, body), scan: settled, sentContents };
    } catch (error) {
      // What the server had when it was asked may have been swept meanwhile: once more from the beginning.
      if (!(error instanceof Refused && error.status === 409) || look === maxLooks) throw error;
    }
  }
  throw new Failure('The folder changes faster than it can be read. Nothing was kept; try again when less is written there.');
}

/** Leaves out what could not be read twice alike: said in the list, and never touched by a restore. */
const withoutRestless = ({ files, leftOut }: Scan, restless: ReadonlySet<string>): Scan => ({
  files: files.filter(({ entry }) => !restless.has(entry.path)),
  leftOut: [...leftOut, ...[...restless].map((path) => ({ path, why: 'unreadable' as const }))],
});

const manifestOf = ({ files, leftOut }: Scan) => ({ entries: files.map(({ entry }) => entry), leftOut });

async function keep(login: Login, sessionId: string, body: NewSnapshot): Promise<Snapshot> {
  // The same key again where an answer got lost: one snapshot, not two.
  const headers = { authorization: `Bearer ${login.apiToken}`, 'idempotency-key': crypto.randomUUID() };
  return patiently(async () => {
    const response = await request(login.url, 'POST', `/api/sessions/${sessionId}/snapshots`, body, headers, timeoutMs);
    try {
      return (await answerOf(response, login.url)) as Snapshot; // As the schema of the route says.
    } catch (error) {
      throw error instanceof Failure ? error : outOfReach(login.url, error);
    }
  });
}
