import { join } from 'node:path';
import { limits } from '../../wire/limits.ts';
import type { ManifestEntry } from '../../wire/snapshot.ts';
import { type Part, partsOf } from './content-parts.ts';
import { packed } from './framing.ts';
import { readPart } from './hash-file.ts';
import type { ProjectContents } from './project-contents.ts';

/** Each is a row of the server's; a pack of very small files would take long there. */
const maxPackRecords = 1000;
/** Packed side by side, each on a thread of its own. */
const maxTogether = 4;

export interface Uploaded {
  sentContents: number;
  /** Files whose bytes are not those that were hashed any more. */
  changed: Set<string>;
}

/** Sends the contents that the project does not have, each once. Holds two packs in memory at most, however much there is. */
export async function upload(
  root: string,
  entries: readonly ManifestEntry[],
  contents: ProjectContents,
  onSent: (bytes: number, all: number) => void,
): Promise<Uploaded> {
  const missing = await contents.missing(new Set(entries.flatMap((entry) => partsOf(entry).map(({ hash }) => hash))));
  const wanted = firstPlaces(entries, missing);
  const all = wanted.reduce((sum, { part }) => sum + part.length, 0);
  const changed = new Set<string>();
  const pack = new Pack(contents);
  let done = 0;
  onSent(0, all);
  for (let from = 0; from < wanted.length; from += maxTogether) {
    const together = wanted.slice(from, from + maxTogether);
    const records = await Promise.all(together.map((place) => recordOf(root, place)));
    for (const [index, { path, part }] of together.entries()) {
      const record = records[index];
      if (record) await pack.add(record);
      else changed.add(path);
      done += part.length;
    }
    onSent(done, all);
  }
  await pack.end();
  return { sentContents: wanted.length - changed.size, changed };
}

interface Place {
  path: string;
  part: Part;
}

/** Where each missing content can be read; the same bytes may lie in many files. */
function firstPlaces(entries: readonly ManifestEntry[], missing: ReadonlySet<string>): Place[] {
  const places = new Map<string, Place>();
  for (const entry of entries)
    for (const part of partsOf(entry))
      if (missing.has(part.hash) && !places.has(part.hash)) places.set(part.hash, { path: entry.path, part });
  return [...places.values()];
}

async function recordOf(root: string, { path, part }: Place): Promise<Buffer | null> {
  const bytes = readPart(join(root, path), part.offset, part.length);
  const { createHash } = process.getBuiltinModule('node:crypto');
  if (!bytes || createHash('sha256').update(bytes).digest('hex') !== part.hash) return null;
  return packed(part.hash, bytes);
}

/** Gathers records into uploads of the size that the server takes, and sends one while the next is gathered. */
class Pack {
  private readonly contents: ProjectContents;
  private records: Buffer[] = [];
  private bytes = 0;
  private sending: Promise<unknown> = Promise.resolve();

  constructor(contents: ProjectContents) {
    this.contents = contents;
  }

  async add(record: Buffer): Promise<void> {
    if (this.bytes + record.length > limits.maxPackBytes || this.records.length === maxPackRecords) await this.send();
    this.records.push(record);
    this.bytes += record.length;
  }

  async end(): Promise<void> {
    await this.send();
    await this.sending;
  }

  private async send(): Promise<void> {
    if (this.records.length === 0) return;
    const pack = Buffer.concat(this.records, this.bytes);
    this.records = [];
    this.bytes = 0;
    await this.sending;
    this.sending = this.contents.put(pack);
    // Whoever waits for it next is told; until then nobody is to take it for a refusal that nobody heard.
    this.sending.catch(() => undefined);
  }
}
