import { Hono } from 'hono';
import type { AppEnv } from './context.ts';
import { AppError, onError } from './errors.ts';
import { checkOrigin } from './middleware/check-origin.ts';
import { deliverCookies } from './middleware/deliver-cookies.ts';
import { jsonBody } from './middleware/json-body.ts';
import { alertRules } from './routes/alerts/alert-rules.ts';
import { alerts } from './routes/alerts/alerts.ts';
import { channels } from './routes/alerts/channels.ts';
import { deliveries } from './routes/alerts/deliveries.ts';
import { push } from './routes/alerts/push.ts';
import { branches } from './routes/archive/branches.ts';
import { compare } from './routes/archive/compare.ts';
import { contents } from './routes/archive/contents.ts';
import { exportRoutes, exportSchema, sessionExport } from './routes/archive/exports.ts';
import { imports } from './routes/archive/imports.ts';
import { merges } from './routes/archive/merges.ts';
import { retention } from './routes/archive/retention.ts';
import { snapshotRules } from './routes/archive/snapshot-rules.ts';
import { sessionSnapshots, snapshots } from './routes/archive/snapshots.ts';
import { trash } from './routes/archive/trash.ts';
import { health } from './routes/health.ts';
import { apiTokens } from './routes/identity/api-tokens.ts';
import { connect } from './routes/identity/connect.ts';
import { erasures, memberData } from './routes/identity/erasures.ts';
import { ingestTokens } from './routes/identity/ingest-tokens.ts';
import { invitations } from './routes/identity/invitations.ts';
import { join } from './routes/identity/join.ts';
import { livePass } from './routes/identity/live-pass.ts';
import { login } from './routes/identity/login.ts';
import { logout } from './routes/identity/logout.ts';
import { me } from './routes/identity/me.ts';
import { members } from './routes/identity/members.ts';
import { organization } from './routes/identity/organization.ts';
import { organizations } from './routes/identity/organizations.ts';
import { password } from './routes/identity/password.ts';
import { newPasswordReset, passwordReset } from './routes/identity/password-reset.ts';
import { projects } from './routes/identity/projects.ts';
import { signup } from './routes/identity/signup.ts';
import { hooks } from './routes/ingest/hooks.ts';
import { otlp } from './routes/ingest/otlp.ts';
import { budgets } from './routes/limits/budgets.ts';
import { costs } from './routes/limits/costs.ts';
import { organizationLimits } from './routes/limits/organization-limits.ts';
import { prices } from './routes/limits/prices.ts';
import { rates } from './routes/limits/rates.ts';
import { rules } from './routes/limits/rules.ts';
import type { Route } from './routes/openapi/document.ts';
import { openApi } from './routes/openapi/openapi.ts';
import { approvals } from './routes/sessions/approvals.ts';
import { feed } from './routes/sessions/feed.ts';
import { sessions } from './routes/sessions/sessions.ts';
import { claims } from './routes/work/claims.ts';
import { gitHubApp } from './routes/work/github-app.ts';
import { integrations } from './routes/work/integrations.ts';
import { sessionRequests } from './routes/work/session-requests.ts';
import { slack } from './routes/work/slack.ts';
import { webhooks } from './routes/work/webhooks.ts';

const api = new Hono<AppEnv>()
  .use(deliverCookies(), checkOrigin())
  // Bodies of these are larger than any other JSON, or none; each route caps its own.
  .route('/projects', contents)
  .route('/sessions', sessionSnapshots)
  .route('/snapshots', snapshots)
  .route('/imports', imports)
  .use(jsonBody())
  .route('/health', health)
  .route('/signup', signup)
  .route('/login', login)
  .route('/logout', logout)
  .route('/me', me)
  .route('/me', password)
  .route('/projects', projects)
  .route('/projects', snapshotRules)
  .route('/projects', ingestTokens)
  .route('/projects', connect)
  .route('/api-tokens', apiTokens)
  .route('/organizations', organizations)
  .route('/organization', organization)
  .route('/members', members)
  .route('/members', memberData)
  .route('/members', newPasswordReset)
  .route('/erasures', erasures)
  .route('/password-reset', passwordReset)
  .route('/invitations', invitations)
  .route('/join', join)
  .route('/live-pass', livePass)
  .route('/budgets', budgets)
  .route('/rates', rates)
  .route('/prices', prices)
  .route('/rules', rules)
  .route('/limits', organizationLimits)
  .route('/', costs)
  .route('/sessions', sessions)
  .route('/sessions', sessionExport)
  .route('/exports', exportRoutes)
  .route('/', exportSchema)
  .route('/sessions', branches)
  .route('/retention', retention)
  .route('/trash', trash)
  .route('/sessions', merges)
  .route('/compare', compare)
  .route('/session-requests', claims)
  .route('/session-requests', sessionRequests)
  .route('/channels', channels)
  .route('/deliveries', deliveries)
  .route('/push', push)
  .route('/integrations', integrations)
  .route('/github-app', gitHubApp)
  .route('/slack', slack)
  .route('/approvals', approvals)
  .route('/alerts', alerts)
  .route('/alert-rules', alertRules)
  .route('/feed', feed)
  .route(
    '/',
    openApi((): Route[] => app.routes),
  );

/** The whole HTTP surface, as a table of contents. */
export const app = new Hono<AppEnv>()
  .use(async function requestId(c, next) {
    c.set('requestId', crypto.randomUUID());
    await next();
  })
  .route('/api', api)
  .route('/hooks', hooks)
  .route('/otlp', otlp)
  .route('/webhooks', webhooks)
  .notFound((c) => onError(new AppError('not_found', `There is nothing at ${c.req.method} ${c.req.path}.`), c));
app.onError(onError);

/** What `hc` in the web client infers its calls from. */
export type Api = typeof app;
