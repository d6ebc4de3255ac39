/** Bytes that may lie about before they are collected. */
const everyBytes = 8 * 1024 * 1024;

let collect: (() => void) | undefined;
let bytes = 0;

/**
 * Has Node give up buffers that are not used any more, after every few megabytes of them. They lie outside of its heap, which therefore sees no
 * reason to for a hundred megabytes; collecting takes some milliseconds.
 */
export function passedThrough(length: number): void {
  bytes += length;
  if (bytes < everyBytes) return;
  bytes = 0;
  collect ??= collector();
  collect();
}

/** As `node --expose-gc` has it, for a command that is not started so. */
function collector(): () => void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--expose-gc');
  // What is new may fill this many megabytes before it is looked through, instead of three times sixteen.
  setFlagsFromString('--max-semi-space-size=2');
  setFlagsFromString('--semi-space-growth-factor=1');
  const gc: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
  if (typeof gc !== 'function') return () => undefined;
  return () => gc();
}

/** The same for what a file's name and its stats leave behind, a few kilobytes; for loops over files that read none. */
export const touchedOne = (): void => passedThrough(8192);
