import { createTarPacker } from 'modern-tar';
import type { ManifestEntry } from '../../../wire/snapshot.ts';

/**
 * A tar archive of a manifest's entries, made as it is read. `contents` are the bytes of all files, one piece after the other, in the
 * order of the entries. A failure breaks the stream off, and what was read of it is no whole archive.
 */
export function tarOf(
  entries: readonly ManifestEntry[],
  contents: AsyncGenerator<Uint8Array>,
  mtime: Date,
): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const write = async () => {
    for (const entry of entries) {
      const writer = controller.add({ ...headerOf(entry), mtime }).getWriter();
      for (let left = entry.type === 'file' ? (entry.parts?.length ?? 1) : 0; left > 0; left--) {
        const { value } = await contents.next();
        if (value === undefined) throw new Error(`${entry.path} has fewer bytes than its manifest says`);
        await writer.write(value);
      }
      await writer.close();
    }
    controller.finalize();
  };
  write()
    .catch((error: unknown) => controller.error(error))
    .finally(() => contents.return(undefined));
  return readable;
}

function headerOf(entry: ManifestEntry) {
  const { path: name } = entry;
  if (entry.type === 'file') return { name, type: 'file' as const, size: entry.size, mode: entry.mode };
  return { name, type: 'symlink' as const, linkname: entry.target, size: 0, mode: 0o777 };
}
