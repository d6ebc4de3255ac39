import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { writePrivately } from '../config.ts';
import { readText } from '../settings/receipt.ts';
import type { Hashed } from './hash-file.ts';

const version = 1;
/** File systems count time in steps of up to two seconds; a file that changed within one may change again without showing it. */
const unsureMs = 2000;

type Row = [path: string, size: number, mtimeMs: number, ctimeMs: number, ino: number, hash: string, ...parts: string[]];

/** What the files of one folder hash to, as long as they look untouched. Nobody can set back when an inode was changed. */
export class HashCache {
  private readonly file: string;
  private readonly rows = new Map<string, Row>();
  private readonly next = new Map<string, Row>();

  constructor(stateFolder: string) {
    this.file = join(stateFolder, 'hashes.json');
    for (const row of readRows(this.file)) this.rows.set(row[0], row);
  }

  get(path: string, { size, mtimeMs, ctimeMs, ino }: Stats): Hashed | undefined {
    const row = this.next.get(path) ?? this.rows.get(path);
    if (!row || row[1] !== size || row[2] !== mtimeMs || row[3] !== ctimeMs || row[4] !== ino) return undefined;
    this.next.set(path, row);
    const [, , , , , hash, ...parts] = row;
    return { size, hash, ...(parts.length > 0 && { parts }) };
  }

  /** `stats` are from before the file was read, at `readAtMs`. */
  put(path: string, stats: Stats, { size, hash, parts = [] }: Hashed, readAtMs: number): void {
    if (stats.size !== size || readAtMs - Math.max(stats.ctimeMs, stats.mtimeMs) < unsureMs) return;
    this.next.set(path, [path, size, stats.mtimeMs, stats.ctimeMs, stats.ino, hash, ...parts]);
  }

  forget(path: string): void {
    this.rows.delete(path);
    this.next.delete(path);
  }

  /** Keeps what was asked for or put since; files that are gone are forgotten. */
  save(): void {
    writePrivately(this.file, JSON.stringify({ version, rows: [...this.next.values()] }));
  }
}

function readRows(file: string): Row[] {
  try {
    // Ours alone; one of another version is begun anew.
    const known = JSON.parse(readText(file) ?? '{}') as { version?: number; rows?: Row[] };
    return known.version === version ? (known.rows ?? []) : [];
  } catch {
    return [];
  }
}
