import type { PackRecord } from '../../../wire/pack.ts';
import type { Env } from '../../env.ts';
import { calling, contentIndex } from '../../rooms/index.ts';
import { pack, sha256 } from '../../store/archive/packing.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';
import { keepContents } from './keep.ts';

/** Plain bytes that are held until they are stored together. */
const batchBytes = 16 * 1024 * 1024;
const maxBatch = 2000;

/** Contents on their way into the archive: several go at once, and none that is there is packed. */
export class ContentBatch {
  private readonly env: Env;
  private readonly place: ProjectPlace;
  private readonly held = new Map<string, Uint8Array>();
  private readonly known = new Set<string>();
  private bytes = 0;

  constructor(env: Env, place: ProjectPlace) {
    this.env = env;
    this.place = place;
  }

  /** Answers the content's hash. */
  async add(plain: Uint8Array): Promise<string> {
    const hash = sha256(plain);
    if (this.known.has(hash)) return hash;
    this.known.add(hash);
    this.held.set(hash, plain);
    this.bytes += plain.byteLength;
    if (this.bytes >= batchBytes || this.held.size >= maxBatch) await this.store();
    return hash;
  }

  async store(): Promise<void> {
    if (this.held.size === 0) return;
    const missing = await calling(
      () => contentIndex(this.env, this.place),
      async (index): Promise<string[]> => index.missing([...this.held.keys()]),
    );
    const records = missing.flatMap((hash): PackRecord[] => {
      const plain = this.held.get(hash);
      return plain ? [pack(plain)] : [];
    });
    if (records.length > 0) await keepContents(this.env, this.place, records);
    this.held.clear();
    this.bytes = 0;
  }
}
