import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What one hook has left for the next ones in a small file; undefined where there is none, or nobody can read it. */
export function readNote(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Leaves it for them, whole or not at all. */
export function writeNote(file: string, text: string): void {
  try {
    const draft = `${file}.${process.pid}.tmp`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    // A disk that is full must not cost the hook its answer.
  }
}
