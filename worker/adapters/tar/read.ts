import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { limits } from '../../../wire/limits.ts';
import { TarKinds } from '../../domain/archive/tar-kinds.ts';
import { gitFolderOf, leadsOut, placeProblem } from '../../domain/archive/workspace-path.ts';
import { streamOf } from '../../stream-of.ts';

/** What is wrong with an archive, in a sentence that says what to do or where it is. Nothing of it is taken. */
export class BadArchive extends Error {}

/** An entry of an archive that may lie in a workspace. A file's chunks have to be read before the next entry. */
export type TarEntry =
  | { type: 'file'; path: string; mode: number; size: number; chunks: AsyncIterable<Uint8Array> }
  | { type: 'link'; path: string; target: string }
  /** A hard link: another name of a file that came before. */
  | { type: 'twin'; path: string; mode: number; of: string }
  /** Something that no snapshot holds, of which the path is the outermost folder. */
  | { type: 'left out'; path: string };

/** The entries of a tar.gz, each judged before its bytes are read; throws `BadArchive`. `instead` says what to do with a larger one. */
export async function* readTarGz(
  body: ReadableStream<Uint8Array>,
  instead = 'use the command for so many',
): AsyncGenerator<TarEntry> {
  const reader = streamOf(unzipped(body, instead))
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader();
  const seen = new Places();
  try {
    for (let count = 0; ; count++) {
      const { done, value } = await reader.read();
      if (done) return;
      if (count >= 2 * limits.maxSnapshotFiles) throw new BadArchive('It has more entries than a snapshot could hold.');
      const entry = entryOf(value, seen, instead);
      if (entry?.type === 'file') yield entry;
      else {
        await value.body.cancel();
        if (entry) yield entry;
      }
    }
  } catch (error) {
    throw inWords(error);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** What an archive has said so far, for what comes later to be held against. */
class Places {
  readonly files = new Set<string>();
  readonly links = new Set<string>();
  readonly folders = new Set<string>();
  plainBytes = 0;

  takes(path: string, kind: 'files' | 'links'): void {
    if (this.files.has(path) || this.links.has(path)) throw new BadArchive(`${path} is there twice.`);
    if (this.folders.has(path)) throw new BadArchive(`${path} is there twice, as a folder and as none.`);
    this[kind].add(path);
  }

  takesFolder(path: string): void {
    if (this.files.has(path) || this.links.has(path)) throw new BadArchive(`${path} is there twice, as a folder and as none.`);
    this.folders.add(path);
  }
}

/** Null for what needs no place of its own: folders. */
function entryOf({ header, body }: ParsedTarEntry, seen: Places, instead: string): TarEntry | null {
  const { type = 'file', mode = 0o644, size } = header;
  const path = plain(header.name);
  if (path === '' && type === 'directory') return null;
  checkPlace(path, header.name);
  // What is left out has to be read, too.
  seen.plainBytes += size;
  if (seen.plainBytes > limits.maxUploadPlainBytes)
    throw new BadArchive(`Its files declare more than ${limits.maxUploadPlainBytes} bytes; ${instead}.`);
  const git = gitFolderOf(path);
  if (git !== undefined) return { type: 'left out', path: git };
  switch (type) {
    case 'file':
      seen.takes(path, 'files');
      return { type, path, mode: mode & 0o777, size, chunks: chunksOf(body) };
    case 'directory':
      seen.takesFolder(path);
      return null;
    case 'symlink':
      seen.takes(path, 'links');
      return { type: 'link', path, target: linkTarget(path, header.linkname ?? '') };
    case 'link': {
      const of = plain(header.linkname ?? '');
      checkPlace(of, header.linkname ?? '');
      if (!seen.files.has(of)) throw new BadArchive(`${path} is a hard link to ${of}, which is no file that came before it.`);
      seen.takes(path, 'files');
      return { type: 'twin', path, mode: mode & 0o777, of };
    }
    case 'fifo':
      throw new BadArchive(`${path} is a named pipe, and no file.`);
    case 'character-device':
    case 'block-device':
      throw new BadArchive(`${path} is a device, and no file.`);
    default:
      throw new BadArchive(`${path} is no file, folder or link.`);
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw inWords(error);
  }
}

/** As tar writes paths: `./` before them, a slash behind folders. */
const plain = (name: string): string =>
  name
    .replace(/^(\.\/+)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');

function checkPlace(path: string, name: string): void {
  if (path.includes('\ufffd')) throw new BadArchive(`${JSON.stringify(name)} is not written in UTF-8.`);
  // A slash at the end is all that is left of the root.
  const problem = placeProblem(name.startsWith('/') ? name : path);
  if (problem) throw new BadArchive(`${JSON.stringify(name.slice(0, 200))}: ${problem}`);
}

function linkTarget(path: string, target: string): string {
  if (target === '') throw new BadArchive(`${path} is a link to nothing.`);
  if (target.length > limits.maxPathLength)
    throw new BadArchive(`${path} is a link to more than ${limits.maxPathLength} characters.`);
  if (target.includes('\0') || target.includes('\ufffd')) throw new BadArchive(`${path} is a link to no text.`);
  if (leadsOut(path, target)) throw new BadArchive(`${path} is a link out of the workspace, to ${JSON.stringify(target)}.`);
  return target;
}

/** The tar inside, of which no more passes than an archive may hold. */
async function* unzipped(body: ReadableStream<Uint8Array>, instead: string): AsyncGenerator<Uint8Array> {
  const kinds = new TarKinds();
  // Headers, padding, and the zeros that tar fills its last record with.
  const maxBytes = 2 * limits.maxUploadPlainBytes;
  let bytes = 0;
  const found: { problem?: BadArchive } = {};
  try {
    for await (const chunk of streamOf(gzipOnly(body, instead, found)).pipeThrough(new DecompressionStream('gzip'))) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new BadArchive(`It unpacks to more than ${maxBytes} bytes.`);
      const problem = kinds.problemIn(chunk);
      if (problem) throw new BadArchive(problem);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof BadArchive) throw error;
    throw found.problem ?? new BadArchive('Its gzip data is damaged, or its end is missing.', { cause: error });
  }
}

/** A decompressor unpacks what it is given as a whole, a thousand times as much at worst. */
const sliceBytes = 16 * 1024;

/** The body in small slices. What is wrong with it is noted, too: an error on its way through a decompressor comes out as another. */
async function* gzipOnly(
  body: ReadableStream<Uint8Array>,
  instead: string,
  found: { problem?: BadArchive },
): AsyncGenerator<Uint8Array> {
  const refuse = (problem: string): never => {
    found.problem = new BadArchive(problem);
    throw found.problem;
  };
  let bytes = 0;
  for await (const chunk of body) {
    if (bytes === 0 && chunk[0] !== 0x1f) refuse('It is not gzip; send a tar.gz.');
    bytes += chunk.byteLength;
    if (bytes > limits.maxUploadBytes) refuse(`It has more than ${limits.maxUploadBytes} bytes; ${instead}.`);
    for (let at = 0; at < chunk.byteLength; at += sliceBytes) yield chunk.subarray(at, at + sliceBytes);
  }
  if (bytes === 0) refuse('It is empty; send a tar.gz.');
}

/** What the parser says of an archive, in our words. */
const words: Record<string, string> = {
  'Invalid tar header checksum.': 'A header’s checksum is wrong: the archive is damaged there, or a size before it is.',
  'Invalid tar header.': 'It has a single block of zeros where a header has to be.',
  'Tar archive is truncated.': 'It ends before its end: something of it is missing.',
  'Invalid EOF.': 'Something follows its end.',
  'Invalid tar number.': 'A header has a number that is none.',
  'TAR number too large': 'A header has a number beyond any size.',
  'Tar metadata entry exceeds maximum size.': 'A header that gives a long name is too large.',
  'Too many global attributes.': 'A global header gives too many attributes.',
};

function inWords(error: unknown): unknown {
  if (error instanceof BadArchive) return error;
  const said = error instanceof Error ? words[error.message] : undefined;
  return said === undefined ? error : new BadArchive(said, { cause: error });
}
