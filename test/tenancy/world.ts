import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { AlertPage } from '../../wire/alert.ts';
import { Role } from '../../wire/identity.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { CreatedIntegration } from '../../wire/integration.ts';
import { limits } from '../../wire/limits.ts';
import type { CreatedBranch } from '../../wire/session.ts';
import type { ClaimAnswer, SessionRequest } from '../../wire/work.ts';
import { signIngestToken } from '../../worker/credentials/ingest-token.ts';
import { signAccessToken } from '../../worker/credentials/login-tokens.ts';
import { apiTokenPrefix, hashSecret, randomSecret } from '../../worker/credentials/random-secret.ts';
import { testNotification } from '../../worker/domain/alerts/test-notification.ts';
import { type IdPrefix, newId } from '../../worker/ids.ts';
import { alertDesk, budgetLedger, outboxOf, sessionRoom, slackDesk } from '../../worker/rooms/index.ts';
import { RoomTables } from '../../worker/rooms/room-tables.ts';
import { SlackBook, slackMigrations } from '../../worker/rooms/slack/slack-book.ts';
import { keepContents } from '../../worker/routes/archive/keep.ts';
import { ownerOf } from '../../worker/routes/ingest/owner.ts';
import { pack } from '../../worker/store/archive/packing.ts';
import { commit, openDb } from '../../worker/store/db.ts';
import { insertApiToken, revokeApiToken } from '../../worker/store/identity/api-tokens.ts';
import { insertIngestToken, revokeIngestToken } from '../../worker/store/identity/ingest-tokens.ts';
import { insertInvitation } from '../../worker/store/identity/invitations.ts';
import { insertLogin } from '../../worker/store/identity/logins.ts';
import { insertMembership, insertOrganization } from '../../worker/store/identity/organizations.ts';
import { insertPasswordReset } from '../../worker/store/identity/password-resets.ts';
import { insertProject } from '../../worker/store/identity/projects.ts';
import { insertUser } from '../../worker/store/identity/users.ts';
import { alertRule, sessionFactOf } from '../domain/alerts/builders.ts';
import { password } from '../routes/identity/client.ts';
import { cheapPasswordHash } from '../routes/identity/newcomer.ts';

export const origin = 'https://flightdeck.test';
const nowMs = Date.now();
const db = openDb(env.DB);
const secret = env.SIGNING_SECRET;

/** Everybody's. */
export const currentPassword = password;

/** A header or two that say who is asking. */
export type Credential = Record<string, string>;

const bearer = (token: string): Credential => ({ authorization: `Bearer ${token}` });
const cookie = async (loginId: string, atMs = nowMs): Promise<Credential> => ({
  cookie: `__Host-fd-access=${await signAccessToken(secret, loginId, atMs)}`,
});

export interface Someone {
  userId: string;
  email: string;
  login: Credential;
  apiToken: Credential;
}

/** An organization with somebody in each role, and all kinds of tokens, good and bad. Made in D1 directly, without a hash for each. */
export class Tenant {
  readonly name: string;
  /** Every id that was ever made for this tenant: none of them may be shown to another. */
  readonly ids = new Set<string>();
  readonly organizationId = this.id('org');
  readonly projectId = this.id('prj');
  /** By role; `owner` and so on are here once the tenant is made. */
  readonly people = new Map<Role, Someone>();

  constructor(name: string) {
    this.name = name;
  }

  private id(prefix: IdPrefix): string {
    const id = newId(prefix);
    this.ids.add(id);
    return id;
  }

  static async make(name: string): Promise<Tenant> {
    const tenant = new Tenant(name);
    await commit(db, [
      insertOrganization(db, { id: tenant.organizationId, name }, nowMs),
      insertProject(db, tenant.organizationId, { id: tenant.projectId, name: `${name}'s project` }, nowMs),
    ]);
    for (const role of Role.options) tenant.people.set(role, await tenant.person(role));
    return tenant;
  }

  as(role: Role): Someone {
    const someone = this.people.get(role);
    if (!someone) throw new Error(`There is no ${role}.`);
    return someone;
  }

  /** A further member. */
  async person(role: Role): Promise<Someone> {
    const userId = this.id('usr');
    const loginId = this.id('lgn');
    const apiToken = randomSecret(apiTokenPrefix);
    const email = `${userId}@example.com`;
    const user = {
      id: userId,
      email,
      name: `${this.name}'s ${role}`,
      passwordHash: cheapPasswordHash,
      organizationId: this.organizationId,
    };
    const token = { id: this.id('apt'), userId, name: 'test', secretHash: await hashSecret(apiToken) };
    await commit(db, [
      insertUser(db, user, nowMs),
      insertMembership(db, this.organizationId, { userId, role }, nowMs),
      insertLogin(db, { id: loginId, userId }, nowMs),
      insertApiToken(db, this.organizationId, token, nowMs),
    ]);
    return { userId, email, login: await cookie(loginId), apiToken: bearer(apiToken) };
  }

  /** Credentials that were good once, by what is wrong with them. */
  async spentCredentials(): Promise<Record<string, Credential>> {
    const { userId } = this.as('owner');
    const loginId = this.id('lgn');
    const revoked = randomSecret(apiTokenPrefix);
    const id = this.id('apt');
    await commit(db, [
      insertLogin(db, { id: loginId, userId }, nowMs),
      insertApiToken(db, this.organizationId, { id, userId, name: 'revoked', secretHash: await hashSecret(revoked) }, nowMs),
      revokeApiToken(db, this.organizationId, userId, id, nowMs),
    ]);
    return {
      'an expired login': await cookie(loginId, nowMs - limits.accessTokenTtlMs - 1000),
      'an ended login': await cookie('lgn_ended'),
      'a revoked API token': bearer(revoked),
      'an unknown API token': bearer(randomSecret(apiTokenPrefix)),
      "a machine's token": bearer(await this.ingestToken()),
    };
  }

  /** The same for machines. */
  async spentMachineCredentials(): Promise<Record<string, Credential>> {
    const revoked = this.id('igt');
    const actor = { tokenId: revoked, organizationId: this.organizationId, projectId: this.projectId, userId: 'usr_gone' };
    await commit(db, [
      insertIngestToken(db, this.organizationId, { ...actor, name: 'revoked' }, nowMs),
      revokeIngestToken(db, this.organizationId, revoked, nowMs),
    ]);
    return {
      'a revoked ingest token': bearer(await signIngestToken(secret, actor)),
      'an expired ingest token': bearer(await signIngestToken(secret, { ...actor, tokenId: this.id('igt') }, nowMs - 1000)),
      'a login': this.as('owner').login,
      'an API token': this.as('owner').apiToken,
    };
  }

  async ingestToken(): Promise<string> {
    const { userId } = this.as('member');
    const { organizationId, projectId } = this;
    return signIngestToken(secret, { tokenId: this.id('igt'), organizationId, projectId, userId });
  }

  async machine(): Promise<Credential> {
    return bearer(await this.ingestToken());
  }

  /** The id of an ingest token of `userId`. */
  async storedIngestToken(userId: string): Promise<string> {
    const { organizationId, projectId } = this;
    const tokenId = this.id('igt');
    await commit(db, [
      insertIngestToken(db, organizationId, { tokenId, organizationId, projectId, userId, name: 'stored' }, nowMs),
    ]);
    return tokenId;
  }

  async storedApiToken(userId: string): Promise<string> {
    const token = { id: this.id('apt'), userId, name: 'stored', secretHash: await hashSecret(randomSecret()) };
    await commit(db, [insertApiToken(db, this.organizationId, token, nowMs)]);
    return token.id;
  }

  /** An open invitation: its id, and the secret of its link. */
  async invitation(): Promise<{ id: string; secret: string }> {
    const id = this.id('inv');
    const linkSecret = randomSecret();
    const times = { createdAtMs: nowMs, expiresAtMs: nowMs + limits.invitationTtlMs };
    const invitation = { id, email: null, role: 'viewer' as const, invitedBy: this.as('owner').userId, ...times };
    await commit(db, [insertInvitation(db, this.organizationId, { ...invitation, secretHash: await hashSecret(linkSecret) })]);
    return { id, secret: linkSecret };
  }

  /** The secret of an open password reset. */
  async passwordReset(): Promise<string> {
    const linkSecret = randomSecret();
    const { userId } = await this.person('viewer');
    const reset = { userId, createdBy: this.as('owner').userId, expiresAtMs: nowMs + limits.passwordResetTtlMs };
    await commit(db, [insertPasswordReset(db, this.organizationId, { ...reset, secretHash: await hashSecret(linkSecret) })]);
    return linkSecret;
  }

  /** A branch that has done something; its id. */
  async branch(): Promise<string> {
    const made = await send('POST', `/api/sessions/${await this.session()}/branches`, this.as('member').apiToken, { body: {} });
    const { session } = await made.json<CreatedBranch>();
    this.ids.add(session.id);
    const body = { agent: session.agent, sessionId: session.externalId, events: [{ type: 'message', text: 'done' }] };
    await send('POST', '/hooks/events', await this.machine(), { body });
    return session.id;
  }

  /** A session with one event; its id. */
  async session(): Promise<string> {
    const externalId = `ext-${crypto.randomUUID()}`;
    const body = { agent: 'tester', sessionId: externalId, events: [{ type: 'prompt', text: `${this.name}'s secret` }] };
    const response = await send('POST', '/hooks/events', await this.machine(), { body });
    if (response.status !== 200) throw new Error(await response.text());
    const { sessionId } = await response.json<{ sessionId: string }>();
    this.ids.add(sessionId);
    return sessionId;
  }

  /** A budget that holds nobody; its id. */
  async budget(): Promise<string> {
    const id = this.id('bud');
    const createdAt = new Date(nowMs).toISOString();
    const what = { scope: 'organization', scopeId: null, window: 'lifetime', unit: 'micro_usd' } as const;
    await budgetLedger(env, this.organizationId).add({
      id,
      ...what,
      limit: 1_000_000_000,
      softPercent: 80,
      action: 'warn',
      createdAt,
    });
    return id;
  }

  /** A snapshot with one file; its id. */
  async snapshot(): Promise<string> {
    const record = pack(new TextEncoder().encode(`${this.name}'s file ${crypto.randomUUID()}`));
    this.ids.add(record.hash);
    await keepContents(env, this, [record]);
    const entry = { type: 'file', path: 'secret.txt', size: record.size, mode: 0o644, hash: record.hash };
    const path = `/api/sessions/${await this.session()}/snapshots`;
    const response = await send('POST', path, this.as('member').login, { body: { entries: [entry] } });
    if (response.status !== 201) throw new Error(await response.text());
    const { id } = await response.json<{ id: string }>();
    this.ids.add(id);
    return id;
  }

  /** A session in the trash; its id. */
  async trashed(): Promise<string> {
    const id = await this.session();
    await sessionRoom(env, this.organizationId, id).discard(null);
    return id;
  }

  /** A rule that makes calls of one tool wait; its id. */
  async rule(tool = `tool${crypto.randomUUID()}`): Promise<string> {
    const id = this.id('rul');
    await budgetLedger(env, this.organizationId).addRule({
      id,
      name: `${this.name}'s rule`,
      projectId: null,
      on: 'call',
      tool,
      action: 'ask',
      waitSeconds: 86_400,
      unanswered: 'deny',
      createdAt: new Date(nowMs).toISOString(),
    });
    return id;
  }

  /** An alert rule of its own that nothing matches; its id. */
  async alertRule(): Promise<string> {
    const id = this.id('alr');
    await alertDesk(env, this.organizationId).addRule({
      ...alertRule({ id, name: `${this.name}'s rule` }),
      kind: 'session_cost',
      threshold: 1_000_000_000,
    });
    return id;
  }

  /** An alert that is open, about a session that failed; its id. */
  async alert(): Promise<string> {
    const desk = alertDesk(env, this.organizationId);
    const id = `ses_${crypto.randomUUID()}`;
    this.ids.add(id);
    const endedAtMs = Date.now();
    await desk.hear(sessionFactOf({ id, title: `${this.name}'s secret`, status: 'failed', lastEventAtMs: endedAtMs, endedAtMs }));
    const page: AlertPage = await desk.list({ subject: id, limit: 1 });
    const [alert] = page.items;
    if (!alert) throw new Error('nothing fired');
    this.ids.add(alert.id);
    return alert.id;
  }

  /** A call that waits for a person: `<session>/approvals/<approval>`. */
  async approval(): Promise<string> {
    const tool = `tool${crypto.randomUUID()}`;
    await this.rule(tool);
    const body = { agent: 'tester', sessionId: `ext-${crypto.randomUUID()}`, events: [{ type: 'tool.started', tool }] };
    const response = await send('POST', '/hooks/events', await this.machine(), { body });
    const { sessionId, verdict } = await response.json<IngestAnswer>();
    if (verdict.type !== 'ask' || verdict.approvalId === undefined) throw new Error(`nobody was asked: ${verdict.type}`);
    this.ids.add(sessionId);
    return `${sessionId}/approvals/${verdict.approvalId}`;
  }

  /** A session that waits for a machine; its request's id. */
  async request(): Promise<string> {
    const { projectId } = this;
    const body = { projectId, agent: 'claude-code', prompt: `${this.name}'s secret` };
    const made = await send('POST', '/api/session-requests', this.as('member').apiToken, { body });
    const { id, sessionId } = await made.json<SessionRequest>();
    this.ids.add(id);
    this.ids.add(sessionId);
    return id;
  }

  /** A request that a machine of `caller` has. */
  async claimedRequest({ apiToken }: Someone): Promise<string> {
    const agent = `agent-${crypto.randomUUID()}`;
    const asked = { projectId: this.projectId, agent, prompt: 'Do it' };
    await send('POST', '/api/session-requests', apiToken, { body: asked });
    const claim = { claimId: 'claimed-by-the-least-role', machine: 'laptop', agents: [agent] };
    const answer = await send('POST', '/api/session-requests/claim', apiToken, { body: claim });
    const { request } = await answer.json<ClaimAnswer>();
    if (!request) throw new Error('It was asked for.');
    this.ids.add(request.id);
    return request.id;
  }

  /** Events of a service that start sessions. */
  async integration(kind: 'github' | 'gitlab' = 'github'): Promise<CreatedIntegration> {
    const body = { kind, name: `${this.name}'s ${kind}`, projectId: this.projectId };
    const made = await send('POST', '/api/integrations', this.as('admin').apiToken, { body });
    const integration = await made.json<CreatedIntegration>();
    this.ids.add(integration.id);
    return integration;
  }

  /** Its Slack app. */
  async slackApp(): Promise<void> {
    const by = { userId: this.as('admin').userId, name: `${this.name}'s admin` };
    const app = {
      teamId: 'T0123456789',
      teamName: `${this.name}'s workspace`,
      botToken: 'xoxb-1',
      signingSecret: 'f'.repeat(32),
    };
    await slackDesk(env, this.organizationId).saveApp({ ...app, by, origin });
    this.ids.add(app.teamName);
  }

  /** The secret of a link that ties a Slack user to whoever confirms it. */
  async slackOffer(): Promise<string> {
    await this.slackApp();
    const linkSecret = randomSecret();
    const secretHash = await hashSecret(linkSecret);
    await runInDurableObject(slackDesk(env, this.organizationId), (_, { storage }) => {
      new SlackBook(new RoomTables(storage, slackMigrations)).offer(
        { id: 'U0123', name: this.name },
        secretHash,
        nowMs + limits.slackLinkMs,
      );
    });
    return linkSecret;
  }

  /** The path of a rate of a tool that only this tenant has. */
  async rate(): Promise<string> {
    const tool = `tool${crypto.randomUUID().replaceAll('-', '')}`;
    await budgetLedger(env, this.organizationId).setRate(tool, { perExecutionMicroUsd: 1, perKbMicroUsd: 0 });
    this.ids.add(tool);
    return `/api/rates/${tool}`;
  }

  /** A fail mode of its project's own. */
  async failMode(): Promise<void> {
    this.ids.add(this.projectId);
    await budgetLedger(env, this.organizationId).editLimits({ failByProject: { [this.projectId]: 'closed' } });
  }

  /** A channel that leads nowhere. */
  async channel(): Promise<string> {
    const id = this.id('chn');
    await outboxOf(env, this.organizationId).addChannel(id, id, { kind: 'webhook', url: 'https://hooks.example.com/' });
    return id;
  }

  /** A browser in which somebody turned notifications on. */
  async device(userId: string): Promise<string> {
    const keys = { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) };
    const endpoint = `https://push.example.com/${crypto.randomUUID()}`;
    const made = await outboxOf(env, this.organizationId).addDevice(userId, { name: this.name, endpoint, keys });
    if (!made) throw new Error('too many devices');
    this.ids.add(made.id);
    return made.id;
  }

  /** Something that was sent through a channel. */
  async delivery(): Promise<string> {
    const channelId = await this.channel();
    const outbox = outboxOf(env, this.organizationId);
    await outbox.post({
      notification: testNotification(channelId, this.organizationId, this.name, nowMs),
      channelIds: [channelId],
    });
    const [delivery] = (await outbox.deliveries({ channel: channelId })).items;
    if (!delivery) throw new Error('nothing was posted');
    this.ids.add(delivery.id);
    return delivery.id;
  }

  /** A price of a model of its own, and the path to it. */
  async price(): Promise<string> {
    const id = this.id('prc');
    const perMillion = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
    await budgetLedger(env, this.organizationId).addPrice({ id, model: id, ...perMillion, from: new Date(nowMs).toISOString() });
    return `/api/prices/${id}`;
  }

  /** A session, with a model call, that has reached D1, where lists are read. */
  async listedSession(): Promise<void> {
    const sessionId = `spent-${crypto.randomUUID()}`;
    const model = `model-${crypto.randomUUID()}`;
    this.ids.add(model);
    const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0, model };
    const body = { agent: 'tester', sessionId, events: [{ type: 'usage', usage, costMicroUsd: 5 }] };
    const response = await send('POST', '/hooks/events', await this.machine(), { body });
    const { sessionId: id } = await response.json<{ sessionId: string }>();
    this.ids.add(id);
    const room = sessionRoom(env, this.organizationId, id);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    await runDurableObjectAlarm(room);
    vi.useRealTimers();
  }

  /** The session that a machine of this tenant means by an agent's own session id. */
  sessionIdOf(agent: string, externalId: string): string {
    const { organizationId, projectId } = this;
    return ownerOf({ tokenId: '', organizationId, projectId, userId: '' }, agent, externalId).sessionId;
  }
}

export interface Ask {
  /** JSON; bytes are sent as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  upgrade?: boolean;
}

/** One request, from a page of our own where it comes from a browser. */
export function send(
  method: string,
  path: string,
  credential: Credential,
  { body, headers, upgrade }: Ask = {},
): Promise<Response> {
  return exports.default.fetch(`${origin}${path}`, {
    method,
    headers: {
      ...((method !== 'GET' || upgrade) && { origin }),
      ...(body !== undefined && { 'content-type': isBytes(body) ? 'application/octet-stream' : 'application/json' }),
      ...(upgrade && { upgrade: 'websocket' }),
      ...credential,
      ...headers,
    },
    ...(body !== undefined && { body: isBytes(body) ? body : JSON.stringify(body) }),
  });
}

const isBytes = (body: unknown): body is Uint8Array<ArrayBuffer> => body instanceof Uint8Array;
