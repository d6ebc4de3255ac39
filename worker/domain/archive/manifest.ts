import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry } from '../../../wire/snapshot.ts';
import { foldersAbove, pathProblem } from './workspace-path.ts';

/** What a manifest comes to; or the entry that is wrong, and why, in a sentence. */
export type CheckedManifest =
  | { ok: true; contents: [hash: string, size: number][]; bytes: number; warnings: string[] }
  | { ok: false; at: number; message: string };

/** A page of these is enough to know what is meant. */
const maxWarnings = 20;

/** Judges a manifest by itself; whether its contents are there, the project's index knows. */
export function checkedManifest(entries: readonly ManifestEntry[]): CheckedManifest {
  const typeOf = new Map(entries.map(({ path, type }) => [path, type]));
  const sizes = new Map<string, number>();
  let bytes = 0;
  let before: string | undefined;
  for (const [at, entry] of entries.entries()) {
    const message = problemOf(entry, before, typeOf) ?? contentProblem(entry, sizes);
    if (message) return { ok: false, at, message };
    if (entry.type === 'file') bytes += entry.size;
    if (bytes > limits.maxSnapshotBytes)
      return { ok: false, at, message: `A snapshot holds at most ${limits.maxSnapshotBytes} bytes.` };
    before = entry.path;
  }
  return { ok: true, contents: [...sizes], bytes, warnings: twins(entries) };
}

/** Sizes of the parts of a file, or its own where it is not cut. */
export function partSizes(size: number): number[] {
  const count = Math.max(1, Math.ceil(size / limits.maxContentBytes));
  return Array.from({ length: count }, (_, i) => Math.min(limits.maxContentBytes, size - i * limits.maxContentBytes));
}

/** The contents that a file consists of, in their order; a link has none. */
export function contentsOf(entry: ManifestEntry): [hash: string, size: number][] {
  if (entry.type === 'link') return [];
  const { hash, size, parts } = entry;
  if (!parts) return [[hash, size]];
  const sizes = partSizes(size);
  return parts.map((part, i) => [part, sizes[i] ?? 0]);
}

function problemOf(entry: ManifestEntry, before: string | undefined, typeOf: Map<string, string>): string | undefined {
  const { path } = entry;
  const wrong = pathProblem(path);
  if (wrong) return wrong;
  if (path === before) return 'The path is there twice.';
  if (before !== undefined && path < before) return 'The entries are not in the order of their paths.';
  const above = foldersAbove(path).find((folder) => typeOf.has(folder));
  if (above !== undefined) return `The path lies beneath ${above}, which is a ${typeOf.get(above)}.`;
  if (entry.type === 'link')
    return entry.target.includes('\0') || !entry.target.isWellFormed() ? 'The link’s target is no text.' : undefined;
  const expected = partSizes(entry.size).length;
  const given = entry.parts?.length ?? 1;
  if (given !== expected) return `A file of ${entry.size} bytes has ${expected} parts, not ${given}.`;
  return undefined;
}

function contentProblem(entry: ManifestEntry, sizes: Map<string, number>): string | undefined {
  for (const [hash, size] of contentsOf(entry)) {
    const known = sizes.get(hash);
    if (known !== undefined && known !== size) return `Its content ${hash} has ${known} bytes in another entry, ${size} in this.`;
    sizes.set(hash, size);
  }
  return undefined;
}

/** Paths that a file system without upper and lower case takes for the same. */
function twins(entries: readonly ManifestEntry[]): string[] {
  const firsts = new Map<string, string>();
  const warnings: string[] = [];
  for (const { path } of entries) {
    const folded = path.toLowerCase();
    const first = firsts.get(folded);
    if (first === undefined) firsts.set(folded, path);
    else if (warnings.length < maxWarnings)
      warnings.push(`${first} and ${path} differ only in case: where that makes no difference, one takes the other's place.`);
  }
  return warnings;
}
