import { chmodSync, closeSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ManifestEntry } from '../../wire/snapshot.ts';
import { Failure } from '../failure.ts';
import { passedThrough, touchedOne } from './collect.ts';
import { partsOf } from './content-parts.ts';
import { hashFile } from './hash-file.ts';
import type { ProjectContents } from './project-contents.ts';

export interface Wanted {
  /** What the file is called among those that are gathered. */
  name: string;
  entry: ManifestEntry;
}

interface Target {
  name: string;
  offset: number;
}

/** Fetches files into a folder of ours, each as it is going to be, down to its permissions. Holds one content in memory at a time. */
export async function gather(
  folder: string,
  wanted: readonly Wanted[],
  contents: ProjectContents,
  onFetched: (bytes: number, all: number) => void,
): Promise<void> {
  const targets = new Map<string, Target[]>();
  let all = 0;
  for (const { name, entry } of wanted) {
    if (entry.type === 'link') symlinkSync(entry.target, join(folder, name));
    else writeFileSync(join(folder, name), '', { flag: 'wx', mode: 0o600 });
    for (const { hash, offset, length } of partsOf(entry)) {
      const before = targets.get(hash);
      if (before) before.push({ name, offset });
      else targets.set(hash, [{ name, offset }]);
      all += before ? 0 : length;
    }
  }
  let done = 0;
  onFetched(0, all);
  for await (const { hash, bytes } of contents.read(targets.keys())) {
    for (const { name, offset } of targets.get(hash) ?? []) writeAt(join(folder, name), bytes, offset);
    done += bytes.length;
    passedThrough(bytes.length);
    onFetched(done, all);
  }
  for (const { name, entry } of wanted) finish(join(folder, name), entry);
}

function writeAt(file: string, bytes: Buffer, offset: number): void {
  const fd = openSync(file, 'r+');
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
  } finally {
    closeSync(fd);
  }
}

/** Each content was verified as it came; what a manifest makes of several has a hash and a size of its own. */
function finish(file: string, entry: ManifestEntry): void {
  touchedOne();
  if (entry.type === 'link') return;
  if (entry.parts) {
    const { hash, size } = hashFile(file) ?? {};
    if (hash !== entry.hash || size !== entry.size)
      throw new Failure(`${entry.path} is not what the snapshot says of it. Nothing was changed.`);
  }
  chmodSync(file, entry.mode);
}
