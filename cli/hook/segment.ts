import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { isMissing, isThere } from '../config.ts';

/** One hook as it lies in the spool. */
export interface SpooledHook {
  /** Tells the writer which line is its own. */
  id: string;
  /** When the agent called us. ISO 8601 UTC. */
  at: string;
  /** Until then a process waits for the answer. */
  untilMs?: number;
  /** It was answered without the server: nobody waits for what that says. */
  late?: boolean;
  repository?: string;
  gitBranch?: string;
  /** The session that started this one, as the environment says. */
  parent?: string;
  /** The folder that the agent runs in, from the repository's root on. */
  folder?: string;
  hook: Record<string, unknown>;
}

/** A spooled hook with its number in the segment's stream, and where its line ends. */
export interface Pending extends SpooledHook {
  n: number;
  endOffset: number;
}

/** What the server has acknowledged: bytes of the segment, and the number of the last hook in them. */
export interface Acknowledged {
  offset: number;
  n: number;
}

/**
 * An append-only file of hooks that is a stream of its own. Nobody hands out numbers: a hook's number is its place in the file, and one
 * `write` with O_APPEND is what puts it there, so that any number of processes may write and be killed at any moment without a
 * lock. A kill in the middle of a write leaves a torn line; the next writer begins with a line break, and readers pass over what
 * is no JSON. (The operating system orders appends to local files; NFS does not.)
 */
export class Segment {
  readonly file: string;
  readonly stream: string;
  private readonly startOffset: number;

  private constructor(file: string, stream: string, startOffset: number) {
    this.file = file;
    this.stream = stream;
    this.startOffset = startOffset;
  }

  /** The segment in `file`, which is made where there is none; the first line names its stream. */
  static open(file: string): Segment {
    return Segment.read(file) ?? Segment.make(file);
  }

  /** Null where there is no such file. */
  static read(file: string): Segment | null {
    let descriptor: number;
    try {
      descriptor = openSync(file, 'r');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    const bytes = Buffer.alloc(128);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
    const end = bytes.subarray(0, length).indexOf(0x0a);
    const header: unknown = end === -1 ? null : parsed(bytes.toString('utf8', 0, end));
    if (!isRecord(header) || typeof header.stream !== 'string') throw new Error(`${file} is no spool of ours.`);
    return new Segment(file, header.stream, end + 1);
  }

  /** A link appears whole or not at all, and never replaces: of two processes that make the file, the second takes the first one's. */
  private static make(file: string): Segment {
    const stream = `spool-${crypto.randomUUID()}`;
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify({ stream })}\n`, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if (!isThere(error)) throw error;
    } finally {
      unlinkSync(draft);
    }
    const made = Segment.read(file);
    if (!made) throw new Error(`${file} disappeared.`);
    return made;
  }

  /** Puts a hook at the end. Throws where the disk does not take all of it; what it took is passed over. */
  append(hook: SpooledHook): void {
    const line = Buffer.from(`\n${JSON.stringify(hook)}\n`);
    const descriptor = openSync(this.file, 'a', 0o600);
    try {
      if (writeSync(descriptor, line) !== line.length) throw new Error(`${this.file}: the disk is full.`);
    } finally {
      closeSync(descriptor);
    }
  }

  acknowledged(): Acknowledged {
    try {
      const known: unknown = parsed(readFileSync(this.ackFile, 'utf8'));
      if (isRecord(known) && typeof known.offset === 'number' && typeof known.n === 'number')
        return { offset: known.offset, n: known.n };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    return { offset: this.startOffset, n: 0 };
  }

  /** Remembers what is stored. Forgetting it, or remembering less, costs one more sending and nothing else. */
  acknowledge(acknowledged: Acknowledged): void {
    if (this.acknowledged().offset >= acknowledged.offset) return;
    const draft = `${this.ackFile}.${process.pid}.tmp`;
    writeFileSync(draft, JSON.stringify(acknowledged), { mode: 0o600 });
    renameSync(draft, this.ackFile);
  }

  get sizeBytes(): number {
    return statSync(this.file).size;
  }

  get lastWriteMs(): number {
    return statSync(this.file).mtimeMs;
  }

  /** Bytes that are not acknowledged. */
  get backlogBytes(): number {
    return Math.max(0, this.sizeBytes - this.acknowledged().offset);
  }

  /** Hooks that are not acknowledged, in order, at most about `maxBytes` of them. */
  pending(maxBytes: number): Pending[] {
    return this.after(this.acknowledged(), maxBytes);
  }

  /** A hook of this segment by its id, acknowledged or not. */
  find(id: string): Pending | undefined {
    return this.after({ offset: this.startOffset, n: 0 }, Number.POSITIVE_INFINITY).find((hook) => hook.id === id);
  }

  remove(): void {
    unlinkSync(this.file);
    try {
      unlinkSync(this.ackFile);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  private get ackFile(): string {
    return `${this.file}.${this.stream}.ack`;
  }

  private after({ offset, n }: Acknowledged, maxBytes: number): Pending[] {
    const pending: Pending[] = [];
    const bytes = readFrom(this.file, offset);
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
      const hook = spooled(bytes.toString('utf8', start, end));
      start = end + 1;
      if (!hook) continue;
      pending.push({ ...hook, n: n + pending.length + 1, endOffset: offset + start });
      if (start >= maxBytes) break;
    }
    return pending;
  }
}

function readFrom(file: string, offset: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, statSync(file).size - offset));
    let length = 0;
    while (length < bytes.length) {
      const got = readSync(descriptor, bytes, length, bytes.length - length, offset + length);
      if (got === 0) break;
      length += got;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Null for an empty or torn line. */
function spooled(line: string): SpooledHook | null {
  if (line === '') return null;
  const value = parsed(line);
  return isSpooled(value) ? value : null;
}

/** `append` wrote it, and a torn line is no JSON: what has these three is whole. */
const isSpooled = (value: unknown): value is SpooledHook =>
  isRecord(value) && typeof value.id === 'string' && typeof value.at === 'string' && isRecord(value.hook);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
