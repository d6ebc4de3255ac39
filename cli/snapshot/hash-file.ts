import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { limits } from '../../wire/limits.ts';

export interface Hashed {
  /** Bytes read, which are those that were hashed. */
  size: number;
  hash: string;
  /** Of a file larger than one content. */
  parts?: string[];
}

// One for all files: they are read one after the other, and a new one each time would be more memory than all else.
let buffer: Buffer | undefined;

/** Reads a file once; null where it may not be read, or is no regular file any more. */
export function hashFile(file: string): Hashed | null {
  return withFile(file, (fd) => {
    const { createHash, hash } = process.getBuiltinModule('node:crypto');
    buffer ??= Buffer.allocUnsafe(limits.maxContentBytes);
    const digest = (bytes: Buffer) => hash?.('sha256', bytes) ?? createHash('sha256').update(bytes).digest('hex');
    let length = fill(fd, buffer, 0);
    if (length < limits.maxContentBytes) return { size: length, hash: digest(buffer.subarray(0, length)) };
    const whole = createHash('sha256');
    const parts: string[] = [];
    let size = 0;
    for (; length > 0; length = fill(fd, buffer, size)) {
      const part = buffer.subarray(0, length);
      whole.update(part);
      parts.push(digest(part));
      size += length;
    }
    return { size, hash: whole.digest('hex'), ...(parts.length > 1 && { parts }) };
  });
}

/** Fills `part` from `offset` on, or less of it where the file is shorter by now: what was read; null as above. */
export const readPart = (file: string, offset: number, part: Buffer): Buffer | null =>
  withFile(file, (fd) => part.subarray(0, fill(fd, part, offset)));

function withFile<T>(file: string, read: (fd: number) => T): T | null {
  let fd: number | undefined;
  try {
    // What has become a link or a pipe since it was listed is not followed, and not waited for.
    fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    return fstatSync(fd).isFile() ? read(fd) : null;
  } catch {
    return null;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function fill(fd: number, into: Buffer, offset: number): number {
  let length = 0;
  while (length < into.length) {
    const count = readSync(fd, into, length, into.length - length, offset + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}
