import { DurableObject } from 'cloudflare:workers';
import type { Located } from '../domain/archive/runs.ts';
import type { Env } from '../env.ts';
import { type Claimed, type Committed, ContentBook, type Placed } from './content-book.ts';

/**
 * What a project has of contents, and which snapshots need them: the only writer of both. An object in the archive is made only after
 * its row here, and its row goes only after it, so that what an interruption leaves behind is always found.
 */
export class ContentIndex extends DurableObject<Env> {
  private readonly book: ContentBook;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.book = new ContentBook(ctx.storage);
  }

  /** Those of the hashes that the project does not have. */
  missing(hashes: string[]): string[] {
    return this.book.missing(hashes);
  }

  /** Where those of the hashes lie that the project has. */
  locate(hashes: string[]): Located[] {
    return this.book.locate(hashes);
  }

  /** Which of the hashes are new, and the number of the pack to write them to; null where none is. */
  prepare(hashes: string[]): { missing: string[]; pack: number | null } {
    const missing = this.book.missing(hashes);
    return { missing, pack: missing.length > 0 ? this.book.reserve(Date.now()) : null };
  }

  /** A pack is written: its contents are known from now on. Answers as `ContentBook.fill`. */
  fill(pack: number, contents: Placed[]): number | null {
    return this.book.fill(pack, contents, Date.now());
  }

  /** A pack came to nothing, and its object is gone. */
  release(pack: number): void {
    this.book.release([pack]);
  }

  /** From now on nothing that the snapshot needs is given up. */
  commit(snapshotId: string, contents: Claimed[]): Committed {
    return this.book.commit(snapshotId, contents, Date.now());
  }

  /** The snapshot is gone, and so is its manifest. */
  forget(snapshotId: string): void {
    this.book.forget([snapshotId]);
  }
}
