import type { ComparisonFormat } from '../wire/comparison.ts';
import type { ExportFormat } from '../wire/export.ts';
import { ApiError, refusalOf } from './api.ts';
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

/** A file that has to be asked for with a body; the browser holds it while it comes. */
export async function fetchDownload(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-organization': organizationId.peek() ?? '' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => {
    throw new ApiError('offline', 'Flightdeck cannot be reached. Check your connection and try again.', 0);
  });
  if (!response.ok) throw await refusalOf(response);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'flightdeck-export';
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Where a comparison is as a file. */
export function comparisonPath(a: string, b: string, format: ComparisonFormat): string {
  return `/api/compare?${new URLSearchParams({ a, b, format, organization: organizationId.peek() ?? '' })}`;
}

/** Where the patch is that makes B's files of A's. */
export function patchPath(a: string, b: string): string {
  return `/api/compare/patch?${new URLSearchParams({ a, b, organization: organizationId.peek() ?? '' })}`;
}
