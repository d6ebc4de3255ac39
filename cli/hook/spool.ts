import { appendFileSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../config.ts';
import { Segment, type SpooledHook } from './segment.ts';

/** A segment that has grown beyond this is closed, so that what is acknowledged can be deleted. */
const maxSegmentBytes = 8 * 1024 * 1024;
/** What one session may leave unsent on this disk; the oldest hooks are kept, and what does not fit is counted. */
export const maxBacklogBytes = 64 * 1024 * 1024;
/** No hook process lives so long: whoever could still write to a segment has ended. */
const restMs = 3600_000;

/** The hooks of one session that this machine keeps until the server has acknowledged them. */
export class Spool {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  static of(root: string, sessionId: string): Spool {
    return new Spool(join(root, folderName(sessionId)));
  }

  /** Every session's spool below `root`. */
  static all(root: string): Spool[] {
    return foldersOf(root).map((name) => new Spool(join(root, name)));
  }

  /** Segments in order; only the last is written to. */
  segments(): Segment[] {
    return this.numbers().flatMap((number) => Segment.read(this.fileOf(number)) ?? []);
  }

  /** Keeps a hook; null, and counted, where the backlog leaves no room. Throws what the disk says. */
  append(hook: SpooledHook): Segment | null {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (this.backlogBytes() >= maxBacklogBytes) {
      appendFileSync(join(this.folder, 'dropped'), '.');
      return null;
    }
    const last = this.numbers().at(-1) ?? 1;
    const segment = Segment.open(this.fileOf(last));
    const open = segment.sizeBytes < maxSegmentBytes ? segment : Segment.open(this.fileOf(last + 1));
    open.append(hook);
    return open;
  }

  backlogBytes(): number {
    return this.segments().reduce((sum, segment) => sum + segment.backlogBytes, 0);
  }

  /** Whether everything is acknowledged. A torn line at the end is nothing. */
  isEmpty(): boolean {
    return this.segments().every((segment) => segment.pending(1).length === 0);
  }

  /** Hooks that did not fit. */
  droppedCount(): number {
    try {
      return statSync(join(this.folder, 'dropped')).size;
    } catch (error) {
      if (isMissing(error)) return 0;
      throw error;
    }
  }

  /** Deletes segments that are acknowledged and that nobody has written to for an hour. */
  tidy(nowMs: number): void {
    for (const segment of this.segments()) {
      if (segment.pending(1).length === 0 && nowMs - segment.lastWriteMs > restMs) segment.remove();
    }
    if (readdirSync(this.folder).length === 0) rmdirSync(this.folder);
  }

  private fileOf(number: number): string {
    return join(this.folder, `${number}.ndjson`);
  }

  private numbers(): number[] {
    return namesIn(this.folder)
      .flatMap((name) => (/^\d+\.ndjson$/.test(name) ? [Number.parseInt(name, 10)] : []))
      .sort((a, b) => a - b);
  }
}

const foldersOf = (root: string): string[] => namesIn(root).filter((name) => name.startsWith('s.') || name.startsWith('h.'));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Agents' ids are UUIDs and the like; whatever else somebody sends must not leave the folder. */
function folderName(sessionId: string): string {
  if (/^[\w-]{1,80}$/.test(sessionId)) return `s.${sessionId}`;
  const { createHash } = process.getBuiltinModule('node:crypto');
  return `h.${createHash('sha256').update(sessionId).digest('hex').slice(0, 40)}`;
}
