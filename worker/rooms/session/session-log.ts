import type { SessionEvent } from '../../../wire/event.ts';
import { type ErasedPerson, eventsWithout, stateWithout, tracesOf } from '../../domain/archive/erased-person.ts';
import { evolve, type Mark } from '../../domain/evolve.ts';
import { type Purse, purseIn } from '../../domain/limits/purse.ts';
import type { LogRecord } from '../../domain/run.ts';
import { newSession, type Segment, type SessionState } from '../../domain/session-state.ts';
import { type Migration, metaTable, type RoomStorage, RoomTables } from '../room-tables.ts';
import { type LogPage, LogRows, logTables } from './log-rows.ts';
import { Staging } from './staging.ts';

/** What is saved at each flush. `flushed…` is what D1 holds, `archivedSeq` what R2 holds and the log no longer does. */
export interface Checkpoint {
  state: SessionState;
  flushedSeq: number;
  flushedRefusedCount: number;
  archivedSeq: number;
  segments: Segment[];
  /** Keys of what the archive has of the session that an import replaced, until all of the new one is there: some may be called the same. */
  stale?: string[] | undefined;
}

const migrations: Migration[] = [
  {
    id: 1,
    sql: [
      ...logTables,
      // Hashed keys of each flush; together with the marks of later log rows they are all keys ever stored.
      'CREATE TABLE seen (upto INTEGER PRIMARY KEY, keys TEXT NOT NULL)',
      metaTable,
    ],
  },
];

/** What is left for a session's next events. */
export type Left = Pick<LogRecord, 'bucket' | 'leases'>;
const leftIn = ({ bucket, leases }: LogRecord): Left => ({ bucket, leases });

const maxRememberedPosts = 256;

/**
 * A session's log in SQLite and the keys it has seen. Every method is synchronous, so nothing happens between a check and its
 * write. `keys` is a cache of what the tables say, filled when first asked: reading an old session needs none of them.
 */
export class SessionLog {
  private keys: Set<string> | null = null;
  private freshKeys: string[] = [];
  private readonly posts = new Set<string>();
  /** The token buckets as the last record has them; what is not stored takes nothing from them. */
  private left: Left = {};
  /** What lies in them beside the log is others'. */
  readonly tables: RoomTables;
  private readonly log: LogRows;
  /** The parts of an import. */
  readonly staging: Staging;

  constructor(storage: RoomStorage) {
    this.tables = new RoomTables(storage, migrations);
    this.log = new LogRows(this.tables);
    this.staging = new Staging(this.tables, this.log);
  }

  /** What the room knows; null where it has no session. */
  open(): Checkpoint | null {
    if (!this.tables.exist) return null;
    this.tables.make();
    const saved = this.tables.longMeta('checkpoint');
    // The first event writes the checkpoint, and no other writer exists.
    const found = JSON.parse(saved ?? 'null') as (Checkpoint & Left & { posts: string[] }) | null;
    if (!found) return null;
    const { posts, bucket, leases, ...checkpoint } = found;
    this.left = { bucket, leases };
    for (const postId of posts) this.rememberPost(postId);
    // What a later version of the state knows beside is as in a new session.
    let state: SessionState = { ...newSession(checkpoint.state.owner, checkpoint.state.startedAtMs), ...checkpoint.state };
    for (const { record, bytes } of this.log.records(state.lastSeq)) {
      record.events.forEach((event, index) => {
        const mark = record.marks[index] ?? {};
        this.remember(mark);
        state = evolve(state, event, mark, record.stream);
      });
      state = { ...state, storedBytes: state.storedBytes + bytes };
      this.rememberPost(record.postId);
      this.left = leftIn(record);
    }
    return { ...checkpoint, state };
  }

  /** Whether an event with this (hashed) key was ever stored. */
  has(key: string): boolean {
    this.keys ??= this.savedKeys();
    return this.keys.has(key);
  }

  /** Whether this POST is in the log already; only the last few are remembered, because only a repeated call asks. */
  hasPost(postId: string | undefined): boolean {
    return postId !== undefined && this.posts.has(postId);
  }

  /** Remembers a POST: with its record, or with the next save. */
  rememberPost(postId: string | undefined): void {
    if (postId === undefined) return;
    this.posts.add(postId);
    const [oldest] = this.posts;
    if (this.posts.size > maxRememberedPosts && oldest !== undefined) this.posts.delete(oldest);
  }

  /** The session's token bucket, and its leases of others. */
  get tokens(): Left {
    return this.left;
  }

  /** Keys that only the log rows hold yet; a save moves them to a row of their own. */
  get unsavedKeys(): number {
    return this.freshKeys.length;
  }

  /** Makes the tables and saves the state before the first event. */
  create(checkpoint: Checkpoint): void {
    this.tables.make();
    this.saveCheckpoint(checkpoint);
  }

  /** Stores a record and returns its events as JSON texts joined by commas. */
  append(record: LogRecord): string {
    const events = this.log.append(record);
    for (const mark of record.marks) this.remember(mark);
    this.rememberPost(record.postId);
    this.left = leftIn(record);
    return events;
  }

  /** Saves what waking up needs, and the keys that are new since the last save: two rows, whatever happened between. */
  save(checkpoint: Checkpoint): void {
    this.tables.transaction(() => {
      this.saveCheckpoint(checkpoint);
      if (this.freshKeys.length === 0) return;
      // A save may be repeated for the same seq: the keys of both belong to it.
      this.tables.run(
        "INSERT INTO seen (upto, keys) VALUES (?, ?) ON CONFLICT (upto) DO UPDATE SET keys = keys || ' ' || excluded.keys",
        checkpoint.state.lastSeq,
        this.freshKeys.join(' '),
      );
    });
    this.freshKeys = [];
  }

  /** As `LogRows.read`. */
  read(after: number, limit: number, maxBytes: number): LogPage {
    return this.log.read(after, limit, maxBytes);
  }

  /** As `LogRows.tailFrom`. */
  tailFrom(after: number, maxBytes: number): number {
    return this.log.tailFrom(after, maxBytes);
  }

  /** Removes what the archive holds and keeps the stub, in one transaction. */
  drop(checkpoint: Checkpoint): void {
    this.tables.transaction(() => {
      this.log.drop(checkpoint.archivedSeq);
      this.save(checkpoint);
    });
  }

  /** Takes a person out of the log and out of what the room remembers beside it, in one transaction; the same checkpoint where neither names them. */
  erasePerson(before: Checkpoint, person: ErasedPerson): Checkpoint {
    const sentSeqs = new Set<number>();
    return this.tables.transaction(() => {
      let isNamed = false;
      this.log.rewrite(tracesOf(person), (events) => {
        const after = eventsWithout(events, person);
        if (after === undefined) return undefined;
        isNamed = true;
        // They are what `append` wrote.
        for (const { seq, control } of JSON.parse(`[${after}]`) as SessionEvent[])
          if (control?.action === 'message_sent' && control.by?.userId === person.pseudonym) sentSeqs.add(seq);
        return after;
      });
      const state = stateWithout(before.state, person, sentSeqs);
      if (!isNamed && JSON.stringify(state) === JSON.stringify(before.state)) return before;
      const after = { ...before, state };
      this.save(after);
      return after;
    });
  }

  /** What was staged takes the place of all that the room has, its grave included; in one transaction. */
  adopt(checkpoint: Checkpoint): void {
    this.keys = null;
    this.freshKeys = [];
    this.posts.clear();
    this.left = {};
    this.tables.transaction(() => {
      this.staging.take();
      this.tables.run('DELETE FROM seen');
      this.tables.run("DELETE FROM meta WHERE key = 'deleted'");
      this.saveCheckpoint(checkpoint);
    });
  }

  /** Forgets everything, what is staged for it too, but that the session was deleted: late hooks must not make it anew. */
  bury(tombstone: string): void {
    this.tables.transaction(() => {
      this.staging.drop();
      for (const table of ['log', 'piece', 'seen', 'meta']) this.tables.run(`DELETE FROM ${table}`);
      this.tables.saveMeta('deleted', tombstone);
    });
    this.keys = null;
    this.freshKeys = [];
  }

  tombstone(): string | undefined {
    return this.tables.exist ? this.tables.meta('deleted') : undefined;
  }

  /** What the room knows of money beyond its session; null where it was never told. */
  purse(): Purse | null {
    const text = this.tables.exist ? this.tables.meta('purse') : undefined;
    return text === undefined ? null : purseIn(JSON.parse(text));
  }

  savePurse(purse: Purse): void {
    this.tables.saveMeta('purse', JSON.stringify(purse));
  }

  private remember({ k }: Mark): void {
    if (k === undefined) return;
    this.keys?.add(k);
    this.freshKeys.push(k);
  }

  private savedKeys(): Set<string> {
    const keys = new Set(this.freshKeys);
    if (!this.tables.exist) return keys;
    for (const row of this.tables.rows('SELECT keys FROM seen')) {
      for (const key of String(row.keys).split(' ')) keys.add(key);
    }
    return keys;
  }

  /**
   * With the last POSTs and the token buckets: the rows that named them are before the checkpoint now, and an eviction may still bring a
   * call back. A session with hundreds of streams or open calls outgrows a row.
   */
  private saveCheckpoint(checkpoint: Checkpoint): void {
    this.tables.saveLongMeta('checkpoint', JSON.stringify({ ...checkpoint, posts: [...this.posts], ...this.left }));
  }
}
