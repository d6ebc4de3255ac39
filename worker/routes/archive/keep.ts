import type { PackRecord } from '../../../wire/pack.ts';
import type { StoredContents } from '../../../wire/snapshot.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import type { Sized } from '../../rooms/contents/content-book.ts';
import type { Prepared } from '../../rooms/contents/content-index.ts';
import { calling, contentIndex } from '../../rooms/index.ts';
import { deletePacks, putPack } from '../../store/archive/packs.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';

/**
 * Stores those of the contents that the project does not have, in one new pack: number, object, index. Whatever of it an interruption
 * leaves behind, the next upload of the same contents stores them anew, and the sweep takes the rest away.
 */
export async function keepContents(env: Env, place: ProjectPlace, records: readonly PackRecord[]): Promise<StoredContents> {
  const each = new Map(records.map((record) => [record.hash, record]));
  const index = () => contentIndex(env, place);
  const sized = [...each.values()].map(({ hash, packed }): Sized => [hash, packed.byteLength]);
  const prepared = await calling(index, async (stub): Promise<Prepared> => stub.prepare(sized));
  if (!prepared.ok) throw new AppError('quota_exceeded', prepared.message);
  const { missing, pack } = prepared;
  if (pack === null) return { stored: 0, known: each.size };
  const fresh = missing.flatMap((hash) => each.get(hash) ?? []);
  const placed = await putPack(env.ARCHIVE, place, pack, fresh);
  const stored = await calling(index, async (stub): Promise<number | null> => stub.fill(pack, placed));
  if (stored === null) throw new AppError('conflict', 'The upload took too long; send it again.');
  if (stored === 0) {
    // Others stored the same meanwhile.
    await deletePacks(env.ARCHIVE, place, [pack]);
    await calling(index, async (stub) => stub.release(pack));
  }
  return { stored, known: each.size - stored };
}
