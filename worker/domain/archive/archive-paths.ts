import { isSessionId } from '../session-id.ts';

/** What the first file of an archive says of it. */
export const archiveLabel = { format: 'flightdeck.archive', version: 1 } as const;

/** Where everything lies in an archive. */
export const archivePaths = {
  label: 'flightdeck.json',
  session: (id: string) => `sessions/${id}/session.json`,
  events: (id: string, first: number) => `sessions/${id}/events/${String(first).padStart(12, '0')}.ndjson`,
  snapshot: (sessionId: string, id: string) => `sessions/${sessionId}/snapshots/${id}.json`,
  /** Many files in one folder are slow on most file systems. */
  content: (hash: string) => `contents/${hash.slice(0, 2)}/${hash}`,
};

export type ArchivePlace =
  | { is: 'label' }
  | { is: 'session' | 'events'; sessionId: string }
  | { is: 'snapshot'; sessionId: string; snapshotId: string }
  | { is: 'content'; hash: string };

const isSnapshotId = (text: string): boolean => /^snp_[0-9a-z]{1,64}$/.test(text);

/** What lies at a path; undefined where an archive has nothing. */
export function placeInArchive(path: string): ArchivePlace | undefined {
  if (path === archivePaths.label) return { is: 'label' };
  const hash = /^contents\/[0-9a-f]{2}\/([0-9a-f]{64})$/.exec(path)?.[1];
  if (hash !== undefined && path === archivePaths.content(hash)) return { is: 'content', hash };
  const [top, sessionId = '', name = '', file = '', ...deeper] = path.split('/');
  if (top !== 'sessions' || !isSessionId(sessionId) || deeper.length > 0) return undefined;
  if (name === 'session.json' && file === '') return { is: 'session', sessionId };
  if (name === 'events' && /^\d{12}\.ndjson$/.test(file)) return { is: 'events', sessionId };
  const snapshotId = file.replace(/\.json$/, '');
  if (name === 'snapshots' && file.endsWith('.json') && isSnapshotId(snapshotId))
    return { is: 'snapshot', sessionId, snapshotId };
  return undefined;
}
