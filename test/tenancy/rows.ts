import { env } from 'cloudflare:workers';
import { gzipSync } from 'node:zlib';
import type { Role } from '../../wire/identity.ts';
import { packHeader } from '../../wire/pack.ts';
import type { Action } from '../../worker/domain/access.ts';
import { keepContents } from '../../worker/routes/archive/keep.ts';
import { pack } from '../../worker/store/archive/packing.ts';
import { currentPassword, type Someone, type Tenant } from './world.ts';

/**
 * What one route asks of whoever calls it. `path` is a real one, naming things of `tenant` that were made for this row (`caller`
 * holds the least role that may); `ok` is what that caller is answered.
 */
export interface Row {
  /** Nobody in particular; a person (in whatever organization); a person whose role may do the action; a machine; a service that signs. */
  needs: 'nothing' | 'person' | Action | 'machine' | 'signature';
  /** The least role, where the handler asks for more than the action does. */
  least?: Role;
  /** A login and no API token. */
  loginOnly?: true;
  /** Left out where the route has no parameters. */
  path?: (tenant: Tenant, caller: Someone) => string | Promise<string>;
  body?: unknown;
  /** In its place, where the body names things of the tenant. */
  bodyOf?: (tenant: Tenant) => unknown;
  ok: number;
  upgrade?: true;
  /** The path names nothing of the tenant's: another organization has its own under the same. */
  pathIsShared?: true;
  /** The path names a session of the tenant, which another organization's machine is not to find. */
  namesSession?: true;
  /** What a machine's request is about: agent, and the agent's own session id. */
  about?: [agent: string, externalId: string];
}

const newUser = (email: string) => ({ email, password: 'correct horse battery', name: 'New' });
const ingestTokens = (tenant: Tenant) => `/api/projects/${tenant.projectId}/ingest-tokens`;
const session = async (tenant: Tenant, tail = '') => `/api/sessions/${await tenant.session()}${tail}`;

const browser = {
  name: 'A phone',
  endpoint: 'https://push.example.com/abc',
  keys: { p256dh: `B${'A'.repeat(86)}`, auth: 'A'.repeat(22) },
};
const webhook = { kind: 'webhook', url: 'https://hooks.example.com/' };
const channel = async (tenant: Tenant, tail = '') => `/api/channels/${await tenant.channel()}${tail}`;
const delivery = async (tenant: Tenant, tail = '') => `/api/deliveries/${await tenant.delivery()}${tail}`;
const rule = async (tenant: Tenant) => `/api/rules/${await tenant.rule()}`;
const integration = async (tenant: Tenant, tail = '') => `/api/integrations/${(await tenant.integration()).id}${tail}`;
const door = async (tenant: Tenant, kind?: 'gitlab') => (await tenant.integration(kind)).webhookPath;
const alert = async (tenant: Tenant, tail = '') => `/api/alerts/${await tenant.alert()}${tail}`;
const alertRule = async (tenant: Tenant) => `/api/alert-rules/${await tenant.alertRule()}`;
const budget = async (tenant: Tenant) => `/api/budgets/${await tenant.budget()}`;

const trashed = async (tenant: Tenant, tail = '') => `/api/trash/${await tenant.trashed()}${tail}`;
const snapshot = async (tenant: Tenant, tail = '') => `/api/snapshots/${await tenant.snapshot()}${tail}`;
const contents = (tenant: Tenant, tail = '') => `/api/projects/${tenant.projectId}/contents${tail}`;

const content = pack(new TextEncoder().encode('anybody might have this file'));
const packOfOne = new Uint8Array([...packHeader(content), ...content.packed]);

const emptyTarGz = new Uint8Array(gzipSync(new Uint8Array(1024)));

/** An export of one model call in the given session, as Claude Code sends it. */
function modelCall(sessionId: string) {
  const attributes = Object.entries({
    'session.id': sessionId,
    'event.name': 'api_request',
    model: 'claude-sonnet-4-5',
    input_tokens: '10',
  });
  const logRecords = [
    { body: text('claude_code.api_request'), attributes: attributes.map(([key, value]) => ({ key, value: text(value) })) },
  ];
  const resource = { attributes: [{ key: 'service.name', value: text('claude-code') }] };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

const text = (stringValue: string) => ({ stringValue });

/** Every route of the app, by method and pattern. */
export const rows: Record<string, Row> = {
  'GET /api/health': { needs: 'nothing', ok: 200 },
  'GET /api/openapi.json': { needs: 'nothing', ok: 200 },
  'GET /api/docs': { needs: 'nothing', ok: 200 },

  'POST /api/signup': { needs: 'nothing', body: { ...newUser('signup@example.com'), organization: 'Signed up' }, ok: 201 },
  'POST /api/login': { needs: 'nothing', body: { email: 'nobody@example.com', password: 'x' }, ok: 401 },
  'POST /api/logout': { needs: 'nothing', ok: 204 },
  'GET /api/me': { needs: 'person', ok: 200 },
  'PATCH /api/me': { needs: 'person', loginOnly: true, body: { name: 'Renamed' }, ok: 200 },
  'POST /api/me/password': {
    needs: 'person',
    loginOnly: true,
    body: { current: currentPassword, password: 'a new and better one' },
    ok: 204,
  },
  'GET /api/organizations': { needs: 'person', ok: 200 },
  'POST /api/organizations': { needs: 'person', loginOnly: true, body: { name: 'Another' }, ok: 201 },
  'PATCH /api/organization': { needs: 'organization.manage', body: { name: 'Renamed' }, ok: 200 },

  'GET /api/projects': { needs: 'project.read', ok: 200 },
  'POST /api/projects': { needs: 'project.create', body: { name: 'New' }, ok: 201 },
  'PATCH /api/projects/:projectId': {
    needs: 'project.edit',
    path: ({ projectId }) => `/api/projects/${projectId}`,
    body: { name: 'Renamed' },
    ok: 200,
  },
  'GET /api/projects/:projectId/ingest-tokens': { needs: 'ingest_token.read', path: ingestTokens, ok: 200 },
  'POST /api/projects/:projectId/ingest-tokens': {
    needs: 'ingest_token.create',
    path: ingestTokens,
    body: { name: 'New' },
    ok: 201,
  },
  'POST /api/projects/:projectId/connect/:agent': {
    needs: 'ingest_token.create',
    path: ({ projectId }) => `/api/projects/${projectId}/connect/claude-code`,
    ok: 201,
  },
  'DELETE /api/projects/:projectId/ingest-tokens/:tokenId': {
    needs: 'ingest_token.revoke',
    path: async (tenant, caller) => `${ingestTokens(tenant)}/${await tenant.storedIngestToken(caller.userId)}`,
    ok: 204,
  },

  'GET /api/api-tokens': { needs: 'api_token.own', ok: 200 },
  'POST /api/api-tokens': { needs: 'api_token.own', loginOnly: true, body: { name: 'New' }, ok: 201 },
  'DELETE /api/api-tokens/:tokenId': {
    needs: 'api_token.own',
    path: async (tenant, caller) => `/api/api-tokens/${await tenant.storedApiToken(caller.userId)}`,
    ok: 204,
  },

  'GET /api/members': { needs: 'member.read', ok: 200 },
  'PATCH /api/members/:userId': {
    needs: 'member.manage',
    path: async (tenant) => `/api/members/${(await tenant.person('member')).userId}`,
    body: { role: 'viewer' },
    ok: 204,
  },
  'DELETE /api/members/:userId': {
    needs: 'member.leave',
    least: 'admin', // of somebody else
    path: async (tenant) => `/api/members/${(await tenant.person('member')).userId}`,
    ok: 204,
  },
  'DELETE /api/members/:userId/data': {
    needs: 'member.leave',
    least: 'admin', // of somebody else
    path: async (tenant) => `/api/members/${(await tenant.person('member')).userId}/data`,
    ok: 202,
  },
  'GET /api/erasures': { needs: 'member.erase', ok: 200 },
  'POST /api/members/:userId/password-reset': {
    needs: 'member.reset_password',
    loginOnly: true,
    path: async (tenant) => `/api/members/${(await tenant.person('member')).userId}/password-reset`,
    ok: 201,
  },
  'POST /api/password-reset/:secret': {
    needs: 'nothing',
    path: async (tenant) => `/api/password-reset/${await tenant.passwordReset()}`,
    body: { password: 'a new and better one' },
    ok: 204,
  },
  'GET /api/invitations': { needs: 'invitation.manage', ok: 200 },
  'POST /api/invitations': { needs: 'invitation.manage', body: { role: 'viewer' }, ok: 201 },
  'DELETE /api/invitations/:invitationId': {
    needs: 'invitation.manage',
    path: async (tenant) => `/api/invitations/${(await tenant.invitation()).id}`,
    ok: 204,
  },
  'GET /api/join/:secret': {
    needs: 'nothing',
    path: async (tenant) => `/api/join/${(await tenant.invitation()).secret}`,
    ok: 200,
  },
  'POST /api/join/:secret': {
    needs: 'nothing',
    path: async (tenant) => `/api/join/${(await tenant.invitation()).secret}`,
    body: newUser('join@example.com'),
    ok: 201,
  },

  'POST /api/live-pass': { needs: 'session.read', ok: 200 },
  'GET /api/feed': { needs: 'session.read', upgrade: true, ok: 101 },
  'GET /api/sessions': { needs: 'session.read', ok: 200 },
  'GET /api/sessions/totals': { needs: 'session.read', ok: 200 },
  'GET /api/sessions/:id': { needs: 'session.read', path: (tenant) => session(tenant), ok: 200 },
  'GET /api/sessions/:id/costs': { needs: 'session.read', path: (tenant) => session(tenant, '/costs'), ok: 200 },
  'PATCH /api/sessions/:id': { needs: 'session.edit', path: (tenant) => session(tenant), body: { title: 'New' }, ok: 200 },
  'DELETE /api/sessions/:id': { needs: 'session.delete', path: (tenant) => session(tenant), ok: 204 },
  'PUT /api/sessions/:id/budget': {
    needs: 'session.budget',
    path: (tenant) => session(tenant, '/budget'),
    body: { limitMicroUsd: 5_000_000 },
    ok: 200,
  },
  'POST /api/sessions/:id/control': {
    needs: 'session.control',
    path: (tenant) => session(tenant, '/control'),
    body: { action: 'pause' },
    ok: 200,
  },
  'GET /api/sessions/:id/events': { needs: 'session.read', path: (tenant) => session(tenant, '/events'), ok: 200 },
  'GET /api/sessions/:id/tree': { needs: 'session.read', path: (tenant) => session(tenant, '/tree'), ok: 200 },
  'POST /api/sessions/:id/branches': {
    needs: 'session.branch',
    path: (tenant) => session(tenant, '/branches'),
    body: { name: 'Another way' },
    ok: 201,
  },
  'POST /api/sessions/:id/merge': {
    needs: 'session.branch',
    path: async (tenant) => `/api/sessions/${await tenant.branch()}/merge`,
    body: {},
    ok: 200,
  },
  'GET /api/sessions/:id/branch-prompt': {
    needs: 'session.read',
    path: (tenant) => session(tenant, '/branch-prompt'),
    ok: 200,
  },
  'GET /api/sessions/:id/live': { needs: 'session.read', path: (tenant) => session(tenant, '/live'), upgrade: true, ok: 101 },
  'GET /api/sessions/:id/stream': { needs: 'session.read', path: (tenant) => session(tenant, '/stream'), ok: 200 },

  'GET /api/session-requests': { needs: 'session.read', ok: 200 },
  'POST /api/session-requests': {
    needs: 'session.request',
    path: () => '/api/session-requests',
    bodyOf: ({ projectId }) => ({ projectId, agent: 'claude-code', prompt: 'Do it' }),
    ok: 201,
  },
  'GET /api/session-requests/:id': {
    needs: 'session.read',
    path: async (tenant) => `/api/session-requests/${await tenant.request()}`,
    ok: 200,
  },
  'POST /api/session-requests/:id/cancel': {
    needs: 'session.request',
    path: async (tenant) => `/api/session-requests/${await tenant.request()}/cancel`,
    ok: 200,
  },
  'POST /api/session-requests/claim': {
    needs: 'session.work',
    body: { claimId: '0123456789abcdef', machine: 'laptop', agents: ['nobody-asks-for-it'] },
    ok: 200,
  },
  'POST /api/session-requests/:id/report': {
    needs: 'session.work',
    path: async (tenant, caller) => `/api/session-requests/${await tenant.claimedRequest(caller)}/report`,
    body: { claimId: 'claimed-by-the-least-role', state: 'running' },
    ok: 200,
  },

  'GET /api/integrations': { needs: 'integration.read', ok: 200 },
  'POST /api/integrations': {
    needs: 'integration.manage',
    path: () => '/api/integrations',
    bodyOf: ({ projectId }) => ({ kind: 'github', name: 'New', projectId }),
    ok: 201,
  },
  'PATCH /api/integrations/:id': {
    needs: 'integration.manage',
    path: (tenant) => integration(tenant),
    body: { name: 'Renamed' },
    ok: 200,
  },
  'DELETE /api/integrations/:id': { needs: 'integration.manage', path: (tenant) => integration(tenant), ok: 204 },
  'GET /api/integrations/:id/events': {
    needs: 'integration.read',
    path: (tenant) => integration(tenant, '/events'),
    ok: 200,
  },
  'GET /api/github-app': { needs: 'integration.manage', ok: 200 },
  'POST /api/github-app/installations': {
    needs: 'integration.manage',
    path: () => '/api/github-app/installations',
    bodyOf: ({ projectId }) => ({ state: 'made up', code: 'made up', installationId: 1, projectId }),
    // Only who began it goes on.
    ok: 400,
  },
  'POST /webhooks/github': { needs: 'signature', ok: 202 },
  'POST /webhooks/github/:integrationId': { needs: 'signature', path: (tenant) => door(tenant), ok: 202 },
  'GET /api/slack': { needs: 'slack.own', ok: 200 },
  'PUT /api/slack': {
    needs: 'integration.manage',
    body: { botToken: 'xoxb-1234567890', signingSecret: '0123456789abcdef'.repeat(2) },
    ok: 200,
  },
  'DELETE /api/slack': { needs: 'integration.manage', ok: 204 },
  'POST /api/slack/check': { needs: 'integration.manage', ok: 200 },
  'GET /api/slack/links/:secret': {
    needs: 'slack.own',
    path: async (tenant) => `/api/slack/links/${await tenant.slackOffer()}`,
    ok: 200,
  },
  'POST /api/slack/links/:secret': {
    needs: 'slack.own',
    path: async (tenant) => `/api/slack/links/${await tenant.slackOffer()}`,
    ok: 201,
  },
  'DELETE /api/slack/account': {
    needs: 'slack.own',
    ok: 204,
  },
  'POST /webhooks/slack/:organizationId': {
    needs: 'signature',
    path: async (tenant) => {
      await tenant.slackApp();
      return `/webhooks/slack/${tenant.organizationId}`;
    },
    ok: 200,
  },
  'POST /webhooks/gitlab/:integrationId': { needs: 'signature', path: (tenant) => door(tenant, 'gitlab'), ok: 202 },

  'POST /api/projects/:projectId/contents/missing': {
    needs: 'snapshot.create',
    path: (tenant) => contents(tenant, '/missing'),
    body: { hashes: [content.hash] },
    ok: 200,
  },
  'PUT /api/projects/:projectId/contents': {
    needs: 'snapshot.create',
    path: (tenant) => contents(tenant),
    body: packOfOne,
    ok: 200,
  },
  'POST /api/projects/:projectId/contents/read': {
    needs: 'snapshot.read',
    path: async (tenant) => {
      await keepContents(env, tenant, [content]);
      return contents(tenant, '/read');
    },
    body: { hashes: [content.hash] },
    ok: 200,
  },
  'GET /api/sessions/:id/snapshots': { needs: 'snapshot.read', path: (tenant) => session(tenant, '/snapshots'), ok: 200 },
  'POST /api/sessions/:id/snapshots': {
    needs: 'snapshot.create',
    path: (tenant) => session(tenant, '/snapshots'),
    body: { entries: [] },
    ok: 201,
  },
  'POST /api/sessions/:id/snapshots/upload': {
    needs: 'snapshot.create',
    path: (tenant) => session(tenant, '/snapshots/upload'),
    body: emptyTarGz,
    ok: 201,
  },
  'GET /api/snapshots/:id/archive': { needs: 'snapshot.read', path: (tenant) => snapshot(tenant, '/archive'), ok: 200 },
  'GET /api/snapshots/:id': { needs: 'snapshot.read', path: (tenant) => snapshot(tenant), ok: 200 },
  'GET /api/snapshots/:id/manifest': { needs: 'snapshot.read', path: (tenant) => snapshot(tenant, '/manifest'), ok: 200 },
  'DELETE /api/snapshots/:id': { needs: 'snapshot.delete', path: (tenant) => snapshot(tenant), ok: 204 },

  'GET /api/sessions/:id/export': { needs: 'session.read', path: (tenant) => session(tenant, '/export'), ok: 200 },
  'POST /api/exports': { needs: 'session.read', body: { all: true }, ok: 200 },
  'POST /api/imports': {
    needs: 'session.import',
    pathIsShared: true,
    path: () => '/api/imports',
    body: 'no export at all',
    ok: 400,
  },
  'GET /api/compare': {
    needs: 'snapshot.read',
    path: async (tenant) => `/api/compare?a=${await tenant.session()}&b=${await tenant.snapshot()}`,
    ok: 200,
  },
  'GET /api/compare/file': {
    needs: 'snapshot.read',
    path: async (tenant) => `/api/compare/file?a=${await tenant.snapshot()}&b=${await tenant.snapshot()}&path=secret.txt`,
    ok: 200,
  },
  'GET /api/compare/patch': {
    needs: 'snapshot.read',
    path: async (tenant) => `/api/compare/patch?a=${await tenant.snapshot()}&b=${await tenant.snapshot()}`,
    ok: 200,
  },
  'GET /api/export-schema': { needs: 'nothing', ok: 200 },

  'GET /api/projects/:projectId/snapshot-rules': {
    needs: 'limits.read',
    path: ({ projectId }) => `/api/projects/${projectId}/snapshot-rules`,
    ok: 200,
  },
  'PUT /api/projects/:projectId/snapshot-rules': {
    needs: 'limits.manage',
    path: ({ projectId }) => `/api/projects/${projectId}/snapshot-rules`,
    body: { atEnd: true },
    ok: 200,
  },
  'GET /api/retention': { needs: 'retention.read', ok: 200 },
  'PATCH /api/retention': { needs: 'retention.manage', body: { snapshotDays: 90 }, ok: 200 },
  'GET /api/trash': { needs: 'trash.read', ok: 200 },
  'POST /api/trash/:id/restore': { needs: 'trash.manage', path: (tenant) => trashed(tenant, '/restore'), ok: 204 },
  'DELETE /api/trash/:id': { needs: 'trash.manage', path: (tenant) => trashed(tenant), ok: 204 },

  'GET /api/budgets': { needs: 'limits.read', ok: 200 },
  'POST /api/budgets': { needs: 'limits.manage', body: { scope: 'organization', window: 'day', limit: 5_000_000 }, ok: 201 },
  'GET /api/budgets/:id': { needs: 'limits.read', path: (tenant) => budget(tenant), ok: 200 },
  'PATCH /api/budgets/:id': { needs: 'limits.manage', path: (tenant) => budget(tenant), body: { limit: 6_000_000 }, ok: 200 },
  'DELETE /api/budgets/:id': { needs: 'limits.manage', path: (tenant) => budget(tenant), ok: 204 },
  'GET /api/limits': { needs: 'limits.read', ok: 200 },
  'PATCH /api/limits': { needs: 'limits.manage', body: { executionTimeoutMs: 7_200_000 }, ok: 200 },
  'GET /api/channels': { needs: 'channel.read', ok: 200 },
  'POST /api/channels': { needs: 'channel.manage', body: { name: 'New', settings: webhook }, ok: 201 },
  'PATCH /api/channels/:id': { needs: 'channel.manage', path: (tenant) => channel(tenant), body: { name: 'Renamed' }, ok: 200 },
  'DELETE /api/channels/:id': { needs: 'channel.manage', path: (tenant) => channel(tenant), ok: 204 },
  'POST /api/channels/:id/test': { needs: 'channel.manage', path: (tenant) => channel(tenant, '/test'), ok: 201 },
  'POST /api/channels/:id/secret': { needs: 'channel.manage', path: (tenant) => channel(tenant, '/secret'), ok: 201 },
  'GET /api/push': { needs: 'push.own', ok: 200 },
  'POST /api/push/devices': { needs: 'push.own', body: browser, ok: 201 },
  'DELETE /api/push/devices/:id': {
    needs: 'push.own',
    path: async (tenant, caller) => `/api/push/devices/${await tenant.device(caller.userId)}`,
    ok: 204,
  },
  'GET /api/deliveries': { needs: 'delivery.read', ok: 200 },
  'GET /api/deliveries/:id': { needs: 'delivery.read', path: (tenant) => delivery(tenant), ok: 200 },
  'POST /api/deliveries/:id/replay': { needs: 'channel.manage', path: (tenant) => delivery(tenant, '/replay'), ok: 200 },
  'GET /api/rules': { needs: 'limits.read', ok: 200 },
  'POST /api/rules': { needs: 'limits.manage', body: { name: 'New', tool: 'Nothing' }, ok: 201 },
  'POST /api/rules/try': { needs: 'limits.read', body: { rule: { tool: 'Bash' }, tool: 'Bash' }, ok: 200 },
  'PATCH /api/rules/:id': { needs: 'limits.manage', path: (tenant) => rule(tenant), body: { name: 'Renamed' }, ok: 200 },
  'DELETE /api/rules/:id': { needs: 'limits.manage', path: (tenant) => rule(tenant), ok: 204 },
  'GET /api/alerts': { needs: 'alert.read', ok: 200 },
  'GET /api/alerts/:id': { needs: 'alert.read', path: (tenant) => alert(tenant), ok: 200 },
  'POST /api/alerts/:id/acknowledge': { needs: 'alert.handle', path: (tenant) => alert(tenant, '/acknowledge'), ok: 200 },
  'POST /api/alerts/:id/snooze': {
    needs: 'alert.handle',
    path: (tenant) => alert(tenant, '/snooze'),
    body: { minutes: 30 },
    ok: 200,
  },
  'GET /api/alert-rules': { needs: 'alert.read', ok: 200 },
  'POST /api/alert-rules': { needs: 'alert.manage', body: { name: 'New', kind: 'session_failed' }, ok: 201 },
  'POST /api/alert-rules/try': { needs: 'alert.read', body: { name: 'New', kind: 'session_failed' }, ok: 200 },
  'PATCH /api/alert-rules/:id': {
    needs: 'alert.manage',
    path: (tenant) => alertRule(tenant),
    body: { name: 'Renamed' },
    ok: 200,
  },
  'DELETE /api/alert-rules/:id': { needs: 'alert.manage', path: (tenant) => alertRule(tenant), ok: 204 },
  'GET /api/approvals': { needs: 'session.read', ok: 200 },
  'POST /api/sessions/:id/approvals/:approvalId': {
    needs: 'session.control',
    path: async (tenant) => `/api/sessions/${await tenant.approval()}`,
    body: { decision: 'deny' },
    ok: 200,
  },
  'POST /api/sessions/:id/messages': {
    needs: 'session.control',
    path: (tenant) => session(tenant, '/messages'),
    body: { text: 'hello' },
    ok: 201,
  },
  'GET /api/rates': { needs: 'limits.read', ok: 200 },
  'POST /api/rates/preset': { needs: 'limits.manage', ok: 200 },
  // A tool is nobody's: a rate under the same name is the caller's own.
  'PUT /api/rates/:tool': {
    needs: 'limits.manage',
    pathIsShared: true,
    path: () => '/api/rates/bash',
    body: { perExecutionMicroUsd: 1000, perKbMicroUsd: 0 },
    ok: 200,
  },
  'DELETE /api/rates/:tool': { needs: 'limits.manage', path: (tenant) => tenant.rate(), ok: 204 },
  'GET /api/prices': { needs: 'limits.read', ok: 200 },
  'POST /api/prices': {
    needs: 'limits.manage',
    // Each request names another model: a second price of one from the same moment on is a conflict.
    body: {
      get model() {
        return crypto.randomUUID();
      },
      input: 1,
      output: 1,
      cacheRead: 1,
      cacheWrite: 1,
      from: '2026-11-21',
    },
    ok: 201,
  },
  'POST /api/prices/recalculate': { needs: 'limits.manage', body: { from: '2026-11-21' }, ok: 200 },
  'GET /api/prices/models': { needs: 'limits.read', ok: 200 },
  'GET /api/costs': { needs: 'session.read', pathIsShared: true, path: () => '/api/costs?by=model', ok: 200 },
  'GET /api/costs.csv': { needs: 'session.read', pathIsShared: true, path: () => '/api/costs.csv?by=model', ok: 200 },
  'DELETE /api/prices/:id': { needs: 'limits.manage', path: (tenant) => tenant.price(), ok: 204 },

  'POST /hooks/events': {
    needs: 'machine',
    body: { agent: 'tester', sessionId: 'shared', events: [{ type: 'prompt', text: 'hello' }] },
    about: ['tester', 'shared'],
    ok: 200,
  },
  'POST /hooks/:agent': {
    needs: 'machine',
    path: () => '/hooks/claude-code',
    body: { session_id: 'shared', hook_event_name: 'UserPromptSubmit', prompt: 'hello' },
    about: ['claude-code', 'shared'],
    ok: 200,
  },
  'GET /hooks/:agent/approvals/:sessionId/:approvalId': {
    needs: 'machine',
    path: async (tenant) => `/hooks/events/approvals/${(await tenant.approval()).replace('/approvals/', '/')}`,
    namesSession: true,
    ok: 200,
  },
  'POST /hooks/:agent/batch': {
    needs: 'machine',
    path: () => '/hooks/codex/batch',
    body: {
      stream: 'spool',
      events: [{ n: 1, hook: { session_id: 'spooled', hook_event_name: 'UserPromptSubmit', prompt: 'hello' } }],
    },
    about: ['codex', 'spooled'],
    ok: 200,
  },
  'POST /otlp/v1/:signal': {
    needs: 'machine',
    path: () => '/otlp/v1/logs',
    body: modelCall('telemetry'),
    about: ['claude-code', 'telemetry'],
    ok: 200,
  },
};
