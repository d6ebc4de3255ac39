import type { Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryQuery } from '../../../wire/delivery.ts';
import { limits } from '../../../wire/limits.ts';
import type { AttemptResult, NextStep } from '../../domain/alerts/retry.ts';
import { payloadTracesOf, payloadWithout } from '../../domain/alerts/test-notification.ts';
import { type ErasedPerson, without } from '../../domain/archive/erased-person.ts';
import { erasedTitle, payloadOfErased } from '../../domain/archive/erased-session.ts';
import type { RoomTables } from '../room-tables.ts';

/** What somebody wants delivered. */
export interface NewDelivery {
  key: string;
  target: string;
  kind: string;
  channelId: string | null;
  title: string;
  /** JSON. */
  payload: string;
}

/** A delivery whose attempt has begun. */
export interface Begun extends NewDelivery {
  id: number;
  n: number;
  /** As `n`, since it was last sent anew. */
  tries: number;
  firstAtMs: number;
  mayHaveArrived: boolean;
  memory: string | null;
}

const dayMs = 24 * 3600_000;
const sweptAtOnce = 500;
const erasedAtOnce = 100;

/** Of an attempt under way whose process ended. */
const interrupted = 'We were interrupted before the answer came; it may have arrived.';

export const deliveryTables = [
  // `next_at` is that of the first of its target alone: who is due is one step in an index, and order within a target follows.
  `CREATE TABLE delivery (id INTEGER PRIMARY KEY AUTOINCREMENT, nonce TEXT NOT NULL, key TEXT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, channel TEXT,
    title TEXT NOT NULL, payload TEXT NOT NULL, outcome TEXT NOT NULL, attempt_count INTEGER NOT NULL, attempts TEXT NOT NULL,
    base INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, first_at INTEGER, finished_at INTEGER, next_at INTEGER, UNIQUE (target, key))`,
  'CREATE INDEX delivery_due ON delivery (next_at) WHERE next_at IS NOT NULL',
  'CREATE INDEX delivery_open ON delivery (target, id) WHERE finished_at IS NULL',
  'CREATE TABLE target (target TEXT PRIMARY KEY, memory TEXT NOT NULL) WITHOUT ROWID',
];

/** An organization's deliveries, and what senders remember of their targets. */
export class OutboxBook {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  /** Whether this target has had this key before. */
  has({ target, key }: Pick<NewDelivery, 'target' | 'key'>): boolean {
    return this.tables.rows('SELECT 1 FROM delivery WHERE target = ? AND key = ?', target, key).length > 0;
  }

  /** False where this target has had this key before. */
  add(delivery: NewDelivery, nowMs: number): boolean {
    const { key, target, kind, channelId, title, payload } = delivery;
    if (this.has(delivery)) return false;
    const isFirst = this.open(target) === undefined;
    this.tables.run(
      `INSERT INTO delivery (nonce, key, target, kind, channel, title, payload, outcome, attempt_count, attempts, created_at, next_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, '[]', ?, ?)`,
      newNonce(),
      key,
      target,
      kind,
      channelId,
      title,
      payload,
      nowMs,
      isFirst ? nowMs : null,
    );
    return true;
  }

  get openCount(): number {
    return Number(this.tables.rows('SELECT count(*) AS count FROM delivery WHERE finished_at IS NULL')[0]?.count ?? 0);
  }

  /** When the next is due; null where nothing waits. */
  dueAtMs(): number | null {
    const [row] = this.tables.rows('SELECT min(next_at) AS at FROM delivery WHERE next_at IS NOT NULL');
    return row?.at == null ? null : Number(row.at);
  }

  /** Begins an attempt of whatever is due the longest. It is written down before anything is sent. */
  begin(nowMs: number): Begun | undefined {
    const [row] = this.tables.rows('SELECT * FROM delivery WHERE next_at <= ? ORDER BY next_at, id LIMIT 1', nowMs);
    if (!row) return undefined;
    const attempts = attemptsOf(row);
    const n = Number(row.attempt_count) + 1;
    // Attempts before it was sent anew: a person wanted it again, whether or not one of those arrived.
    const base = Number(row.base);
    const firstAtMs = row.first_at === null ? nowMs : Number(row.first_at);
    const attempt: DeliveryAttempt = { n, at: iso(nowMs), outcome: null, detail: '', durationMs: null };
    this.tables.run(
      "UPDATE delivery SET outcome = 'sending', attempt_count = ?, attempts = ?, first_at = ?, next_at = NULL WHERE id = ?",
      n,
      JSON.stringify([...attempts, attempt].slice(-limits.maxKeptAttempts)),
      firstAtMs,
      Number(row.id),
    );
    const target = String(row.target);
    return {
      id: Number(row.id),
      key: String(row.key),
      target,
      kind: String(row.kind),
      channelId: row.channel === null ? null : String(row.channel),
      title: String(row.title),
      payload: String(row.payload),
      n,
      tries: n - base,
      firstAtMs,
      mayHaveArrived: attempts.some((earlier) => earlier.n > base && earlier.outcome === 'unknown'),
      memory: this.memory(target),
    };
  }

  /** Writes down what came of an attempt; the next of its target is due where this one is over. */
  finish(
    begun: Begun,
    result: AttemptResult & { detail: string; memory?: string | undefined },
    step: NextStep,
    nowMs: number,
  ): void {
    this.tables.transaction(() => {
      const [row] = this.tables.rows(
        "SELECT attempts FROM delivery WHERE id = ? AND outcome = 'sending' AND attempt_count = ?",
        begun.id,
        begun.n,
      );
      if (!row) return;
      const attempts = attemptsOf(row).map((attempt) =>
        attempt.n === begun.n
          ? { ...attempt, outcome: result.outcome, detail: result.detail, durationMs: nowMs - Date.parse(attempt.at) }
          : attempt,
      );
      this.tables.run(
        'UPDATE delivery SET outcome = ?, attempts = ?, finished_at = ?, next_at = ? WHERE id = ?',
        step.over ? step.outcome : 'waiting',
        JSON.stringify(attempts),
        step.over ? nowMs : null,
        step.over ? null : step.atMs,
        begun.id,
      );
      if (result.memory !== undefined)
        this.tables.run(
          'INSERT INTO target (target, memory) VALUES (?, ?) ON CONFLICT (target) DO UPDATE SET memory = excluded.memory',
          begun.target,
          result.memory,
        );
      if (step.over) this.promote(begun.target, nowMs);
    });
  }

  /** What a target was brought, or is to be, under this key, and whether that is over. */
  sentTo(target: string, key: string): { payload: string; isOver: boolean } | undefined {
    const [row] = this.tables.rows('SELECT payload, finished_at FROM delivery WHERE target = ? AND key = ?', target, key);
    return row && { payload: String(row.payload), isOver: row.finished_at !== null };
  }

  /** Has what waits for its next attempt at this target go out now. */
  hasten(target: string, nowMs: number): void {
    this.tables.run('UPDATE delivery SET next_at = ? WHERE target = ? AND next_at IS NOT NULL', nowMs, target);
  }

  /** What was under way when the last process ended is due again, and its attempt is of unknown outcome. */
  interrupt(nowMs: number): void {
    const rows = this.tables.rows("SELECT id, attempts FROM delivery WHERE finished_at IS NULL AND outcome = 'sending'");
    for (const row of rows) {
      const attempts = attemptsOf(row).map((attempt) =>
        attempt.outcome === null ? { ...attempt, outcome: 'unknown', detail: interrupted } : attempt,
      );
      this.tables.run(
        "UPDATE delivery SET outcome = 'waiting', attempts = ?, next_at = ? WHERE id = ?",
        JSON.stringify(attempts),
        nowMs,
        Number(row.id),
      );
    }
  }

  /** Sends something that is over once more, under its own key: a receiver that had it already knows it. False where that is not so. */
  replay(publicId: string, nowMs: number): boolean {
    const row = this.row(publicId);
    if (!row || row.finished_at === null) return false;
    const id = Number(row.id);
    this.tables.transaction(() => {
      const target = String(row.target);
      this.tables.run(
        "UPDATE delivery SET outcome = 'waiting', finished_at = NULL, first_at = NULL, base = attempt_count WHERE id = ?",
        id,
      );
      // It is older than what waits for the target, so it comes first.
      this.tables.run('UPDATE delivery SET next_at = NULL WHERE target = ? AND finished_at IS NULL', target);
      this.promote(target, nowMs);
    });
    return true;
  }

  /** The latest first. A filter is applied along the way: an outbox holds `keptDeliveries` at most. */
  list({ channel, outcome, key, cursor, limit = limits.maxPageItems }: DeliveryQuery): {
    items: Delivery[];
    nextCursor: string | null;
  } {
    const rows = this.tables.rows(
      `SELECT * FROM delivery WHERE id < ?1 AND (?2 IS NULL OR channel = ?2) AND (?3 IS NULL OR outcome = ?3) AND (?4 IS NULL OR key = ?4)
       ORDER BY id DESC LIMIT ?5`,
      Number(publicIdForm.exec(cursor ?? '')?.[1] ?? Number.MAX_SAFE_INTEGER),
      channel ?? null,
      outcome ?? null,
      key ?? null,
      limit + 1,
    );
    const items = rows.slice(0, limit).map(toDelivery);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  find(publicId: string): Delivery | undefined {
    const row = this.row(publicId);
    return row && toDelivery(row);
  }

  /** Forgets what has been over for so long, or is too many, of the oldest; and what senders remember of targets that nothing is left of. */
  sweep(nowMs: number): void {
    const rows = this.tables.rows(
      `SELECT id, target, key FROM (SELECT id, target, key, finished_at FROM delivery ORDER BY id LIMIT ${sweptAtOnce})
       WHERE finished_at < ? OR (finished_at IS NOT NULL AND id <= (SELECT max(id) FROM delivery) - ?)`,
      nowMs - limits.deliveryDays * dayMs,
      limits.keptDeliveries,
    );
    if (rows.length === 0) return;
    this.tables.transaction(() => {
      for (const { id, key, target } of rows) {
        this.tables.run('DELETE FROM delivery WHERE id = ?', Number(id));
        this.tables.run('DELETE FROM message WHERE key = ? AND target = ?', String(key), String(target));
      }
      for (const target of new Set(rows.map((row) => String(row.target))))
        this.tables.run('DELETE FROM target WHERE target = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE target = ?1)', target);
    });
  }

  /** When the next sweep has something to do, once a day at most; null where there is nothing to forget. Ids are by age, so that this needs no index. */
  sweepAtMs(): number | null {
    const [row] = this.tables.rows(
      'SELECT min(finished_at) AS at FROM (SELECT finished_at FROM delivery WHERE finished_at IS NOT NULL ORDER BY id LIMIT 100)',
    );
    return row?.at == null ? null : Math.ceil(Number(row.at) / dayMs + limits.deliveryDays) * dayMs + 1;
  }

  /** Has nothing name this person any more. Most deliveries name nobody: those are neither read as JSON nor written. */
  erasePerson(person: ErasedPerson): void {
    let afterId = 0;
    while (true) {
      const rows = this.tables.rows(
        `SELECT id, title, payload, attempts FROM delivery WHERE id > ?1 AND EXISTS
           (SELECT 1 FROM json_each(?2) WHERE instr(payload, value) OR instr(title, value) OR instr(attempts, value))
         ORDER BY id LIMIT ?3`,
        afterId,
        JSON.stringify(payloadTracesOf(person)),
        erasedAtOnce,
      );
      this.tables.transaction(() => {
        for (const row of rows) this.eraseFrom(row, person);
      });
      if (rows.length < erasedAtOnce) return;
      afterId = Number(rows.at(-1)?.id);
    }
  }

  private eraseFrom(row: Record<string, unknown>, person: ErasedPerson): void {
    const title = String(without(row.title, person));
    const payload = JSON.stringify(payloadWithout(JSON.parse(String(row.payload)), person));
    const attempts = JSON.stringify(without(attemptsOf(row), person));
    if (title === row.title && payload === row.payload && attempts === row.attempts) return;
    this.tables.run(
      'UPDATE delivery SET title = ?, payload = ?, attempts = ? WHERE id = ?',
      title,
      payload,
      attempts,
      Number(row.id),
    );
  }

  /** Has nothing say what these sessions were about. */
  forgetSessions(ids: readonly string[]): void {
    this.tables.transaction(() => {
      for (const { id, payload } of this.tables.rows(
        'SELECT id, payload FROM delivery WHERE EXISTS (SELECT 1 FROM json_each(?) WHERE instr(payload, value))',
        JSON.stringify(ids),
      ))
        this.tables.run(
          'UPDATE delivery SET title = ?, payload = ? WHERE id = ?',
          erasedTitle,
          JSON.stringify(payloadOfErased(JSON.parse(String(payload)))),
          Number(id),
        );
    });
  }

  private row(publicId: string): Record<string, unknown> | undefined {
    const [, digits, nonce] = publicIdForm.exec(publicId) ?? [];
    if (digits === undefined || nonce === undefined) return undefined;
    return this.tables.rows('SELECT * FROM delivery WHERE id = ? AND nonce = ?', Number(digits), nonce)[0];
  }

  private memory(target: string): string | null {
    const [row] = this.tables.rows('SELECT memory FROM target WHERE target = ?', target);
    return row ? String(row.memory) : null;
  }

  /** The first of a target that is not over. */
  private open(target: string): number | undefined {
    const [row] = this.tables.rows(
      'SELECT id FROM delivery WHERE target = ? AND finished_at IS NULL ORDER BY id LIMIT 1',
      target,
    );
    return row && Number(row.id);
  }

  /** Has the first of a target go out, unless one is under way. */
  private promote(target: string, nowMs: number): void {
    const open = this.tables.rows(
      'SELECT id, outcome FROM delivery WHERE target = ? AND finished_at IS NULL ORDER BY id',
      target,
    );
    const [first] = open;
    if (!first || open.some(({ outcome }) => outcome === 'sending')) return;
    this.tables.run('UPDATE delivery SET next_at = ? WHERE id = ?', nowMs, Number(first.id));
  }
}

/** Its number, by which it is found and listed, and what keeps one organization's ids from being another's. */
const publicIdForm = /^dlv_(\d{1,15})_([0-9a-f]{16})$/;

const newNonce = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');

const iso = (ms: number): string => new Date(ms).toISOString();

/** Ours: `begin` wrote it. */
const attemptsOf = (row: Record<string, unknown>): DeliveryAttempt[] => JSON.parse(String(row.attempts));

function toDelivery(row: Record<string, unknown>): Delivery {
  const time = (value: unknown) => (value == null ? null : iso(Number(value)));
  return {
    id: `dlv_${row.id}_${row.nonce}`,
    key: String(row.key),
    target: String(row.target),
    kind: String(row.kind),
    channelId: row.channel === null ? null : String(row.channel),
    title: String(row.title),
    // Ours, too: only our own statements write it.
    outcome: String(row.outcome) as DeliveryOutcome,
    createdAt: iso(Number(row.created_at)),
    finishedAt: time(row.finished_at),
    nextAttemptAt: time(row.next_at),
    attempts: attemptsOf(row),
    attemptCount: Number(row.attempt_count),
  };
}
