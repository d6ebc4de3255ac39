import type { AlertDesk } from './rooms/alerts/alert-desk.ts';
import type { ContentIndex } from './rooms/contents/content-index.ts';
import type { BudgetLedger } from './rooms/ledger/budget-ledger.ts';
import type { OrganizationFeed } from './rooms/organization-feed.ts';
import type { Outbox } from './rooms/outbox/outbox.ts';
import type { FileRadar } from './rooms/radar/file-radar.ts';
import type { RateLimiter } from './rooms/rates/rate-limiter.ts';
import type { Installation } from './rooms/reception/installation.ts';
import type { Reception } from './rooms/reception/reception.ts';
import type { SessionRoom } from './rooms/session/session-room.ts';
import type { SlackDesk } from './rooms/slack/slack-desk.ts';
import type { WorkQueue } from './rooms/work/work-queue.ts';

/** The Worker's bindings; wrangler.toml declares them, `.dev.vars` or `wrangler secret` hold the secret. */
export interface Env {
  DB: D1Database;
  ARCHIVE: R2Bucket;
  SESSION_ROOM: DurableObjectNamespace<SessionRoom>;
  ORGANIZATION_FEED: DurableObjectNamespace<OrganizationFeed>;
  BUDGET_LEDGER: DurableObjectNamespace<BudgetLedger>;
  FILE_RADAR: DurableObjectNamespace<FileRadar>;
  CONTENT_INDEX: DurableObjectNamespace<ContentIndex>;
  OUTBOX: DurableObjectNamespace<Outbox>;
  ALERT_DESK: DurableObjectNamespace<AlertDesk>;
  RATE_LIMITER: DurableObjectNamespace<RateLimiter>;
  WORK_QUEUE: DurableObjectNamespace<WorkQueue>;
  RECEPTION: DurableObjectNamespace<Reception>;
  INSTALLATION: DurableObjectNamespace<Installation>;
  SLACK_DESK: DurableObjectNamespace<SlackDesk>;
  ASSETS: Fetcher;
  /** At least 32 random bytes, hex: signs access tokens, ingest tokens and live passes. */
  SIGNING_SECRET: string;
  /** Where people reach our pages, for links in messages; by default whence the first channel was set up. */
  PUBLIC_URL?: string;
  /** DNS over HTTPS that answers JSON, for the names in outgoing webhooks; empty looks nothing up. By default Cloudflare's. */
  DNS_API?: string;
  /** Where Slack's and PagerDuty's APIs are, for tests; by default where they are. */
  SLACK_API?: string;
  PAGERDUTY_API?: string;
  /** The sender of e-mail: without it there is no e-mail. */
  EMAIL_FROM?: string;
  /** Cloudflare's e-mail binding, which goes before a provider's API: its address (Resend's, or one of the same form) and key. */
  EMAIL?: SendEmail;
  EMAIL_API?: string;
  EMAIL_API_KEY?: string;
  /** Where GitHub's and GitLab's APIs are, for integrations that name none; by default their public ones. */
  GITHUB_API?: string;
  GITLAB_API?: string;
  /** Beside ALLOW_LOOPBACK, for tests: each wait between two attempts of a delivery, and how long a receiver may say nothing. */
  DELIVERY_WAIT_MS?: string;
  DELIVERY_PATIENCE_MS?: string;
  /** The deployment's GitHub App (docs/integrations.md): all of these, or none. */
  GITHUB_APP_SLUG?: string;
  GITHUB_APP_CLIENT_ID?: string;
  GITHUB_APP_CLIENT_SECRET?: string;
  GITHUB_APP_PRIVATE_KEY?: string;
  GITHUB_APP_WEBHOOK_SECRET?: string;
  /** Where people find the GitHub that the App is registered at; by default github.com. */
  GITHUB_WEB?: string;
  /** `1` lets outgoing requests reach this machine itself over plain HTTP: for tests and development only. */
  ALLOW_LOOPBACK?: string;
}
