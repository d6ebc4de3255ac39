import type { Alert } from '../../../wire/alert.ts';
import type { Notification } from '../../../wire/notification.ts';
import type { Page } from '../../../wire/page.ts';
import { emptyBook, type AlertBook as Rules } from '../../domain/alerts/built-in.ts';
import type { AlertState } from '../../domain/alerts/changes.ts';
import type { MessageChange } from '../../domain/alerts/notification.ts';
import { type ErasedPerson, without } from '../../domain/archive/erased-person.ts';
import { alertOfErased, payloadOfErased } from '../../domain/archive/erased-session.ts';
import { type Migration, metaTable, type RoomStorage, RoomTables } from '../room-tables.ts';

const migrations: Migration[] = [
  {
    id: 1,
    sql: [
      metaTable,
      `CREATE TABLE alert (id TEXT PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, resolved INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID`,
      'CREATE INDEX alert_subject ON alert (subject, rule, id)',
      'CREATE INDEX alert_open ON alert (id) WHERE resolved = 0',
    ],
  },
  { id: 2, sql: ['CREATE TABLE note (n INTEGER PRIMARY KEY AUTOINCREMENT, record TEXT NOT NULL)'] },
];

/** An alert as people see it, and what the next decision about it needs beside. */
export interface AlertRecord {
  alert: Alert;
  version: number;
  untilMs: number | null;
  tells: number;
  isUntold: boolean;
  /** Those that heard of it last: they hear that it is over, whatever became of the rule. */
  channelIds: string[];
  /** The call that it fired for waits no longer, though another one does; messages were told. */
  isCallOver?: boolean;
}

/** What the outbox is to be handed: something to tell, or what messages that told it are to say now. */
export type AlertNote = { notification: Notification; channelIds: string[] } | { change: MessageChange };

export interface AlertFilter {
  state?: 'open' | 'resolved' | undefined;
  subject?: string | undefined;
  ruleId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** The alerts of an organization and its rules. Nothing is written before somebody changes a rule or the first alert fires. */
export class AlertBook {
  private readonly tables: RoomTables;
  /** Cache: every evaluation asks. */
  private known: Rules | undefined;

  constructor(storage: RoomStorage) {
    this.tables = new RoomTables(storage, migrations);
    if (this.tables.exist) this.tables.make();
  }

  rules(): Rules {
    this.known ??= this.readRules();
    return this.known;
  }

  saveRules(rules: Rules): void {
    this.transaction(() => this.tables.saveLongMeta('rules', JSON.stringify(rules)));
    this.known = rules;
  }

  /** Open alerts, the oldest first. */
  open(): AlertRecord[] {
    return this.records('SELECT record FROM alert WHERE resolved = 0 ORDER BY id');
  }

  last(ruleId: string, subject: string): AlertRecord | undefined {
    return this.records('SELECT record FROM alert WHERE subject = ? AND rule = ? ORDER BY id DESC LIMIT 1', subject, ruleId)[0];
  }

  find(id: string): AlertRecord | undefined {
    return this.records('SELECT record FROM alert WHERE id = ?', id)[0];
  }

  /** The latest first. */
  list({ state, subject, ruleId, cursor, limit }: AlertFilter): Page<Alert> {
    const conditions: [string, string][] = [];
    if (cursor !== undefined) conditions.push(['id < ?', cursor]);
    if (subject !== undefined) conditions.push(['subject = ?', subject]);
    if (ruleId !== undefined) conditions.push(['rule = ?', ruleId]);
    const words = conditions.map(([words]) => words);
    if (state) words.push(state === 'open' ? 'resolved = 0' : 'resolved = 1');
    const where = words.length === 0 ? '' : `WHERE ${words.join(' AND ')}`;
    const found = this.records(
      `SELECT record FROM alert ${where} ORDER BY id DESC LIMIT ${limit + 1}`,
      ...conditions.map(([, value]) => value),
    ).map(({ alert }) => alert);
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  save(record: AlertRecord): void {
    const { id, ruleId, subject, resolvedAt } = record.alert;
    const resolved = resolvedAt === null ? 0 : 1;
    this.tables.run(
      `INSERT INTO alert (id, rule, subject, resolved, record) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET resolved = excluded.resolved, record = excluded.record`,
      id,
      ruleId,
      subject,
      resolved,
      JSON.stringify(record),
    );
  }

  addNote(note: AlertNote): void {
    this.tables.run('INSERT INTO note (record) VALUES (?)', JSON.stringify(note));
  }

  /** What the outbox has not taken yet, the oldest first. */
  notes(limit: number): { n: number; note: AlertNote }[] {
    if (!this.tables.exist) return [];
    // This object wrote them.
    return this.tables
      .rows('SELECT n, record FROM note ORDER BY n LIMIT ?', limit)
      .map(({ n, record }) => ({ n: Number(n), note: JSON.parse(String(record)) as AlertNote }));
  }

  removeNote(n: number): void {
    this.tables.run('DELETE FROM note WHERE n = ?', n);
  }

  /** Forgets what is over and has an id before this one. */
  forget(beforeId: string): void {
    if (this.tables.exist) this.tables.run('DELETE FROM alert WHERE id < ? AND resolved = 1', beforeId);
  }

  /** Has nothing name this person any more. */
  erasePerson(person: ErasedPerson): void {
    if (!this.tables.exist) return;
    this.tables.transaction(() => {
      // Texts for texts: the shape stays.
      for (const record of this.records('SELECT record FROM alert WHERE instr(record, ?) > 0', person.userId))
        this.save(without(record, person) as AlertRecord);
      for (const { n, record } of this.tables.rows('SELECT n, record FROM note WHERE instr(record, ?) > 0', person.userId))
        this.tables.run(
          'UPDATE note SET record = ? WHERE n = ?',
          JSON.stringify(without(JSON.parse(String(record)), person)),
          Number(n),
        );
    });
  }

  /** Has nothing say what these sessions were about. */
  forgetSessions(ids: readonly string[]): void {
    if (!this.tables.exist) return;
    this.tables.transaction(() => {
      for (const id of ids) {
        for (const record of this.records('SELECT record FROM alert WHERE subject = ?', id))
          this.save({ ...record, alert: alertOfErased(record.alert) });
        for (const { n, record } of this.tables.rows('SELECT n, record FROM note WHERE instr(record, ?) > 0', id)) {
          const note = JSON.parse(String(record)) as AlertNote; // Ours, too.
          if (!('notification' in note)) continue;
          const forgotten = { ...note, notification: payloadOfErased(note.notification) };
          this.tables.run('UPDATE note SET record = ? WHERE n = ?', JSON.stringify(forgotten), Number(n));
        }
      }
    });
  }

  transaction(change: () => void): void {
    if (!this.tables.exist) this.tables.make();
    this.tables.transaction(change);
  }

  private readRules(): Rules {
    const text = this.tables.exist ? this.tables.longMeta('rules') : undefined;
    // This object wrote it.
    return text === undefined ? emptyBook : (JSON.parse(text) as Rules);
  }

  private records(query: string, ...bindings: string[]): AlertRecord[] {
    if (!this.tables.exist) return [];
    // This object wrote them.
    return this.tables.rows(query, ...bindings).map(({ record }) => JSON.parse(String(record)) as AlertRecord);
  }
}

/** What decisions are made by. */
export const stateOf = ({ alert, version, untilMs, tells, isUntold }: AlertRecord): AlertState => ({
  id: alert.id,
  ruleId: alert.ruleId,
  subject: alert.subject,
  firedAtMs: Date.parse(alert.firedAt),
  resolvedAtMs: alert.resolvedAt === null ? null : Date.parse(alert.resolvedAt),
  version,
  untilMs,
  tells,
  isUntold,
  isAcknowledged: alert.acknowledged !== undefined,
  snoozedUntilMs: alert.snoozed ? Date.parse(alert.snoozed.until) : null,
});

/** Whether somebody should look: it is open, and nobody has said that they know. */
export const isPressing = ({ resolvedAt, acknowledged, snoozed }: Alert, nowMs: number): boolean =>
  resolvedAt === null && !acknowledged && !(snoozed && Date.parse(snoozed.until) > nowMs);
