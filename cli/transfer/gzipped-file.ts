import { createReadStream, openAsBlob, statSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { exitCodes, Failure } from '../failure.ts';
import { plain } from '../terminal.ts';

/** A file's bytes, gzipped where they are not yet; reads no further than where there are more than `maxBytes` of those. */
export async function gzippedFile(file: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const collector = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      chunks.push(chunk);
      done(size > maxBytes ? tooLarge(file, maxBytes) : null);
    },
  });
  try {
    requireFile(file);
    // What is gzipped already becomes hardly larger.
    if (/\.gz$/.test(file)) await pipeline(createReadStream(file), collector);
    else await pipeline(createReadStream(file), createGzip(), collector);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new Failure(`${plain(file)} could not be read: ${plain(error.message)}`);
    throw error;
  }
  return Buffer.concat(chunks);
}

/** What `flightdeck export --format archive` writes. */
export const isArchive = (file: string): boolean => /\.(tar\.gz|tgz)$/.test(file);

/** An archive as it lies on disk: it is read while it is sent. */
export async function archiveFile(file: string, maxBytes: number): Promise<Blob> {
  if (requireFile(file).size > maxBytes)
    throw new Failure(
      `${plain(file)} has more than ${maxBytes} bytes, which is all that is taken at once. Export fewer sessions into each file.`,
    );
  return openAsBlob(file, { type: 'application/gzip' });
}

function requireFile(file: string) {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new Failure(`There is no file ${plain(file)}.`, exitCodes.usage);
  return found;
}

const tooLarge = (file: string, maxBytes: number) =>
  new Failure(
    `${plain(file)} has more than ${maxBytes} bytes, gzipped, which is all that is taken at once. Export fewer sessions into each file.`,
  );
