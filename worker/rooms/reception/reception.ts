import { DurableObject } from 'cloudflare:workers';
import { createHash, randomBytes } from 'node:crypto';
import type { Integration, IntegrationKind, ReceivedEvent } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { doors, payloadIn } from '../../adapters/doors.ts';
import { repositoryOf } from '../../adapters/repository.ts';
import { unseal } from '../../credentials/sealed.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { clip } from '../../domain/clip.ts';
import { backOffMs } from '../../domain/deadlines.ts';
import { capped, type Occurrence } from '../../domain/work/occurrence.ts';
import { placeOf } from '../../domain/work/place.ts';
import { type Wished, wishOf } from '../../domain/work/wish.ts';
import type { Env } from '../../env.ts';
import { calling, outboxOf, sessionRoom } from '../index.ts';
import { organizationNamed } from '../organization-named.ts';
import type { Posted } from '../outbox/outbox.ts';
import { RoomAlarm } from '../room-alarm.ts';
import { RoomTables } from '../room-tables.ts';
import { within } from '../within.ts';
import { requestSession } from '../work/request-session.ts';
import { type KeptIntegration, ReceptionBook, receptionMigrations } from './reception-book.ts';
import { ReceptionThreads } from './reception-threads.ts';

/** A request to one of our doors, as it came. */
export interface Incoming {
  integrationId: string;
  kind: IntegrationKind;
  headers: [string, string][];
  body: Uint8Array;
}

/** A delivery that came through the deployment's App: its signature was looked at already. */
export interface Vouched extends Omit<Incoming, 'kind'> {
  installationId: number;
}

/** What may be changed of an integration. */
export interface IntegrationChange {
  shown: Partial<Omit<KeptIntegration['shown'], 'id' | 'kind'>>;
  sealedSecret?: string | undefined;
  sealedAccessToken?: string | null | undefined;
}

/** What a code host lets us in with: a token, or an App that is installed there. */
export type HostAccess = { apiUrl: string | null } & ({ accessToken: string } | { installationId: number });

const lookMs = 2000;

/** Deliveries that one alarm works off: each is two object requests. */
const maxWorkedOff = 20;

/** A service that talks all day is written down once a minute. */
const hearAgainMs = 60_000;

/** Whether we hold something for an integration is said of the secret's use and its id, so that it opens nowhere else. */
export const sealContext = (use: 'secret' | 'access token', integrationId: string): string =>
  `integration:${use}:${integrationId}`;

/**
 * Where an organization's deliveries from other services arrive: it knows their secrets, remembers what came, and asks for the sessions
 * that events start. A delivery is answered once it is written down; D1 is not on that way.
 */
export class Reception extends DurableObject<Env> {
  private readonly tables: RoomTables;
  private readonly book: ReceptionBook;
  private readonly threads: ReceptionThreads;
  /** Cache: opened secrets, by what they are sealed as. */
  private readonly secrets = new Map<string, string>();
  private readonly waking: RoomAlarm;
  /** What is being worked off; an evicted reception works nothing off. */
  private working: Promise<void> = Promise.resolve();
  /** Cache: an evicted reception begins anew with short waits. */
  private failures = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.waking = new RoomAlarm(ctx.storage);
    this.tables = new RoomTables(ctx.storage, receptionMigrations);
    if (this.tables.exist) this.tables.make();
    this.book = new ReceptionBook(this.tables);
    this.threads = new ReceptionThreads(this.tables, {
      now: () => Date.now(),
      session: (id) =>
        within(lookMs, async (): Promise<SessionSummary | null> => sessionRoom(env, this.organizationId(), id).summary()),
      post: async (deliveries) => {
        const posted = await calling(
          () => outboxOf(env, this.organizationId()),
          async (outbox): Promise<Posted> => outbox.post({ deliveries }),
        );
        if (posted.isFull) throw new Error('the outbox is full');
      },
    });
    void ctx.blockConcurrencyWhile(() => this.waking.load());
  }

  /** False for what the integration's service did not send, and for an integration that does not exist. Nothing is written then. */
  async receive(incoming: Incoming): Promise<boolean> {
    const known = this.book.find(incoming.integrationId);
    if (known?.shown.kind !== incoming.kind) return false;
    const secret = await this.secretOf(known);
    const headers = new Headers(incoming.headers);
    const nowMs = Date.now();
    if (!doors[incoming.kind].isGenuine(secret, headers, incoming.body, nowMs)) return false;
    // It may have been deleted or changed while its secret was opened. From here on nothing waits.
    const kept = this.book.find(incoming.integrationId);
    if (kept?.sealedSecret !== known.sealedSecret) return false;
    this.take(kept, headers, incoming.body, nowMs);
    return true;
  }

  /** Takes what came through the App; nothing where the integration is not there any more, or is another's. */
  receiveVouched({ integrationId, installationId, headers, body }: Vouched): void {
    const kept = this.book.find(integrationId);
    if (kept?.shown.installation?.id !== installationId) return;
    this.take(kept, new Headers(headers), body, Date.now());
  }

  /** The App was taken away where it was installed. */
  uninstalled(integrationId: string, installationId: number): void {
    const kept = this.book.find(integrationId);
    if (kept?.shown.installation?.id !== installationId) return;
    const installation = { ...kept.shown.installation, isGone: true };
    this.book.save({ ...kept, shown: { ...kept.shown, installation, hasAccessToken: false } });
  }

  integrations(): Integration[] {
    return this.book.integrations();
  }

  /** Null where the organization has as many as it may. One that is there already is answered as it is. */
  add(kept: KeptIntegration): Integration | null {
    const known = this.book.shown(kept.shown.id);
    if (known) return known;
    if (this.book.integrationCount >= limits.maxIntegrationsPerOrganization) return null;
    this.book.save(kept);
    return this.book.shown(kept.shown.id) ?? null;
  }

  /** Null where there is none; `installed` where the change is about a webhook or a token of its own, and the App brings both. */
  edit(id: string, { shown, sealedSecret, sealedAccessToken }: IntegrationChange): Integration | 'installed' | null {
    const kept = this.book.find(id);
    if (!kept) return null;
    const isOwn = sealedSecret !== undefined || sealedAccessToken !== undefined || (shown.apiUrl ?? null) !== null;
    if (kept.shown.installation && isOwn) return 'installed';
    // A token is for the host that it was given for: whoever names another one gives that one's, too.
    const isElsewhere = shown.apiUrl !== undefined && shown.apiUrl !== kept.shown.apiUrl;
    const keptAccess = isElsewhere ? null : kept.sealedAccessToken;
    const access = sealedAccessToken === undefined ? keptAccess : sealedAccessToken;
    this.book.save({
      ...kept,
      shown: { ...kept.shown, ...shown, hasAccessToken: access !== null || isInstalled(kept) },
      sealedSecret: sealedSecret ?? kept.sealedSecret,
      sealedAccessToken: access,
    });
    return this.book.shown(id) ?? null;
  }

  /** Answers what was removed; null where there is none. */
  remove(id: string): Integration | null {
    const shown = this.book.shown(id);
    if (!shown) return null;
    this.book.remove(id);
    return shown;
  }

  /** What came for an integration, the newest first; null where there is none. */
  received(id: string, cursor: string | undefined, limit: number): { items: ReceivedEvent[]; nextCursor: string | null } | null {
    return this.book.find(id) ? this.book.received(id, cursor, limit) : null;
  }

  /** What an integration may say at its code host; null where it may say nothing. */
  async access(id: string): Promise<HostAccess | null> {
    const kept = this.book.find(id);
    if (!kept) return null;
    const { installation } = kept.shown;
    if (installation) return installation.isGone ? null : { apiUrl: null, installationId: installation.id };
    if (!kept.sealedAccessToken) return null;
    const accessToken = await unseal(this.env.SIGNING_SECRET, sealContext('access token', id), kept.sealedAccessToken);
    return { apiUrl: kept.shown.apiUrl, accessToken };
  }

  /** Has nothing here name this person any more. What is being asked for in their name has arrived by then. May be repeated. */
  async erasePerson(person: ErasedPerson): Promise<void> {
    this.book.erasePerson(person);
    await this.working;
  }

  /** Asks for the sessions that were promised, and tells where they were asked for what became of them. Runs at least once: a request has one key for ever. */
  override async alarm(): Promise<void> {
    this.waking.rang();
    try {
      const working = this.workOff();
      this.working = working.catch(() => {});
      await working;
      await this.threads.lookAtDue();
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      console.error(JSON.stringify({ reception: this.ctx.id.name, failed: String(error) }));
      return this.waking.wakeAt(Date.now() + backOffMs(this.failures));
    }
    if (this.book.waiting(1).length > 0) return this.waking.wakeAt(Date.now());
    const dueAtMs = [this.book.sweep(Date.now()), this.threads.dueAtMs()].filter((atMs) => atMs !== null);
    if (dueAtMs.length > 0) this.waking.wakeAt(Math.min(...dueAtMs));
  }

  private async workOff(): Promise<void> {
    for (const { seq, integrationId, wish, place } of this.book.waiting(maxWorkedOff)) {
      const requested = await requestSession(this.env, { ...wish, organizationId: this.organizationId() });
      if (!requested.ok) {
        this.book.settle(seq, 'ignored', requested.message, null);
        continue;
      }
      const { title, sessionId } = requested.request;
      this.tables.transaction(() => {
        if (place) this.threads.open(sessionId, integrationId, place);
        this.book.settle(seq, 'started', `Asked for “${title}”.`, sessionId);
      });
    }
  }

  /** Writes a delivery down, once. What starts nothing because of its kind is not kept. */
  private take(kept: KeptIntegration, headers: Headers, body: Uint8Array, nowMs: number): void {
    const { id: integrationId, kind } = kept.shown;
    const door = doors[kind];
    const event = clip(headers.get(door.eventHeader) ?? '', limits.maxNameLength);
    this.hear(integrationId, event, nowMs);
    const read = door.read(event, payloadIn(headers, body));
    if (!read.ok) return;
    const digest = createHash('sha256').update(body).digest('base64url');
    if (this.book.hasHad(integrationId, digest)) return;
    const wished = wishFor(kept, read.occurrence, digest);
    this.book.add({
      integrationId,
      digest,
      id: clip(headers.get(door.idHeader) ?? digest, limits.maxExternalIdLength),
      event,
      receivedAtMs: nowMs,
      wish: wished.ok ? wished.wish : null,
      place: wished.ok && kept.shown.hasAccessToken ? placeOf(capped(read.occurrence)) : null,
      detail: wished.ok ? '' : wished.why,
    });
    this.waking.wakeAt(wished.ok ? nowMs : nowMs + limits.webhookMemoryMs);
  }

  private hear(integrationId: string, event: string, nowMs: number): void {
    const last = this.book.shown(integrationId);
    const lastMs = last?.lastReceivedAt ? Date.parse(last.lastReceivedAt) : 0;
    if (last?.lastEvent !== event || lastMs + hearAgainMs <= nowMs) this.book.heard(integrationId, event, nowMs);
  }

  private async secretOf({ shown, sealedSecret }: KeptIntegration): Promise<string> {
    const known = this.secrets.get(sealedSecret);
    if (known !== undefined) return known;
    const secret = await unseal(this.env.SIGNING_SECRET, sealContext('secret', shown.id), sealedSecret);
    this.secrets.set(sealedSecret, secret);
    return secret;
  }

  private organizationId(): string {
    return organizationNamed(this.ctx.id);
  }
}

const isInstalled = ({ shown }: KeptIntegration): boolean => shown.installation?.isGone === false;

function wishFor({ shown, userId }: KeptIntegration, occurrence: Occurrence, digest: string): Wished {
  return wishOf(shown, userId, occurrence, {
    key: `${shown.id}/${digest}`,
    nonce: randomBytes(6).toString('hex'),
    repository: repositoryOf(occurrence.cloneUrl),
  });
}
