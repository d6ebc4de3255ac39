import { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../config.ts';

/** Hooks ask nobody for so long after a failure; the flusher prolongs it while it finds that nothing has changed. */
const outageMs = 5000;

export interface Outage {
  sinceMs: number;
  untilMs: number;
  /** What went wrong, in words. */
  reason: string;
}

/** What is known of an outage at this moment; null where the server is worth asking. */
export function readOutage(root: string, nowMs: number): Outage | null {
  try {
    // Ours.
    const outage = JSON.parse(readFileSync(join(root, 'outage.json'), 'utf8')) as Outage;
    // A clock that was set back must not make an outage of an hour; a note that is younger than `nowMs` is no such thing.
    return nowMs < outage.untilMs && outage.untilMs - nowMs <= 2 * outageMs ? outage : null;
  } catch {
    // No such file, a broken one, a folder that cannot be read: asking the server is then the way to find out.
    return null;
  }
}

/** Remembers that the server did not answer, so that the next hooks do not wait for it. */
export function noteOutage(root: string, reason: string, nowMs: number): void {
  const sinceMs = readOutage(root, nowMs)?.sinceMs ?? nowMs;
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const draft = join(root, `outage.${process.pid}.tmp`);
  writeFileSync(draft, JSON.stringify({ sinceMs, untilMs: nowMs + outageMs, reason } satisfies Outage));
  renameSync(draft, join(root, 'outage.json'));
}

export function endOutage(root: string): void {
  try {
    unlinkSync(join(root, 'outage.json'));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
