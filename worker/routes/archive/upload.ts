import { createHash } from 'node:crypto';
import { limits } from '../../../wire/limits.ts';
import type { LeftOut, Manifest, ManifestEntry } from '../../../wire/snapshot.ts';
import { BadArchive, readTarGz, type TarEntry } from '../../adapters/tar/read.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';
import { ContentBatch } from './content-batch.ts';

type FileEntry = Extract<ManifestEntry, { type: 'file' }>;
type TarFile = Extract<TarEntry, { type: 'file' }>;

/** Stores what a tar.gz holds, and answers its manifest. A refused archive may leave contents behind, which the sweep takes. */
export async function keepArchive(env: Env, place: ProjectPlace, request: Request): Promise<Manifest> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(gzip|x-gzip|x-gtar|x-tgz|x-compressed-tar|octet-stream)\b/.test(type))
    throw new AppError('unsupported_media_type', 'Send the tar.gz as application/gzip.');
  if (Number(request.headers.get('content-length') ?? 0) > limits.maxUploadBytes)
    throw new AppError('too_large', `An archive has at most ${limits.maxUploadBytes} bytes; use the command for more.`);
  const { body } = request;
  try {
    return await manifestOf(readTarGz(body ?? new Blob([]).stream()), new ContentBatch(env, place));
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    throw new AppError('invalid', `Nothing was made of this archive: ${error.message}`, {
      cause: error,
      errors: [{ path: 'archive', message: error.message }],
    });
  }
}

async function manifestOf(tar: AsyncGenerator<TarEntry>, batch: ContentBatch): Promise<Manifest> {
  const files = new Map<string, FileEntry>();
  const links: ManifestEntry[] = [];
  const leftOut = new Map<string, LeftOut>();
  for await (const entry of tar) {
    if (files.size + links.length >= limits.maxSnapshotFiles)
      throw new BadArchive(`It holds more than the ${limits.maxSnapshotFiles} files that a snapshot may have.`);
    if (entry.type === 'file') files.set(entry.path, await keptFile(entry, batch));
    else if (entry.type === 'link') links.push(entry);
    else if (entry.type === 'left out') leftOut.set(entry.path, { path: entry.path, why: 'special' });
    else {
      const first = files.get(entry.of);
      if (first) files.set(entry.path, { ...first, path: entry.path, mode: entry.mode });
    }
  }
  await batch.store();
  const entries = [...files.values(), ...links].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { entries, leftOut: [...leftOut.values()] };
}

/** A file's entry, once its bytes are in the batch. */
async function keptFile({ path, mode, size, chunks }: TarFile, batch: ContentBatch): Promise<FileEntry> {
  const whole = createHash('sha256');
  const parts: string[] = [];
  for await (const part of partsOf(chunks, size)) {
    whole.update(part);
    parts.push(await batch.add(part));
  }
  const hash = whole.digest('hex');
  return { type: 'file', path, size, mode, hash, ...(parts.length > 1 && { parts }) };
}

/** The bytes of a file in parts that are contents; of an empty one, an empty part. */
async function* partsOf(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size;
  let part = new Uint8Array(Math.min(left, limits.maxContentBytes));
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength && left > 0; ) {
      const some = chunk.subarray(at, at + part.byteLength - filled);
      part.set(some, filled);
      filled += some.byteLength;
      at += some.byteLength;
      if (filled < part.byteLength) continue;
      yield part;
      left -= part.byteLength;
      part = new Uint8Array(Math.min(left, limits.maxContentBytes));
      filled = 0;
    }
  }
  if (size === 0) yield part;
}
