import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import { AlertDesk } from '../../worker/rooms/alerts/alert-desk.ts';
import { BudgetLedger } from '../../worker/rooms/ledger/budget-ledger.ts';
import { OrganizationFeed } from '../../worker/rooms/organization-feed.ts';
import { FileRadar } from '../../worker/rooms/radar/file-radar.ts';
import { SessionRoom } from '../../worker/rooms/session/session-room.ts';

/** What the platform bills, by its own names. Alarms count twice: setting one is a row written, running one a request. */
export const units = [
  'workerRequests',
  'objectRequests',
  'objectRowsWritten',
  'objectRowsRead',
  'alarmsSet',
  'd1RowsWritten',
  'd1RowsRead',
  'r2ClassA',
  'r2ClassB',
] as const;
export type Unit = (typeof units)[number];

/** Whom a unit is spent for. */
export type Part = 'hooks' | 'otlp' | 'feed' | 'flush' | 'alarm' | 'archive' | 'ledger' | 'radar' | 'alerts';

export type Counts = Record<Unit, number>;

export const noCounts = (): Counts => Object.fromEntries(units.map((unit) => [unit, 0])) as Counts; // Every unit is there.

/**
 * Counts what the platform would bill while tests run, at the meters that it bills by: rows as SQLite's cursors and D1's answers
 * report them, calls as objects receive them. It stands between and changes nothing.
 */
export class Meter {
  /** When the alarm that was set last is due; whoever rings it sets this to null. */
  alarmAtMs: number | null = null;
  private counts = new Map<Part, Counts>();
  /** Whose work is being done: set by the replay for posts, by the meter for alarms. */
  part: Part = 'hooks';
  private cursors: { part: Part; cursor: { rowsRead: number; rowsWritten: number } }[] = [];

  add(part: Part, unit: Unit, count = 1): void {
    const counts = this.counts.get(part) ?? noCounts();
    counts[unit] += count;
    this.counts.set(part, counts);
  }

  /** What was counted since the last call, by part. */
  take(): Map<Part, Counts> {
    this.settle();
    const { counts } = this;
    this.counts = new Map();
    return counts;
  }

  /** Forgets what earlier tests left. */
  reset(): void {
    this.take();
    this.alarmAtMs = null;
  }

  /** Puts the meter in. Needs a room's storage to reach the platform's classes, which have no names of their own here. */
  async install(): Promise<void> {
    await runInDurableObject(env.SESSION_ROOM.getByName('meter'), (_, { storage }) => {
      this.watchObjectStorage(storage);
    });
    this.watchObjects();
    this.watchD1();
    this.watchR2();
  }

  /** Cursors know their figures once they are read, which the code does right after `exec`. */
  private settle(): void {
    for (const { part, cursor } of this.cursors) {
      this.add(part, 'objectRowsRead', cursor.rowsRead);
      this.add(part, 'objectRowsWritten', cursor.rowsWritten);
    }
    this.cursors = [];
  }

  private watchObjectStorage(storage: DurableObjectStorage): void {
    around(storage.sql, 'exec', (exec, sql, args) => {
      const cursor = exec.apply(sql, args);
      this.cursors.push({ part: this.part, cursor });
      if (this.cursors.length > 1000) queueMicrotask(() => this.settle());
      return cursor;
    });
    around(storage, 'setAlarm', (setAlarm, self, args) => {
      this.add(this.part === 'radar' ? 'radar' : 'alarm', 'alarmsSet');
      // The replay rings the room's alarm alone.
      if (this.part !== 'radar') this.alarmAtMs = Number(args[0]);
      return setAlarm.apply(self, args);
    });
  }

  private watchObjects(): void {
    for (const verb of ['ingest', 'refuse', 'listen', 'fetch'] as const) {
      around(SessionRoom.prototype, verb, (call, self, args) => {
        this.add(verb === 'listen' ? 'feed' : this.part, 'objectRequests');
        return Reflect.apply(call, self, args);
      });
    }
    for (const verb of ['tell', 'fetch'] as const) {
      around(OrganizationFeed.prototype, verb, (call, self, args) => {
        this.add('feed', 'objectRequests');
        return Reflect.apply(call, self, args);
      });
    }
    for (const verb of ['register', 'ask'] as const) {
      around(BudgetLedger.prototype, verb, (call, self, args) => {
        this.add('ledger', 'objectRequests');
        const before = this.part;
        this.part = 'ledger';
        const answer = Reflect.apply(call, self, args);
        this.part = before;
        return answer;
      });
    }
    for (const verb of ['touch', 'others'] as const) {
      around(FileRadar.prototype, verb, (call, self, args) => {
        this.add('radar', 'objectRequests');
        const before = this.part;
        this.part = 'radar';
        const answer = Reflect.apply(call, self, args);
        this.part = before;
        return answer;
      });
    }
    around(AlertDesk.prototype, 'hear', (call, self, args) => {
      this.add('alerts', 'objectRequests');
      const before = this.part;
      this.part = 'alerts';
      const answer = Reflect.apply(call, self, args);
      this.part = before;
      return answer;
    });
    around(SessionRoom.prototype, 'alarm', async (alarm, self, args) => {
      this.add('alarm', 'objectRequests');
      const before = this.part;
      this.part = 'flush';
      await alarm.apply(self, args);
      this.part = before;
    });
  }

  private watchD1(): void {
    const count = (results: { meta?: { rows_read?: number; rows_written?: number } }[]) => {
      for (const { meta } of results) {
        this.add('flush', 'd1RowsRead', meta?.rows_read ?? 0);
        this.add('flush', 'd1RowsWritten', meta?.rows_written ?? 0);
      }
    };
    around(env.DB, 'batch', async (batch, self, args) => {
      const results = await batch.apply(self, args);
      count(results);
      return results;
    });
    around(env.DB.prepare('SELECT 1'), 'all', async (all, self, args) => {
      const result = await all.apply(self, args);
      count([result]);
      return result;
    });
  }

  /** What is written after R2 was belongs to the archive, until the alarm ends. */
  private watchR2(): void {
    for (const verb of ['put', 'list'] as const) {
      around(env.ARCHIVE, verb, (call, self, args) => {
        this.part = 'archive';
        this.add('archive', 'r2ClassA');
        return Reflect.apply(call, self, args);
      });
    }
    for (const verb of ['get', 'head'] as const) {
      around(env.ARCHIVE, verb, (call, self, args) => {
        this.add('archive', 'r2ClassB');
        return Reflect.apply(call, self, args);
      });
    }
  }
}

/** Puts `wrapper` around a method of an object's class, so that every other instance has it, too. */
function around<T extends object, K extends keyof T & string>(
  of: T,
  name: K,
  // The platform's methods have overloads that no wrapper could repeat; each wrapper passes on what it got.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  wrapper: (method: any, self: T, args: any[]) => unknown,
): void {
  const prototype = Object.hasOwn(of, name) ? of : Object.getPrototypeOf(of);
  const method = prototype[name];
  // biome-ignore lint/suspicious/noExplicitAny: see above
  vi.spyOn(prototype, name).mockImplementation(function (this: T, ...args: any[]) {
    return wrapper(method, this, args);
  } as never);
}
