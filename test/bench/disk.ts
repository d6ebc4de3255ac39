import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How often a second one thread can append 4 KB and sync, over 20 files: what any durable single-event ingest is bounded by. */
export function syncsPerSecond(): number {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-disk-'));
  const files = Array.from({ length: 20 }, (_, i) => openSync(join(folder, String(i)), 'w'));
  const page = Buffer.alloc(4120, 'x');
  const endMs = Date.now() + 1500;
  let syncs = 0;
  for (; Date.now() < endMs; syncs++) {
    const file = files[syncs % files.length] ?? 0;
    writeSync(file, page);
    fsyncSync(file);
  }
  for (const file of files) closeSync(file);
  rmSync(folder, { recursive: true });
  return syncs / 1.5;
}
