import { join } from 'node:path';
import { limits } from '../../wire/limits.ts';
import type { ManifestEntry } from '../../wire/snapshot.ts';
import { passedThrough } from './collect.ts';
import { type Part, partsOf } from './content-parts.ts';
import { packed } from './framing.ts';
import { readPart } from './hash-file.ts';
import type { ProjectContents } from './project-contents.ts';

/** Each is a row of the server's; a pack of very small files would take long there. */
const maxPackRecords = 1000;
/** Smaller than the server takes, because this much is in memory twice: one is filled, and one sent. */
const packBytes = 6 * 1024 * 1024;
/** Packed side by side, each on a thread of its own: so many, and so many bytes. */
const maxTogether = 8;
const maxBytesTogether = limits.maxContentBytes;

export interface Uploaded {
  sentContents: number;
  /** Files whose bytes are not those that were hashed any more. */
  changed: Set<string>;
}

/** Sends the contents that the project does not have, each once. Holds a few packs in memory at most, however much there is. */
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
  const buffer = Buffer.allocUnsafe(maxBytesTogether);
  let done = 0;
  onSent(0, all);
  for (const together of groups(wanted)) {
    const records = await Promise.all(readTogether(root, together, buffer));
    for (const [index, { path, part }] of together.entries()) {
      const record = records[index];
      if (record) await pack.add(record);
      else changed.add(path);
      done += part.length;
      passedThrough(part.length);
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

function* groups(places: readonly Place[]): Generator<Place[]> {
  let group: Place[] = [];
  let bytes = 0;
  for (const place of places) {
    if (group.length === maxTogether || bytes + place.part.length > maxBytesTogether) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(place);
    bytes += place.part.length;
  }
  if (group.length > 0) yield group;
}

/** The records of a group, whose bytes lie beside each other in the buffer; null for what is not what was hashed any more. */
function readTogether(root: string, group: readonly Place[], buffer: Buffer): (Promise<Uint8Array[]> | null)[] {
  const { createHash } = process.getBuiltinModule('node:crypto');
  let start = 0;
  return group.map(({ path, part }) => {
    const bytes = readPart(join(root, path), part.offset, buffer.subarray(start, start + part.length));
    start += part.length;
    const isSame = bytes && createHash('sha256').update(bytes).digest('hex') === part.hash;
    return isSame ? packed(part.hash, bytes) : null;
  });
}

/** Gathers records into uploads, and sends one while the next is gathered. Two buffers take turns: a new one for each would be garbage by the hundred. */
class Pack {
  private readonly contents: ProjectContents;
  private filling = Buffer.allocUnsafe(packBytes);
  private other = Buffer.allocUnsafe(packBytes);
  private bytes = 0;
  private count = 0;
  private sending: Promise<unknown> = Promise.resolve();

  constructor(contents: ProjectContents) {
    this.contents = contents;
  }

  async add(record: readonly Uint8Array[]): Promise<void> {
    const length = record.reduce((sum, piece) => sum + piece.length, 0);
    if (this.bytes + length > packBytes || this.count === maxPackRecords) await this.send();
    for (const piece of record) {
      this.filling.set(piece, this.bytes);
      this.bytes += piece.length;
    }
    this.count++;
  }

  async end(): Promise<void> {
    await this.send();
    await this.sending;
  }

  private async send(): Promise<void> {
    if (this.count === 0) return;
    // The other buffer is free from here on.
    await this.sending;
    this.sending = this.contents.put(this.filling.subarray(0, this.bytes));
    // Whoever waits for it next is told; until then nobody is to take it for a refusal that nobody heard.
    this.sending.catch(() => undefined);
    [this.filling, this.other] = [this.other, this.filling];
    this.bytes = 0;
    this.count = 0;
  }
}
