import type { Manifest } from '../../../wire/snapshot.ts';
import { type ProjectPlace, projectFolder } from './place.ts';

const keyOf = (place: ProjectPlace, snapshotId: string) => `${projectFolder(place)}manifests/${snapshotId}.json.gz`;

/** A manifest as it lies in the archive. */
export async function packManifest({ entries, leftOut }: Manifest): Promise<ArrayBuffer> {
  const text = JSON.stringify({ entries, leftOut } satisfies Manifest);
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}

/** The way back. */
export async function unpackManifest(packed: ArrayBuffer): Promise<Manifest> {
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).json<Manifest>();
}

/** Writes a packed manifest; R2 refuses bytes that do not match their SHA-256. */
export async function putManifest(
  archive: R2Bucket,
  place: ProjectPlace,
  snapshotId: string,
  packed: ArrayBuffer,
): Promise<void> {
  const key = keyOf(place, snapshotId);
  const stored = await archive.put(key, packed, {
    sha256: await crypto.subtle.digest('SHA-256', packed),
    httpMetadata: { contentType: 'application/json', contentEncoding: 'gzip' },
  });
  if (stored.size !== packed.byteLength)
    throw new Error(`the archive holds ${stored.size} of ${packed.byteLength} bytes of ${key}`);
}

/** A manifest's JSON, as it was written. */
export async function openManifest(archive: R2Bucket, place: ProjectPlace, snapshotId: string): Promise<ReadableStream> {
  const key = keyOf(place, snapshotId);
  const object = await archive.get(key);
  if (!object) throw new Error(`the archive lost ${key}`);
  return object.body.pipeThrough(new DecompressionStream('gzip'));
}

export async function readManifest(archive: R2Bucket, place: ProjectPlace, snapshotId: string): Promise<Manifest> {
  return new Response(await openManifest(archive, place, snapshotId)).json<Manifest>();
}

/** May be repeated. */
export async function deleteManifests(archive: R2Bucket, place: ProjectPlace, snapshotIds: readonly string[]): Promise<void> {
  if (snapshotIds.length > 0) await archive.delete(snapshotIds.map((id) => keyOf(place, id)));
}
