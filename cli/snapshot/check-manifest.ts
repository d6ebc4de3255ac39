import { limits } from '../../wire/limits.ts';
import type { LeftOut, Manifest, ManifestEntry } from '../../wire/snapshot.ts';
import { Failure } from '../failure.ts';
import { plain } from '../terminal.ts';
import { keyOf, type Place, whyUnsafe } from './safe-path.ts';
import { stagingPrefix } from './workspace.ts';

const hash = /^[0-9a-f]{64}$/;
const shown = 5;

/** The manifest in an answer, every word of it checked; throws a Failure that names what is wrong. Nothing has been written by then. */
export function checkedManifest(answer: unknown, place: Place): Manifest {
  const { entries, leftOut } = (answer ?? {}) as Record<string, unknown>; // Whatever it is.
  if (!Array.isArray(entries)) throw new Failure('The server sent no manifest.');
  if (entries.length > limits.maxSnapshotFiles) throw new Failure(`The snapshot has more than ${limits.maxSnapshotFiles} files.`);
  const problems: string[] = [];
  const checked = entries.flatMap((entry: unknown): ManifestEntry[] => {
    const found = checkedEntry(entry, place);
    if (typeof found !== 'string') return [found];
    problems.push(found);
    return [];
  });
  problems.push(...clashes(checked, place));
  if (problems.length > 0) throw refusal(problems);
  return { entries: checked, leftOut: Array.isArray(leftOut) ? leftOut.filter(isLeftOut) : [] };
}

function refusal(problems: readonly string[]): Failure {
  const more = problems.length > shown ? [`… and ${problems.length - shown} more`] : [];
  const lines = [...problems.slice(0, shown), ...more].map((line) => `  ${line}`);
  return new Failure(['The snapshot cannot be restored here, and nothing was changed:', ...lines].join('\n'));
}

/** The entry, or what is wrong with it. */
function checkedEntry(entry: unknown, place: Place): ManifestEntry | string {
  const { type, path, size, mode, hash, parts, target } = (entry ?? {}) as Record<string, unknown>; // Whatever it is.
  if (typeof path !== 'string') return 'An entry has no path.';
  const wrong = (what: string) => `${plain(path).slice(0, 200)} ${what}.`;
  if (path.length > limits.maxPathLength) return wrong('is too long');
  const why = whyUnsafe(path, place);
  if (why) return wrong(why);
  if (path.startsWith(stagingPrefix)) return wrong('is where a restore gathers its files');
  if (type === 'link') {
    if (typeof target !== 'string' || target === '' || target.length > limits.maxPathLength || target.includes('\0'))
      return wrong('is a link to nothing that can be');
    return { type, path, target };
  }
  if (type !== 'file') return wrong('is neither a file nor a link');
  if (!isInt(mode, 0o777)) return wrong('has permissions that no file has');
  if (!isInt(size, limits.maxSnapshotBytes)) return wrong('has a size that no file has');
  if (!isHash(hash)) return wrong('has no hash');
  const count = size > limits.maxContentBytes ? Math.ceil(size / limits.maxContentBytes) : 0;
  if (parts === undefined) return count === 0 ? { type, path, size, mode, hash } : wrong('has no parts');
  if (!Array.isArray(parts) || !parts.every(isHash) || parts.length !== count) return wrong('has parts that do not fit its size');
  return { type, path, size, mode, hash, parts };
}

/** Two entries that would be one file, and files below what is a file or a link itself. */
function clashes(entries: readonly ManifestEntry[], place: Place): string[] {
  const problems: string[] = [];
  const paths = new Map<string, string>();
  for (const { path } of entries) {
    const other = paths.get(keyOf(path, place));
    if (other === undefined) paths.set(keyOf(path, place), path);
    else
      problems.push(
        other === path ? `${plain(path)} is there twice.` : `${plain(path)} and ${plain(other)} are one file on this disk.`,
      );
  }
  /** Folders by their key, as they were spelled first: two spellings of one are two folders elsewhere. */
  const folders = new Map<string, string>();
  for (const { path } of entries) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end);
      const key = keyOf(folder, place);
      if (paths.has(key)) problems.push(`${plain(path)} lies below ${plain(folder)}, which is no folder.`);
      const other = folders.get(key);
      if (other === undefined) folders.set(key, folder);
      else if (other !== folder) problems.push(`${plain(folder)} and ${plain(other)} are one folder on this disk.`);
    }
  }
  return [...new Set(problems)];
}

const isHash = (value: unknown): value is string => typeof value === 'string' && hash.test(value);
const isInt = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= max;

function isLeftOut(value: unknown): value is LeftOut {
  const { path } = (value ?? {}) as Record<string, unknown>; // Whatever it is; why it was left out is only shown.
  return typeof path === 'string';
}
