import type { Segment } from '../domain/session-state.ts';

/** Keys in one call: R2's own cap. */
const maxKeys = 1000;

/** R2 keys begin with the organization, so that no listing or deletion can reach another's objects. */
const folderOf = (organizationId: string, sessionId: string) => `${organizationId}/sessions/${sessionId}/`;

/**
 * Writes a run of events as gzipped NDJSON and verifies it: R2 refuses a body that does not match the SHA-256, and answers with
 * the size it holds. The key follows from the content's place, so writing twice is writing once.
 */
export async function putSegment(
  archive: R2Bucket,
  { organizationId, sessionId }: { organizationId: string; sessionId: string },
  events: { seq: number }[],
): Promise<Segment> {
  const from = events[0]?.seq ?? 0;
  const to = events.at(-1)?.seq ?? 0;
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  const body = await new Response(new Blob([lines]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  const sha256 = await crypto.subtle.digest('SHA-256', body);
  const key = `${folderOf(organizationId, sessionId)}log/${String(from).padStart(12, '0')}-${to}.ndjson.gz`;
  const stored = await archive.put(key, body, {
    sha256,
    httpMetadata: { contentType: 'application/x-ndjson', contentEncoding: 'gzip' },
  });
  if (stored.size !== body.byteLength) throw new Error(`the archive holds ${stored.size} of ${body.byteLength} bytes of ${key}`);
  return { from, to, key, bytes: body.byteLength };
}

/** The lines of a segment, one event each. */
export async function readSegment(archive: R2Bucket, key: string): Promise<string[]> {
  const object = await archive.get(key);
  if (!object) throw new Error(`the archive lost ${key}`);
  const text = await new Response(object.body.pipeThrough(new DecompressionStream('gzip'))).text();
  return text.split('\n').filter((line) => line !== '');
}

/** Deletes some of a session's segments; may be repeated. */
export async function deleteSegments(archive: R2Bucket, keys: string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += maxKeys) await archive.delete(keys.slice(at, at + maxKeys));
}

/** Deletes everything that the archive holds of a session. */
export async function deleteArchived(archive: R2Bucket, organizationId: string, sessionId: string): Promise<void> {
  const prefix = folderOf(organizationId, sessionId);
  while (true) {
    const { objects, truncated } = await archive.list({ prefix });
    if (objects.length > 0) await archive.delete(objects.map(({ key }) => key));
    if (!truncated) return;
  }
}
