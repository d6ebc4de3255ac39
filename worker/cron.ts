import type { Env } from './env.ts';

/** What the Cron Trigger runs each minute; `nowMs` is the scheduled time, so that a late tick counts as its own minute. */
export async function tick(_env: Env, _nowMs: number): Promise<void> {}
