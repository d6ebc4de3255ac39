import { limits } from '../../../wire/limits.ts';
import type { SlackAccount, SlackOffer } from '../../../wire/slack.ts';
import type { SlackPayload, SlackUser } from '../../adapters/slack/payload.ts';
import type { SlackReply } from '../../adapters/slack/reply.ts';
import { type Migration, metaTable, type RoomTables } from '../room-tables.ts';
import type { Person } from '../session/orders.ts';

/** The organization's app as it is kept; its token and its signing secret, encrypted. */
export interface KeptSlackApp {
  teamId: string;
  teamName: string;
  sealed: string;
  connectedAtMs: number;
  connectedBy: Person;
  /** Where our pages are, as whoever connected it saw it. */
  origin: string;
}

export type SlackTaskPayload = Extract<SlackPayload, { kind: 'command' | 'press' }>;

/** Something that was sent to us and has still to be answered. */
export interface SlackTask {
  seq: number;
  digest: string;
  atMs: number;
  tries: number;
  payload: SlackTaskPayload;
  /** What it came to, where that is decided already. */
  reply: SlackReply | null;
}

export interface SlackLink extends SlackAccount {
  userId: string;
}

/** What a message's button raises, decided once for each message. */
export interface RaisePlan {
  /** Whose limit: a session's own, or a budget that several share; and what it was then. */
  of: { sessionId: string; from: number } | { budgetId: string; from: number };
  to: number;
  /** It paused the session, which has to be let go, too. */
  resumes: boolean;
  by: Person;
  isDone: boolean;
}

export const slackMigrations: Migration[] = [
  {
    id: 1,
    sql: [
      metaTable,
      'CREATE TABLE link (slack_user TEXT PRIMARY KEY, user TEXT NOT NULL UNIQUE, name TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID',
      'CREATE TABLE offer (slack_user TEXT PRIMARY KEY, name TEXT NOT NULL, secret TEXT NOT NULL UNIQUE, until INTEGER NOT NULL) WITHOUT ROWID',
      // `payload` and `reply` are there while it waits; the digest stays a while, so that it is known when it comes again.
      `CREATE TABLE task (seq INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER, payload TEXT, reply TEXT)`,
      'CREATE INDEX task_due ON task (next_at) WHERE next_at IS NOT NULL',
      'CREATE TABLE raise (key TEXT PRIMARY KEY, at INTEGER NOT NULL, plan TEXT NOT NULL) WITHOUT ROWID',
    ],
  },
];

/** An organization's Slack app, who is who there, and what was sent to us. */
export class SlackBook {
  private readonly tables: RoomTables;

  constructor(tables: RoomTables) {
    this.tables = tables;
  }

  app(): KeptSlackApp | undefined {
    const kept = this.tables.exist ? this.tables.meta('app') : undefined;
    return kept === undefined ? undefined : JSON.parse(kept); // Ours: `saveApp` wrote it.
  }

  /** Users of another workspace are other people. */
  saveApp(app: KeptSlackApp): void {
    if (!this.tables.exist) this.tables.make();
    this.tables.transaction(() => {
      if (this.app()?.teamId !== app.teamId) this.forgetAll();
      this.tables.saveMeta('app', JSON.stringify(app));
    });
  }

  removeApp(): void {
    this.tables.transaction(() => {
      this.forgetAll();
      this.tables.run('DELETE FROM task');
    });
  }

  /** When Slack last proved to know the signing secret; null where it never did. */
  get heardAtMs(): number | null {
    const heard = this.tables.exist ? this.tables.meta('heard') : undefined;
    return heard === undefined ? null : Number(heard);
  }

  hear(nowMs: number): void {
    this.tables.saveMeta('heard', String(nowMs));
  }

  linkOf(slackUserId: string): SlackLink | undefined {
    const [row] = this.tables.rows('SELECT * FROM link WHERE slack_user = ?', slackUserId);
    return row && toLink(row);
  }

  linkTo(userId: string): SlackLink | undefined {
    if (!this.tables.exist) return undefined;
    const [row] = this.tables.rows('SELECT * FROM link WHERE user = ?', userId);
    return row && toLink(row);
  }

  /** Offers to tie a Slack user to whoever opens a link; the one before is none any more. */
  offer({ id, name }: SlackUser, secretHash: string, untilMs: number): void {
    this.tables.run(
      `INSERT INTO offer (slack_user, name, secret, until) VALUES (?, ?, ?, ?)
       ON CONFLICT (slack_user) DO UPDATE SET name = excluded.name, secret = excluded.secret, until = excluded.until`,
      id,
      name,
      secretHash,
      untilMs,
    );
  }

  offered(secretHash: string, nowMs: number): Omit<SlackOffer, 'teamName'> | undefined {
    if (!this.tables.exist) return undefined;
    const [row] = this.tables.rows('SELECT * FROM offer WHERE secret = ? AND until > ?', secretHash, nowMs);
    return row && { slackUserId: String(row.slack_user), slackName: String(row.name), expiresAt: iso(row.until) };
  }

  /** A person has one Slack user, and a Slack user acts for one person: what they were tied to before ends. */
  link({ slackUserId, slackName, linkedAt, userId }: SlackLink): void {
    this.tables.transaction(() => {
      this.tables.run('DELETE FROM link WHERE slack_user = ? OR user = ?', slackUserId, userId);
      this.tables.run(
        'INSERT INTO link (slack_user, user, name, at) VALUES (?, ?, ?, ?)',
        slackUserId,
        userId,
        slackName,
        Date.parse(linkedAt),
      );
      this.tables.run('DELETE FROM offer WHERE slack_user = ?', slackUserId);
    });
  }

  unlink(userId: string): void {
    if (this.linkTo(userId)) this.tables.run('DELETE FROM link WHERE user = ?', userId);
  }

  /** What a Slack user is called, and whatever of them waits. */
  forgetUser(slackUserId: string): void {
    this.tables.run('DELETE FROM link WHERE slack_user = ?', slackUserId);
    this.tables.run('DELETE FROM offer WHERE slack_user = ?', slackUserId);
    for (const { seq, payload } of this.due(Number.MAX_SAFE_INTEGER, limits.maxSlackWaiting))
      if (payload.user.id === slackUserId) this.finish(seq);
  }

  hasHad(digest: string): boolean {
    return this.tables.rows('SELECT 1 FROM task WHERE digest = ?', digest).length > 0;
  }

  get waitingCount(): number {
    return Number(this.tables.rows('SELECT count(*) AS n FROM task WHERE next_at IS NOT NULL')[0]?.n);
  }

  add(digest: string, payload: SlackTaskPayload, nowMs: number): void {
    this.tables.run(
      'INSERT INTO task (digest, at, next_at, payload) VALUES (?, ?, ?, ?)',
      digest,
      nowMs,
      nowMs,
      JSON.stringify(payload),
    );
  }

  due(nowMs: number, count: number): SlackTask[] {
    return this.tables.rows('SELECT * FROM task WHERE next_at <= ? ORDER BY next_at, seq LIMIT ?', nowMs, count).map(toTask);
  }

  /** When the next is due; null where nothing waits. */
  dueAtMs(): number | null {
    if (!this.tables.exist) return null;
    const [row] = this.tables.rows('SELECT min(next_at) AS at FROM task WHERE next_at IS NOT NULL');
    return row?.at == null ? null : Number(row.at);
  }

  saveReply(seq: number, reply: SlackReply): void {
    this.tables.run('UPDATE task SET reply = ? WHERE seq = ?', JSON.stringify(reply), seq);
  }

  putOff(seq: number, atMs: number): void {
    this.tables.run('UPDATE task SET tries = tries + 1, next_at = ? WHERE seq = ?', Math.ceil(atMs), seq);
  }

  /** What was asked and answered is not kept any longer. */
  finish(seq: number): void {
    this.tables.run('UPDATE task SET next_at = NULL, payload = NULL, reply = NULL WHERE seq = ?', seq);
  }

  raise(key: string): RaisePlan | undefined {
    const [row] = this.tables.rows('SELECT plan FROM raise WHERE key = ?', key);
    return row && JSON.parse(String(row.plan)); // Ours: `saveRaise` wrote it.
  }

  saveRaise(key: string, plan: RaisePlan, nowMs: number): void {
    this.tables.run(
      'INSERT INTO raise (key, at, plan) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET plan = excluded.plan',
      key,
      nowMs,
      JSON.stringify(plan),
    );
  }

  /** Has texts of what waits say something else. */
  rewriteWaiting(rewritten: (texts: Pick<SlackTask, 'payload' | 'reply'>) => unknown): void {
    for (const { seq, payload, reply } of this.due(Number.MAX_SAFE_INTEGER, limits.maxSlackWaiting)) {
      // Texts for texts: the shape stays.
      const after = rewritten({ payload, reply }) as Pick<SlackTask, 'payload' | 'reply'>;
      this.tables.run(
        'UPDATE task SET payload = ?, reply = ? WHERE seq = ?',
        JSON.stringify(after.payload),
        after.reply && JSON.stringify(after.reply),
        seq,
      );
    }
  }

  /** No plan names this person any more. */
  renameRaisers(userId: string, by: Person): void {
    for (const row of this.tables.rows('SELECT key, plan FROM raise')) {
      const plan: RaisePlan = JSON.parse(String(row.plan)); // Ours: `saveRaise` wrote it.
      if (plan.by.userId === userId) this.saveRaise(String(row.key), { ...plan, by }, 0);
    }
  }

  /** Forgets what nobody sends again, and answers when the next is so old; null where none is kept. */
  sweep(nowMs: number): number | null {
    if (!this.tables.exist) return null;
    this.tables.run('DELETE FROM task WHERE at <= ? AND next_at IS NULL', nowMs - limits.slackMemoryMs);
    this.tables.run('DELETE FROM offer WHERE until <= ?', nowMs);
    this.tables.run('DELETE FROM raise WHERE at <= ?', nowMs - limits.webhookMemoryMs);
    const [row] = this.tables.rows('SELECT min(at) AS at FROM task');
    return row?.at == null ? null : Number(row.at) + limits.slackMemoryMs;
  }

  private forgetAll(): void {
    for (const table of ['link', 'offer', 'raise']) this.tables.run(`DELETE FROM ${table}`);
    this.tables.run('DELETE FROM meta');
  }
}

const toLink = (row: Record<string, unknown>): SlackLink => ({
  slackUserId: String(row.slack_user),
  slackName: String(row.name),
  linkedAt: iso(row.at),
  userId: String(row.user),
});

/** Ours: `add` and `saveReply` wrote it. */
const toTask = (row: Record<string, unknown>): SlackTask => ({
  seq: Number(row.seq),
  digest: String(row.digest),
  atMs: Number(row.at),
  tries: Number(row.tries),
  payload: JSON.parse(String(row.payload)),
  reply: row.reply === null ? null : JSON.parse(String(row.reply)),
});

const iso = (ms: unknown): string => new Date(Number(ms)).toISOString();
