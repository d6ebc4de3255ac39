import { limits } from '../../../wire/limits.ts';
import { readPack } from '../../../wire/pack.ts';
import { type Located, runsOf } from '../../domain/archive/runs.ts';
import type { Env } from '../../env.ts';
import { calling, contentIndex } from '../../rooms/index.ts';
import { unpack } from '../../store/archive/packing.ts';
import { readRun } from '../../store/archive/packs.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';

/** Plain bytes whose packed ones are held at a time. */
const batchBytes = 16 * 1024 * 1024;
const maxBatch = 2000;

/** The plain bytes of contents, each checked, in this order and as often as they are named; read a batch ahead at most. */
export async function* contentsInOrder(
  env: Env,
  place: ProjectPlace,
  contents: readonly [hash: string, size: number][],
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < contents.length; ) {
    const batch: string[] = [];
    for (let bytes = 0; at < contents.length && bytes < batchBytes && batch.length < maxBatch; at++) {
      const [hash, size] = contents[at] ?? ['', 0];
      batch.push(hash);
      bytes += size;
    }
    const records = await recordsOf(env, place, [...new Set(batch)]);
    for (const hash of batch) yield plainOf(records.get(hash), hash);
  }
}

/** Records by the hash of their content, each a pack of one. */
async function recordsOf(env: Env, place: ProjectPlace, hashes: string[]): Promise<Map<string, Uint8Array>> {
  const located = await calling(
    () => contentIndex(env, place),
    async (index): Promise<Located[]> => index.locate(hashes),
  );
  const records = new Map<string, Uint8Array>();
  for (let rest = located; rest.length > 0; rest = rest.filter(({ hash }) => !records.has(hash))) {
    for (const run of runsOf(rest, limits.maxPackBytes)) {
      const read = await readRun(env.ARCHIVE, place, run);
      for (const [i, { hash }] of run.records.entries()) {
        const record = read[i];
        if (record) records.set(hash, record);
      }
    }
  }
  return records;
}

function plainOf(record: Uint8Array | undefined, hash: string): Uint8Array {
  const read = record && readPack(record);
  const [found] = read?.ok ? read.records : [];
  const plain = found && unpack(found);
  if (!plain?.ok) throw new Error(`the archive lost the content ${hash}`);
  return plain.bytes;
}
