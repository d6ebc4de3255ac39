import { DurableObject } from 'cloudflare:workers';
import { createHash } from 'node:crypto';
import { erasedName } from '../../../wire/erasure.ts';
import { limits } from '../../../wire/limits.ts';
import type { SlackAccount, SlackApp, SlackOffer } from '../../../wire/slack.ts';
import { readSlackBody } from '../../adapters/slack/payload.ts';
import { type SlackReply, sendSlackReply } from '../../adapters/slack/reply.ts';
import { isFromSlack } from '../../adapters/slack/signature.ts';
import { hashSecret, randomSecret } from '../../credentials/random-secret.ts';
import { seal, unseal } from '../../credentials/sealed.ts';
import { type ErasedPerson, without } from '../../domain/archive/erased-person.ts';
import { backOffMs } from '../../domain/deadlines.ts';
import type { Env } from '../../env.ts';
import { openDb } from '../../store/db.ts';
import { findMember } from '../../store/identity/members.ts';
import { organizationNamed } from '../organization-named.ts';
import { RoomAlarm } from '../room-alarm.ts';
import { RoomTables } from '../room-tables.ts';
import type { Person } from '../session/orders.ts';
import { slackAnswer } from './slack-answer.ts';
import { type KeptSlackApp, SlackBook, type SlackTask, slackMigrations } from './slack-book.ts';
import { raisedWords } from './slack-raise.ts';

/** A request that came to our address, as it came. */
export interface FromSlack {
  headers: [string, string][];
  body: Uint8Array;
}

/**
 * What to answer at once. Not `ok`: the organization's Slack app did not send it, or there is none; nothing was written. `turnedAway`: too
 * much waits already, so that this was not taken.
 */
export type SlackReceipt = { ok: false } | { ok: true; challenge?: string; turnedAway?: 'command' | 'press' };

/** What a new app needs; the workspace is what Slack says of the token. */
export interface NewKeptSlackApp {
  teamId: string;
  teamName: string;
  botToken: string;
  signingSecret: string;
  by: Person;
  origin: string;
}

interface Secrets {
  botToken: string;
  signingSecret: string;
}

/** Tasks that are worked on at the same time: each may wait for Slack, and a Worker has six connections. */
const lanes = 6;

/** A workspace that talks all day is written down once a minute. */
const hearAgainMs = 60_000;

/**
 * Where an organization's Slack app sends what people press and type: it knows the app's secrets and who is who there, writes down what
 * came before it is acknowledged, and answers from its alarm, so that Slack's three seconds hold whatever D1 does.
 */
export class SlackDesk extends DurableObject<Env> {
  private readonly tables: RoomTables;
  private readonly book: SlackBook;
  /** Cache: opened secrets, and what they are sealed as. */
  private opened: { sealed: string; secrets: Secrets } | null = null;
  private readonly waking: RoomAlarm;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.waking = new RoomAlarm(ctx.storage);
    this.tables = new RoomTables(ctx.storage, slackMigrations);
    if (this.tables.exist) this.tables.make();
    this.book = new SlackBook(this.tables);
    void ctx.blockConcurrencyWhile(() => this.waking.load());
  }

  /** Takes what Slack sent, once; it is answered from the alarm. */
  async receive({ headers: list, body }: FromSlack): Promise<SlackReceipt> {
    const known = this.book.app();
    if (!known) return { ok: false };
    const { signingSecret } = await this.secretsOf(known);
    const headers = new Headers(list);
    const nowMs = Date.now();
    if (!isFromSlack(signingSecret, headers, body, nowMs)) return { ok: false };
    // It may have been changed or removed while its secrets were opened. From here on nothing waits.
    const app = this.book.app();
    if (app?.sealed !== known.sealed) return { ok: false };
    const payload = readSlackBody(headers.get('content-type'), body);
    if (!payload) return { ok: false };
    if (payload.kind === 'hello') return { ok: true, challenge: payload.challenge };
    if (payload.teamId !== app.teamId) return { ok: false };
    if ((this.book.heardAtMs ?? 0) + hearAgainMs <= nowMs) this.book.hear(nowMs);
    if (payload.kind === 'other') return { ok: true };
    const digest = createHash('sha256').update(body).digest('base64url');
    if (this.book.hasHad(digest)) return { ok: true };
    if (this.book.waitingCount >= limits.maxSlackWaiting) return { ok: true, turnedAway: payload.kind };
    this.book.add(digest, payload, nowMs);
    this.waking.wakeAt(nowMs);
    return { ok: true };
  }

  /** The app, and what the asker is tied to there. */
  state(userId: string): { app: SlackApp | null; account: SlackAccount | null } {
    const app = this.book.app();
    const link = app && this.book.linkTo(userId);
    return { app: app ? this.shown(app) : null, account: link ? accountOf(link) : null };
  }

  /** Connects the organization's app, in the place of the one before. */
  async saveApp({ teamId, teamName, botToken, signingSecret, by, origin }: NewKeptSlackApp): Promise<SlackApp> {
    const sealed = await seal(this.env.SIGNING_SECRET, this.context, JSON.stringify({ botToken, signingSecret }));
    const app = { teamId, teamName, sealed, connectedAtMs: Date.now(), connectedBy: by, origin };
    this.book.saveApp(app);
    return this.shown(app);
  }

  /** Disconnects it, whether or not there is one. */
  removeApp(): void {
    if (this.tables.exist) this.book.removeApp();
  }

  /** What messages are sent with; null where no app is connected. */
  async botToken(): Promise<string | null> {
    const app = this.book.app();
    return app ? (await this.secretsOf(app)).botToken : null;
  }

  /** What the button that raises a limit did on a message, in words; null where it did nothing. */
  raised(key: string): string | null {
    const plan = this.tables.exist ? this.book.raise(key) : undefined;
    return plan?.isDone ? raisedWords(plan) : null;
  }

  /** Which Slack user a link offers to act in the name of whoever confirms it; null where it was used, replaced or is too old. */
  async offered(secret: string): Promise<SlackOffer | null> {
    const offer = this.book.offered(await hashSecret(secret), Date.now());
    const app = this.book.app();
    return offer && app ? { ...offer, teamName: app.teamName } : null;
  }

  /** Ties them together; null as above. */
  async link(secret: string, userId: string): Promise<SlackAccount | null> {
    const hash = await hashSecret(secret);
    const nowMs = Date.now();
    const offer = this.book.offered(hash, nowMs);
    if (!offer) return null;
    const { slackUserId, slackName } = offer;
    const link = { slackUserId, slackName, userId, linkedAt: new Date(nowMs).toISOString() };
    this.book.link(link);
    return accountOf(link);
  }

  /** No Slack user acts in that member's name any more. */
  unlink(userId: string): void {
    this.book.unlink(userId);
  }

  /** Nothing of theirs is left, and nobody acts in their name. May be repeated. */
  erasePerson(person: ErasedPerson): void {
    if (!this.tables.exist) return;
    const { userId, pseudonym } = person;
    const link = this.book.linkTo(userId);
    if (link) this.book.forgetUser(link.slackUserId);
    const erased = { userId: pseudonym, name: erasedName };
    this.book.rewriteWaiting((texts) => without(texts, person));
    this.book.renameRaisers(userId, erased);
    const app = this.book.app();
    if (app?.connectedBy.userId === userId) this.book.saveApp({ ...app, connectedBy: erased });
  }

  /** Answers what waits. Runs at least once: what is done is done under a name of its own, and the answer is written down before it is sent. */
  override async alarm(): Promise<void> {
    this.waking.rang();
    if (!this.tables.exist) return;
    const due = this.book.due(Date.now(), lanes);
    await Promise.all(due.map((task) => this.work(task)));
    const times = [this.book.sweep(Date.now()), this.book.dueAtMs()].filter((atMs) => atMs !== null);
    if (times.length > 0) this.waking.wakeAt(Math.max(Date.now(), Math.min(...times)));
  }

  private async work(task: SlackTask): Promise<void> {
    const { seq, atMs, tries, payload } = task;
    const nowMs = Date.now();
    const putOff = (retryAfterMs = 0) => this.book.putOff(seq, nowMs + Math.max(backOffMs(tries), retryAfterMs));
    // Slack takes no answer any more.
    if (nowMs >= atMs + limits.slackAnswerMs) return this.book.finish(seq);
    try {
      const reply = task.reply ?? (await this.replyTo(task));
      const ports = { fetch: (...request: Parameters<typeof fetch>) => fetch(...request), now: () => Date.now() };
      const sent = await sendSlackReply({ ...ports, allowLoopback: this.env.ALLOW_LOOPBACK === '1' }, payload.responseUrl, reply);
      const isOver = sent.outcome === 'delivered' || sent.outcome === 'refused' || sent.isFinal === true;
      if (sent.outcome === 'refused') console.warn(JSON.stringify({ slack: this.organizationId, refused: sent.detail }));
      if (isOver) this.book.finish(seq);
      else putOff(sent.retryAfterMs);
    } catch (error) {
      console.warn(JSON.stringify({ slack: this.organizationId, failed: String(error) }));
      putOff();
    }
  }

  private async replyTo(task: SlackTask): Promise<SlackReply> {
    const reply = await slackAnswer(task, this.book, {
      env: this.env,
      organizationId: this.organizationId,
      pages: this.pages,
      nowMs: Date.now(),
      member: (userId) => findMember(openDb(this.env.DB), this.organizationId, userId),
      offer: async (user) => {
        const secret = randomSecret();
        this.book.offer(user, await hashSecret(secret), Date.now() + limits.slackLinkMs);
        return `${this.pages}/slack/${secret}`;
      },
    });
    this.book.saveReply(task.seq, reply);
    return reply;
  }

  private shown({ teamId, teamName, connectedAtMs, connectedBy }: KeptSlackApp): SlackApp {
    const { heardAtMs } = this.book;
    return {
      teamId,
      teamName,
      connectedAt: new Date(connectedAtMs).toISOString(),
      connectedBy: connectedBy.name,
      lastReceivedAt: heardAtMs === null ? null : new Date(heardAtMs).toISOString(),
    };
  }

  private async secretsOf({ sealed }: KeptSlackApp): Promise<Secrets> {
    if (this.opened?.sealed !== sealed) {
      // Ours: `saveApp` wrote it, and what was changed since does not open.
      const secrets = JSON.parse(await unseal(this.env.SIGNING_SECRET, this.context, sealed)) as Secrets;
      this.opened = { sealed, secrets };
    }
    return this.opened.secrets;
  }

  private get pages(): string {
    const origin = this.env.PUBLIC_URL || this.book.app()?.origin || '';
    return `${origin.replace(/\/$/, '')}/${this.organizationId}`;
  }

  private get context(): string {
    return `slack/${this.organizationId}`;
  }

  private get organizationId(): string {
    return organizationNamed(this.ctx.id);
  }
}

const accountOf = ({ slackUserId, slackName, linkedAt }: SlackAccount): SlackAccount => ({ slackUserId, slackName, linkedAt });
