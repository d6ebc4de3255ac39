import { app } from './app.ts';
import { tick } from './cron.ts';
import type { Env } from './env.ts';

export { AlertDesk } from './rooms/alert-desk.ts';
export { BudgetLedger } from './rooms/budget-ledger.ts';
export { ContentIndex } from './rooms/content-index.ts';
export { FileRadar } from './rooms/file-radar.ts';
export { OrganizationFeed } from './rooms/organization-feed.ts';
export { Outbox } from './rooms/outbox.ts';
export { RateLimiter } from './rooms/rate-limiter.ts';
export { Reception } from './rooms/reception.ts';
export { SessionRoom } from './rooms/session-room.ts';
export { WorkQueue } from './rooms/work-queue.ts';

export default { fetch: app.fetch, scheduled: (event, env) => tick(env, event.scheduledTime) } satisfies ExportedHandler<Env>;
