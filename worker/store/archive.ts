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
  const key = `${folderOf(organizationId, sessionId)}log/${String(from).padStart(12, '0')}-${to}.ndjson.gz`;
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return { from, to, key, bytes: await putLines(archive, key, lines) };
}

/**
 * Writes a segment anew where `change` answers other events than those given, as JSON texts joined by commas. Answers its bytes as they are then, undefined
 * where it is as it was. Throws where somebody else wrote it meanwhile.
 */
export async function rewriteSegment(
  archive: R2Bucket,
  key: string,
  change: (events: string) => string | undefined,
): Promise<number | undefined> {
  const object = await archive.get(key);
  if (!object) throw new Error(`the archive lost ${key}`);
  const lines = await linesOf(object);
  const after = change(lines.join(','));
  if (after === undefined) return undefined;
  // `change` answers what it was given: texts of events.
  const events = JSON.parse(`[${after}]`) as unknown[];
  return putLines(archive, key, events.map((event) => `${JSON.stringify(event)}\n`).join(''), object.etag);
}

/** Answers the bytes that the archive holds. */
async function putLines(archive: R2Bucket, key: string, lines: string, etagMatches?: string): Promise<number> {
  const body = await new Response(new Blob([lines]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  const sha256 = await crypto.subtle.digest('SHA-256', body);
  const stored = await archive.put(key, body, {
    sha256,
    httpMetadata: { contentType: 'application/x-ndjson', contentEncoding: 'gzip' },
    ...(etagMatches !== undefined && { onlyIf: { etagMatches } }),
  });
  if (stored?.size !== body.byteLength)
    throw new Error(`the archive holds ${stored?.size} of ${body.byteLength} bytes of ${key}`);
  return body.byteLength;
}

/** The lines of a segment, one event each. */
export async function readSegment(archive: R2Bucket, key: string): Promise<string[]> {
  const object = await archive.get(key);
  if (!object) throw new Error(`the archive lost ${key}`);
  return linesOf(object);
}

async function linesOf(object: R2ObjectBody): Promise<string[]> {
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
