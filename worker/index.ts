import { app } from './app.ts';
import { tick } from './cron.ts';
import type { Env } from './env.ts';

export { AlertDesk } from './rooms/alerts/alert-desk.ts';
export { ContentIndex } from './rooms/contents/content-index.ts';
export { BudgetLedger } from './rooms/ledger/budget-ledger.ts';
export { OrganizationFeed } from './rooms/organization-feed.ts';
export { Outbox } from './rooms/outbox/outbox.ts';
export { FileRadar } from './rooms/radar/file-radar.ts';
export { RateLimiter } from './rooms/rates/rate-limiter.ts';
export { Installation } from './rooms/reception/installation.ts';
export { Reception } from './rooms/reception/reception.ts';
export { SessionRoom } from './rooms/session/session-room.ts';
export { SlackDesk } from './rooms/slack/slack-desk.ts';
export { WorkQueue } from './rooms/work/work-queue.ts';

export default {
  fetch: app.fetch,
  scheduled: ({ cron, scheduledTime }, env) => tick(env, cron, scheduledTime),
} satisfies ExportedHandler<Env>;
