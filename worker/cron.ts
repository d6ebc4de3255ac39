import type { Env } from './env.ts';
import { checkAlerts } from './jobs/check-alerts.ts';
import { erasePeople } from './jobs/erase-people.ts';
import { retain } from './jobs/retain.ts';
import { openDb } from './store/db.ts';
import { sweepIdentity } from './store/identity/sweep.ts';

/** What runs each minute, by the name it has in the log. */
const jobs: Record<string, (env: Env, nowMs: number) => Promise<unknown>> = {
  alerts: checkAlerts,
  retention: retain,
  erasures: erasePeople,
  'sweep identity': (env, nowMs) => sweepIdentity(openDb(env.DB), nowMs),
};

/**
 * What the Cron Trigger runs each minute; `nowMs` is the scheduled time, so that a late tick counts as its own minute. A job
 * that fails leaves a line in the log and the others alone; its next minute is its next try.
 */
export async function tick(env: Env, nowMs: number): Promise<void> {
  for (const [job, run] of Object.entries(jobs)) {
    try {
      await run(env, nowMs);
    } catch (error) {
      console.error(JSON.stringify({ job, failed: String(error) }));
    }
  }
}
