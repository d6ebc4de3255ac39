import { DurableObject } from 'cloudflare:workers';
import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { Located } from '../../domain/archive/runs.ts';
import { backOffMs } from '../../domain/deadlines.ts';
import type { LeaseAnswer } from '../../domain/limits/lease.ts';
import type { Env } from '../../env.ts';
import { deleteManifests } from '../../store/archive/manifests.ts';
import { deletePacks } from '../../store/archive/packs.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';
import { existingSnapshots } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { budgetLedger } from '../index.ts';
import { within } from '../within.ts';
import { type Claimed, type Committed, ContentBook, type Placed, type Sized } from './content-book.ts';
import { type SweepReport, sweepContents } from './content-sweep.ts';
import { type Coming, StorageLease } from './storage-lease.ts';

const sweepEveryMs = 24 * 3600_000;
/** Where one sweep was not enough. */
const sweepOnMs = 60_000;
const ledgerMs = 1500;

/** What a client may upload: the contents that are new and the number of the pack to write them to, null where none is; or why nothing. */
export type Prepared = { ok: true; missing: string[]; pack: number | null } | { ok: false; message: string };

/**
 * What a project has of contents, and which snapshots need them: the only writer of both. An object in the archive is made only after
 * its row here, and its row goes only after it, so that what an interruption leaves behind is always found.
 */
export class ContentIndex extends DurableObject<Env> {
  private readonly book: ContentBook;
  private readonly lease: StorageLease;
  /** Cache: what packs on their way were let in for. */
  private readonly uploads = new Map<number, Coming>();
  /** Cache. */
  private alarmAtMs: number | null = null;
  /** Cache: an evicted index begins anew with short waits. */
  private failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.book = new ContentBook(ctx.storage);
    const ledger = () => budgetLedger(env, this.place().organizationId);
    this.lease = new StorageLease({
      now: () => Date.now(),
      bytes: () => this.book.bytes,
      id: () => this.place().projectId,
      ask: (message) => within(ledgerMs, async (): Promise<LeaseAnswer> => ledger().ask(message)),
      usage: () => within(ledgerMs, async (): Promise<LimitsAnswer> => ledger().limits()),
    });
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

  /** Prepares an upload of packed contents, given as their hashes and bytes. */
  async prepare(contents: Sized[]): Promise<Prepared> {
    const bytesOf = new Map(contents);
    const before = this.book.missing([...bytesOf.keys()]);
    const bytes = before.reduce((sum, hash) => sum + (bytesOf.get(hash) ?? 0), 0);
    if (before.length === 0) return { ok: true, missing: before, pack: null };
    const room = await this.lease.take(bytes);
    if (!room.ok) return room;
    // Others may have stored some of it while the ledger was asked.
    const missing = this.book.missing(before);
    const pack = missing.length === 0 ? null : this.book.reserve(Date.now());
    if (pack === null) this.lease.done(room.coming);
    else this.uploads.set(pack, room.coming);
    this.schedule();
    return { ok: true, missing, pack };
  }

  /** A pack is written: its contents are known from now on. Answers as `ContentBook.fill`. */
  fill(pack: number, contents: Placed[]): number | null {
    const filled = this.book.fill(pack, contents, Date.now());
    this.settle(pack);
    return filled;
  }

  /** A pack came to nothing, and its object is gone. */
  release(pack: number): void {
    this.book.release([pack]);
    this.settle(pack);
  }

  /** From now on nothing that the snapshot needs is given up. `bytes` are those of its packed manifest. */
  async commit(snapshotId: string, contents: Claimed[], bytes: number): Promise<Committed> {
    // Made again: its bytes are counted already.
    if (this.book.hasSnapshot(snapshotId)) return this.book.commit(snapshotId, contents, bytes, Date.now());
    const room = await this.lease.take(bytes);
    if (!room.ok) return { ok: false, why: 'quota', message: room.message };
    const committed = this.book.commit(snapshotId, contents, bytes, Date.now());
    this.lease.done(room.coming);
    this.settle();
    if (committed.ok) this.schedule();
    return committed;
  }

  /** The snapshots are gone, and so are their manifests. */
  forget(snapshotIds: string[]): void {
    this.book.forget(snapshotIds);
    this.settle();
  }

  /** Tells the organization's ledger what is stored here: a quota was set that counts it. */
  async state(): Promise<void> {
    if (!this.book.isEmpty) await this.lease.state();
  }

  /** Sweeps once a day, as long as there is anything. */
  override async alarm(): Promise<void> {
    this.alarmAtMs = null;
    try {
      const report = await this.sweep();
      this.failures = 0;
      await this.lease.state();
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

  /** What is stored has changed, maybe by a pack. The next statement says it again where this one is lost. */
  private settle(pack?: number): void {
    if (pack !== undefined) {
      this.lease.done(this.uploads.get(pack));
      this.uploads.delete(pack);
    }
    this.ctx.waitUntil(this.lease.state().catch(() => {}));
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
