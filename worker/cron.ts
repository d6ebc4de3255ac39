import type { Env } from './env.ts';
import { checkAlerts } from './jobs/check-alerts.ts';
import { erasePeople } from './jobs/erase-people.ts';
import { retain } from './jobs/retain.ts';
import { openDb } from './store/db.ts';
import { sweepIdentity } from './store/identity/sweep.ts';

type Job = (env: Env, nowMs: number) => Promise<unknown>;

/**
 * What runs by each trigger of wrangler.toml, by the name it has in the log. A trigger is an invocation, which may make a thousand calls: jobs
 * that make hundreds have one each, every other minute where that is soon enough.
 */
export const jobs: Record<string, Record<string, Job>> = {
  '* * * * *': { alerts: checkAlerts, 'sweep identity': (env, nowMs) => sweepIdentity(openDb(env.DB), nowMs) },
  '*/2 * * * *': { retention: retain },
  '1-59/2 * * * *': { erasures: erasePeople },
};

/**
 * What a Cron Trigger runs; `nowMs` is the scheduled time, so that a late tick counts as its own minute. A job that fails leaves a line
 * in the log and the others alone; its next turn is its next try.
 */
export async function tick(env: Env, cron: string, nowMs: number): Promise<void> {
  for (const [job, run] of Object.entries(jobs[cron] ?? {})) {
    try {
      await run(env, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ job, failed: String(error) }));
    }
  }
}
