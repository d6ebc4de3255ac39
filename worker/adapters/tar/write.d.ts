import type { ManifestEntry } from '../../../wire/snapshot.ts';
/**
 * A tar archive of a manifest's entries, made as it is read. `contents` are the bytes of all files, one piece after the other, in the
 * order of the entries. A failure breaks the stream off, and what was read of it is no whole archive.
 */
export declare function tarOf(
  entries: readonly ManifestEntry[],
  contents: AsyncGenerator<Uint8Array>,
  mtime: Date,
): ReadableStream<Uint8Array>;
