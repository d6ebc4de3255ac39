import { createTarPacker } from 'modern-tar';

/** A file that is held whole while it is written. */
export interface TarFile {
  path: string;
  bytes: Uint8Array;
  mtime: Date;
}

/** A tar archive of files, made as it is read. A failure breaks it off, and what was read of it is no whole archive. */
export function tarOfFiles(files: AsyncGenerator<TarFile>): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const write = async () => {
    for await (const { path, bytes, mtime } of files) {
      const writer = controller.add({ name: path, type: 'file', size: bytes.byteLength, mode: 0o644, mtime }).getWriter();
      // Waits for a slow reader, so that no more than a file is held.
      await writer.write(bytes);
      await writer.close();
    }
    controller.finalize();
  };
  write().catch((error: unknown) => controller.error(error));
  return readable;
}
