import type { Deadline } from '../../domain/deadlines.ts';
import type { RoomTables } from '../room-tables.ts';
import type { EventRun, LogRows } from './log-rows.ts';

const key = 'staging';

/** An import is one request; whatever of it came longer ago than this belongs to none any more. */
const patienceMs = 3600_000;

/** An import on its way. */
interface Staged {
  importId: string;
  parts: number;
  atMs: number;
}

/** The log of an import, which comes in parts: they lie beside what is there until they take its place, or are given up. */
export class Staging {
  private readonly tables: RoomTables;
  private readonly log: LogRows;
  /** Null where there is none. A cache of what `meta` says. */
  private staged: Staged | null = null;

  constructor(tables: RoomTables, log: LogRows) {
    this.tables = tables;
    this.log = log;
    const staged = tables.exist ? tables.meta(key) : undefined;
    // `keep` wrote it.
    if (staged !== undefined) this.staged = JSON.parse(staged) as Staged;
  }

  get importId(): string | undefined {
    return this.staged?.importId;
  }

  /** Giving up parts of an import that did not come to its end; it needs no session to be here. */
  get duties(): Deadline[] {
    return this.staged ? [{ name: 'staging', atMs: this.staged.atMs + patienceMs }] : [];
  }

  /** Keeps a part; part 0 begins anew, and one that is repeated is there already. False where parts before it are missing. */
  keep(importId: string, part: number, runs: readonly EventRun[], atMs: number): boolean {
    this.tables.make();
    const parts = this.staged?.importId === importId ? this.staged.parts : 0;
    if (part !== parts) return part < parts;
    const staged = { importId, parts: part + 1, atMs };
    this.tables.transaction(() => {
      if (part === 0) this.log.makeStaged();
      for (const run of runs) this.log.stage(run);
      this.tables.saveMeta(key, JSON.stringify(staged));
    });
    this.staged = staged;
    return true;
  }

  /** The parts are the log from now on; inside the caller's transaction. */
  take(): void {
    this.log.takeStaged();
    this.forget();
  }

  /** The alarm's part. */
  expire(nowMs: number): void {
    if (this.duties.some(({ atMs }) => atMs <= nowMs)) this.drop();
  }

  /** Gives up what came. */
  drop(): void {
    this.tables.transaction(() => {
      this.log.dropStaged();
      this.forget();
    });
  }

  private forget(): void {
    this.tables.run('DELETE FROM meta WHERE key = ?', key);
    this.staged = null;
  }
}
