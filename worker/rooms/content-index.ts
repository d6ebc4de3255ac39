import { DurableObject } from 'cloudflare:workers';
import type { Located } from '../domain/archive/runs.ts';
import { backOffMs } from '../domain/deadlines.ts';
import type { Env } from '../env.ts';
import { deleteManifests } from '../store/archive/manifests.ts';
import { deletePacks } from '../store/archive/packs.ts';
import type { ProjectPlace } from '../store/archive/place.ts';
import { existingSnapshots } from '../store/archive/snapshots.ts';
import { openDb } from '../store/db.ts';
import { type Claimed, type Committed, ContentBook, type Placed } from './content-book.ts';
import { type SweepReport, sweepContents } from './content-sweep.ts';

const sweepEveryMs = 24 * 3600_000;
/** Where one sweep was not enough. */
const sweepOnMs = 60_000;

/**
 * What a project has of contents, and which snapshots need them: the only writer of both. An object in the archive is made only after
 * its row here, and its row goes only after it, so that what an interruption leaves behind is always found.
 */
export class ContentIndex extends DurableObject<Env> {
  private readonly book: ContentBook;
  /** Cache. */
  private alarmAtMs: number | null = null;
  /** Cache: an evicted index begins anew with short waits. */
  private failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.book = new ContentBook(ctx.storage);
    void ctx.blockConcurrencyWhile(async () => {
      this.alarmAtMs = await ctx.storage.getAlarm();
    });
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
    if (missing.length === 0) return { missing, pack: null };
    const pack = this.book.reserve(Date.now());
    this.schedule();
    return { missing, pack };
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
    const committed = this.book.commit(snapshotId, contents, Date.now());
    if (committed.ok) this.schedule();
    return committed;
  }

  /** The snapshot is gone, and so is its manifest. */
  forget(snapshotId: string): void {
    this.book.forget([snapshotId]);
  }

  /** Sweeps once a day, as long as there is anything. */
  override async alarm(): Promise<void> {
    this.alarmAtMs = null;
    try {
      const report = await this.sweep();
      this.failures = 0;
      if (!this.book.isEmpty) this.schedule(report.more ? sweepOnMs : sweepEveryMs);
    } catch (error) {
      this.failures += 1;
      console.error(JSON.stringify({ sweep: this.ctx.id.name, failed: String(error) }));
      this.schedule(backOffMs(this.failures));
    }
  }

  private async sweep(): Promise<SweepReport> {
    const { env } = this;
    const place = this.place();
    const startMs = Date.now();
    const ports = {
      book: this.book,
      existing: (ids: string[]) => existingSnapshots(openDb(env.DB), place.organizationId, ids),
      deleteManifests: (ids: string[]) => deleteManifests(env.ARCHIVE, place, ids),
      deletePacks: (packs: number[]) => deletePacks(env.ARCHIVE, place, packs),
    };
    const report = await sweepContents(ports, startMs);
    console.log(JSON.stringify({ sweep: this.ctx.id.name, ...report, ms: Date.now() - startMs }));
    return report;
  }

  /** A set alarm costs a row, so one that is set is left alone. */
  private schedule(inMs = sweepEveryMs): void {
    if (this.alarmAtMs !== null) return;
    this.alarmAtMs = Date.now() + inMs;
    void this.ctx.storage.setAlarm(this.alarmAtMs);
  }

  /** The object's name is its organization's id and its project's. */
  private place(): ProjectPlace {
    const [organizationId, projectId] = this.ctx.id.name?.split('/') ?? [];
    if (organizationId === undefined || projectId === undefined)
      throw new Error('an index is addressed by the names of its place');
    return { organizationId, projectId };
  }
}
