import { type PackRecord, packHeader, packHeaderBytes } from '../../../wire/pack.ts';
import type { Located, Run } from '../../domain/archive/runs.ts';
import { type ProjectPlace, projectFolder } from './place.ts';

const keyOf = (place: ProjectPlace, pack: number) => `${projectFolder(place)}packs/${String(pack).padStart(10, '0')}`;

/** Writes a pack, which R2 refuses where it is not the bytes of the SHA-256; answers where in it each record is. */
export async function putPack(
  archive: R2Bucket,
  place: ProjectPlace,
  pack: number,
  records: readonly PackRecord[],
): Promise<Omit<Located, 'pack'>[]> {
  const body = new Uint8Array(records.reduce((sum, { packed }) => sum + packHeaderBytes + packed.byteLength, 0));
  const placed: Omit<Located, 'pack'>[] = [];
  let at = 0;
  for (const record of records) {
    const { hash, size, packed } = record;
    body.set(packHeader(record), at);
    body.set(packed, at + packHeaderBytes);
    placed.push({ hash, at, length: packed.byteLength, size });
    at += packHeaderBytes + packed.byteLength;
  }
  const key = keyOf(place, pack);
  const stored = await archive.put(key, body, { sha256: await crypto.subtle.digest('SHA-256', body) });
  if (stored.size !== body.byteLength) throw new Error(`the archive holds ${stored.size} of ${body.byteLength} bytes of ${key}`);
  return placed;
}

/** The wanted records of a run, each with its header; they share the run's memory. */
export async function readRun(archive: R2Bucket, place: ProjectPlace, { pack, from, to, records }: Run): Promise<Uint8Array[]> {
  const key = keyOf(place, pack);
  const object = await archive.get(key, { range: { offset: from, length: to - from } });
  if (!object) throw new Error(`the archive lost ${key}`);
  const bytes = new Uint8Array(await object.arrayBuffer());
  return records.map(({ at, length }) => bytes.subarray(at - from, at - from + packHeaderBytes + length));
}

/** May be repeated. */
export async function deletePacks(archive: R2Bucket, place: ProjectPlace, packs: readonly number[]): Promise<void> {
  if (packs.length > 0) await archive.delete(packs.map((pack) => keyOf(place, pack)));
}
