import type { ExportFormat } from '../wire/export.ts';
import { organizationId } from './organization-id.ts';

/** Has the browser fetch a file of ours as a download, which it shows and can stop itself. */
export function download(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}

/** Where a snapshot's tar.gz is. */
export function archivePath(snapshotId: string): string {
  const query = new URLSearchParams({ organization: organizationId.peek() ?? '' });
  return `/api/snapshots/${encodeURIComponent(snapshotId)}/archive?${query}`;
}

/** Where a session's export is. A link sends no header that names the organization. */
export function exportPath(sessionId: string, format: ExportFormat): string {
  const query = new URLSearchParams({ format, organization: organizationId.peek() ?? '' });
  return `/api/sessions/${encodeURIComponent(sessionId)}/export?${query}`;
}
