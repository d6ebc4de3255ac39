import type { ComparisonFormat } from '../wire/comparison.ts';
import type { ExportFormat } from '../wire/export.ts';
import { refusalOf } from './api.ts';
import { organizationId } from './organization-id.ts';

/** Has the browser fetch a file of ours as a download, which it shows and can stop itself. */
export const download = (path: string): void => follow(path, '');

/** Has the browser keep what is here already as a file. */
export function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function follow(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}

/** Where a snapshot's tar.gz is. */
export function archivePath(snapshotId: string): string {
  return `/api/snapshots/${encodeURIComponent(snapshotId)}/archive?${queryWith({})}`;
}

/** Where a session's export is. */
export function exportPath(sessionId: string, format: ExportFormat): string {
  return `/api/sessions/${encodeURIComponent(sessionId)}/export?${queryWith({ format })}`;
}

/** A file that has to be asked for with a body; the browser holds it while it comes. */
export async function saveAnswer(answer: Promise<FileAnswer>): Promise<void> {
  const { name, file } = await fileIn(answer);
  save(name, file);
}

/** The same, not yet kept. */
export async function fileIn(answer: Promise<FileAnswer>): Promise<{ name: string; file: Blob }> {
  const response = await answer;
  if (!response.ok) throw await refusalOf(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  return { name: name ?? 'flightdeck-export', file: await response.blob() };
}

type FileAnswer = Pick<Response, 'ok' | 'status' | 'headers' | 'json' | 'blob'>;

/** Where a comparison is as a file. */
export function comparisonPath(a: string, b: string, format: ComparisonFormat): string {
  return `/api/compare?${queryWith({ a, b, format })}`;
}

/** Where the patch is that makes B's files of A's. */
export function patchPath(a: string, b: string): string {
  return `/api/compare/patch?${queryWith({ a, b })}`;
}

/** A link sends no header that names the organization. */
const queryWith = (words: Record<string, string>) => new URLSearchParams({ ...words, organization: organizationId.peek() ?? '' });
