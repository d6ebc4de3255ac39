import { erasedName } from '../../../wire/erasure.ts';
import type { Integration, ReceivedEvent } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import { type ErasedPerson, without } from '../../domain/archive/erased-person.ts';
import type { Place } from '../../domain/work/place.ts';
import type { RequestWish } from '../../domain/work/request.ts';
import type { Migration, RoomTables } from '../room-tables.ts';

/** An integration as it is kept: what is shown of it, and its secrets, sealed. */
export interface KeptIntegration {
  shown: Omit<Integration, 'lastReceivedAt' | 'lastEvent'>;
  /** Whose sessions those are that its events start. */
  userId: string;
  sealedSecret: string;
  sealedAccessToken: string | null;
}

/** What a delivery asks for, complete: whatever is changed or deleted later, it is worked off as it came. */
export type KeptWish = Omit<RequestWish, 'organizationId'>;

export interface KeptDelivery {
  integrationId: string;
  /** The service's own. */
  id: string;
  /** SHA-256 of the body: what is signed, where the id is not. */
  digest: string;
  event: string;
  receivedAtMs: number;
  /** Null for what starts nothing. */
  wish: KeptWish | null;
  /** Where what becomes of it is told; null where it is not. */
  place: Place | null;
  detail: string;
}

/** A delivery that has still to be worked off. */
export interface WaitingDelivery {
  seq: number;
  integrationId: string;
  wish: KeptWish;
  place: Place | null;
}

export const receptionMigrations: Migration[] = [
  {
    id: 1,
    sql: [
      'CREATE TABLE integration (id TEXT PRIMARY KEY, kept TEXT NOT NULL, received_at INTEGER, event TEXT) WITHOUT ROWID',
      `CREATE TABLE delivery (seq INTEGER PRIMARY KEY AUTOINCREMENT, integration TEXT NOT NULL, digest TEXT NOT NULL, id TEXT NOT NULL, event TEXT NOT NULL,
        received_at INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL, session TEXT, wish TEXT, UNIQUE (integration, digest))`,
      "CREATE INDEX waiting_delivery ON delivery (seq) WHERE outcome = 'waiting'",
    ],
  },
  {
    id: 2,
    sql: [
      'ALTER TABLE delivery ADD COLUMN place TEXT',
      // As few as sessions that go on, so that the earliest is found without an index.
      'CREATE TABLE thread (session TEXT PRIMARY KEY, next_at INTEGER NOT NULL, thread TEXT NOT NULL) WITHOUT ROWID',
    ],
  },
];

/** What an organization's reception knows: its integrations, and which deliveries it has had. */
export class ReceptionBook {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  get integrationCount(): number {
    return this.tables.exist ? Number(this.tables.rows('SELECT count(*) AS n FROM integration')[0]?.n) : 0;
  }

  /** By id, which is by age. */
  integrations(): Integration[] {
    if (!this.tables.exist) return [];
    return this.tables.rows('SELECT * FROM integration ORDER BY id').map(toIntegration);
  }

  find(id: string): KeptIntegration | undefined {
    if (!this.tables.exist) return undefined;
    const [row] = this.tables.rows('SELECT kept FROM integration WHERE id = ?', id);
    return row && keptIn(row);
  }

  shown(id: string): Integration | undefined {
    if (!this.tables.exist) return undefined;
    const [row] = this.tables.rows('SELECT * FROM integration WHERE id = ?', id);
    return row && toIntegration(row);
  }

  save(kept: KeptIntegration): void {
    if (!this.tables.exist) this.tables.make();
    this.tables.run(
      'INSERT INTO integration (id, kept) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET kept = excluded.kept',
      kept.shown.id,
      JSON.stringify(kept),
    );
  }

  /** Its deliveries go with it, but for those that wait: they were promised. */
  remove(id: string): void {
    this.tables.transaction(() => {
      this.tables.run('DELETE FROM integration WHERE id = ?', id);
      this.tables.run("DELETE FROM delivery WHERE integration = ? AND outcome <> 'waiting'", id);
    });
  }

  /** The service proved to know the secret. */
  heard(integrationId: string, event: string, nowMs: number): void {
    this.tables.run('UPDATE integration SET received_at = ?, event = ? WHERE id = ?', nowMs, event, integrationId);
  }

  /** A body that comes again is the same delivery, whatever id comes with it: the id is not signed. */
  hasHad(integrationId: string, digest: string): boolean {
    return this.tables.rows('SELECT 1 FROM delivery WHERE integration = ? AND digest = ?', integrationId, digest).length > 0;
  }

  add({ integrationId, id, digest, event, receivedAtMs, wish, place, detail }: KeptDelivery): void {
    this.tables.run(
      'INSERT INTO delivery (integration, digest, id, event, received_at, outcome, detail, wish, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      integrationId,
      digest,
      id,
      event,
      receivedAtMs,
      wish ? 'waiting' : 'ignored',
      detail,
      wish && JSON.stringify(wish),
      place && JSON.stringify(place),
    );
  }

  /** Those that have still to be worked off, the oldest first. */
  waiting(count: number): WaitingDelivery[] {
    if (!this.tables.exist) return [];
    return this.tables
      .rows("SELECT seq, integration, wish, place FROM delivery WHERE outcome = 'waiting' ORDER BY seq LIMIT ?", count)
      .map(({ seq, integration, wish, place }) => ({
        seq: Number(seq),
        integrationId: String(integration),
        // Ours: `add` wrote them.
        wish: JSON.parse(String(wish)),
        place: place === null ? null : JSON.parse(String(place)),
      }));
  }

  /** What came of one; what was asked for is not kept any longer. */
  settle(seq: number, outcome: 'started' | 'ignored', detail: string, sessionId: string | null): void {
    this.tables.run(
      'UPDATE delivery SET outcome = ?, detail = ?, session = ?, wish = NULL, place = NULL WHERE seq = ?',
      outcome,
      detail,
      sessionId,
      seq,
    );
  }

  /** The newest first. */
  received(
    integrationId: string,
    cursor: string | undefined,
    limit: number,
  ): { items: ReceivedEvent[]; nextCursor: string | null } {
    const rows = this.tables.rows(
      'SELECT * FROM delivery WHERE integration = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
      integrationId,
      cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor),
      limit + 1,
    );
    const shown = rows.slice(0, limit);
    return { items: shown.map(toReceived), nextCursor: rows.length > limit ? String(shown.at(-1)?.seq) : null };
  }

  /** Has nothing name this person any more: what their integrations start from now on is nobody's. Doing it again changes nothing. */
  erasePerson(person: ErasedPerson): void {
    if (!this.tables.exist) return;
    this.tables.transaction(() => {
      for (const row of this.tables.rows('SELECT kept FROM integration WHERE instr(kept, ?) > 0', person.userId)) {
        const kept = keptIn(row);
        const isTheirs = kept.userId === person.userId;
        // Texts for texts: the shape stays.
        const after = without(kept, person) as KeptIntegration;
        this.save(isTheirs ? { ...after, shown: { ...after.shown, createdBy: erasedName } } : after);
      }
      for (const { seq, wish } of this.tables.rows(
        "SELECT seq, wish FROM delivery WHERE outcome = 'waiting' AND instr(wish, ?) > 0",
        person.userId,
      ))
        this.tables.run(
          'UPDATE delivery SET wish = ? WHERE seq = ?',
          JSON.stringify(without(JSON.parse(String(wish)), person)),
          Number(seq),
        );
    });
  }

  /** Forgets deliveries that nobody sends again, and answers when the next is so old; null where none is kept. */
  sweep(nowMs: number): number | null {
    if (!this.tables.exist) return null;
    // They come in the order of their numbers, so that this reads no more than it forgets, and one.
    const [oldest] = this.tables.rows(
      "SELECT seq FROM delivery WHERE received_at > ? OR outcome = 'waiting' ORDER BY seq LIMIT 1",
      nowMs - limits.webhookMemoryMs,
    );
    const first = oldest?.seq == null ? null : Number(oldest.seq);
    this.tables.run('DELETE FROM delivery WHERE seq < ?', first ?? Number.MAX_SAFE_INTEGER);
    if (first === null) return null;
    const [row] = this.tables.rows('SELECT received_at FROM delivery WHERE seq = ?', first);
    return Number(row?.received_at) + limits.webhookMemoryMs;
  }
}

/** Ours: `save` wrote it, the older ones before there was an App. */
function keptIn(row: Record<string, unknown>): KeptIntegration {
  const kept = JSON.parse(String(row.kept));
  return { ...kept, shown: { installation: null, ...kept.shown } };
}

const toIntegration = (row: Record<string, unknown>): Integration => ({
  ...keptIn(row).shown,
  lastReceivedAt: row.received_at === null ? null : iso(row.received_at),
  lastEvent: row.event === null ? null : String(row.event),
});

function toReceived(row: Record<string, unknown>): ReceivedEvent {
  const { outcome } = row;
  return {
    id: String(row.id),
    integrationId: String(row.integration),
    event: String(row.event),
    receivedAt: iso(row.received_at),
    outcome: outcome === 'started' || outcome === 'waiting' ? outcome : 'ignored',
    detail: String(row.detail),
    sessionId: row.session === null ? null : String(row.session),
  };
}

const iso = (ms: unknown): string => new Date(Number(ms)).toISOString();
