import { createHash } from 'node:crypto';
import type { Sky } from './weather.ts';

/** An R2 bucket in memory: the part of its interface that the archive uses, its checksum included. */
export class LocalArchive {
  readonly objects = new Map<string, Uint8Array>();
  readonly sky: Sky;

  constructor(sky: Sky) {
    this.sky = sky;
  }

  /** As the platform's type, of which nobody here uses more. */
  get binding(): R2Bucket {
    return this as unknown as R2Bucket;
  }

  put(key: string, body: ArrayBuffer, { sha256 }: { sha256: ArrayBuffer }): Promise<{ size: number }> {
    return this.sky.through(() => {
      const bytes = new Uint8Array(body);
      if (!createHash('sha256').update(bytes).digest().equals(new Uint8Array(sha256))) throw new Error('checksum mismatch');
      this.objects.set(key, bytes);
      return { size: bytes.byteLength };
    });
  }

  async get(key: string): Promise<{ body: ReadableStream } | null> {
    const bytes = this.objects.get(key);
    return bytes ? { body: new Blob([Uint8Array.from(bytes)]).stream() } : null;
  }

  list({ prefix }: { prefix: string }): Promise<{ objects: { key: string }[]; truncated: boolean }> {
    return this.sky.through(() => {
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix));
      return { objects: keys.map((key) => ({ key })), truncated: false };
    });
  }

  delete(keys: string[]): Promise<void> {
    return this.sky.through(() => {
      for (const key of keys) this.objects.delete(key);
    });
  }
}
