import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { limits } from '../../wire/limits.ts';
import { jobs } from '../../worker/cron.ts';

/** What a Worker may ask of others in one invocation (https://developers.cloudflare.com/workers/platform/limits/#subrequests). */
const maxCalls = 1000;

it('each trigger of the deployment has jobs, and each job a trigger', () => {
  expect(Object.keys(jobs)).toEqual(env.TEST_TRIGGERS.crons);
});

it('jobs that make hundreds of calls do not share an invocation, and a minute of alerts stays within one', () => {
  const heavy = ['alerts', 'retention', 'erasures'];
  for (const byName of Object.values(jobs)) expect(Object.keys(byName).filter((name) => heavy.includes(name)).length).toBe(1);
  // Its turn is moved, its desk asked, and its turns perhaps ended; beside it one query for all, and the few of the sweep.
  expect(1 + 3 * limits.maxAlertTurns + 10).toBeLessThanOrEqual(maxCalls);
});

it('an organization with much to do leaves calls for others: sessions are erased and cleared so many at a time', () => {
  expect(limits.maxRetainedOrganizations * 2 * limits.maxRetainedSessions).toBeLessThan(maxCalls);
  expect(limits.maxErasuresAtOnce * 3 * limits.maxErasureSessions).toBeLessThan(maxCalls);
});
