import type { Env } from '../env.ts';
import { AppError } from '../errors.ts';
import type { ProjectPlace } from '../store/archive/place.ts';
import type { AlertDesk } from './alerts/alert-desk.ts';
import type { ContentIndex } from './contents/content-index.ts';
import type { BudgetLedger } from './ledger/budget-ledger.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { FileRadar } from './radar/file-radar.ts';
import type { Installation } from './reception/installation.ts';
import type { Reception } from './reception/reception.ts';
import type { SessionRoom } from './session/session-room.ts';
import type { SlackDesk } from './slack/slack-desk.ts';
import type { WorkQueue } from './work/work-queue.ts';

/** The only place that makes stubs. A room's name holds its organization, so a foreign id addresses an empty room. */
export const sessionRoom = (env: Env, organizationId: string, sessionId: string): DurableObjectStub<SessionRoom> =>
  env.SESSION_ROOM.getByName(`${organizationId}/${sessionId}`);

/** One feed an organization. */
export const organizationFeed = (env: Env, organizationId: string) => env.ORGANIZATION_FEED.getByName(organizationId);

/** One ledger an organization. */
export const budgetLedger = (env: Env, organizationId: string): DurableObjectStub<BudgetLedger> =>
  env.BUDGET_LEDGER.getByName(organizationId);

/** One desk of alerts an organization. */
export const alertDesk = (env: Env, organizationId: string): DurableObjectStub<AlertDesk> =>
  env.ALERT_DESK.getByName(organizationId);

/** One radar of files an organization. */
export const fileRadar = (env: Env, organizationId: string): DurableObjectStub<FileRadar> =>
  env.FILE_RADAR.getByName(organizationId);

/** One queue of sessions to start an organization. */
export const workQueue = (env: Env, organizationId: string): DurableObjectStub<WorkQueue> =>
  env.WORK_QUEUE.getByName(organizationId);

/** One index of contents a project. */
export const contentIndex = (env: Env, { organizationId, projectId }: ProjectPlace): DurableObjectStub<ContentIndex> =>
  env.CONTENT_INDEX.getByName(`${organizationId}/${projectId}`);

/** One outbox an organization: whatever leaves it goes through there. */
export const outboxOf = (env: Env, organizationId: string): DurableObjectStub<Outbox> => env.OUTBOX.getByName(organizationId);

/** One reception an organization. */
export const reception = (env: Env, organizationId: string): DurableObjectStub<Reception> =>
  env.RECEPTION.getByName(organizationId);

/** One for each place elsewhere where an App of this deployment is installed, e.g. `github:4711`. */
export const installation = (env: Env, place: string): DurableObjectStub<Installation> => env.INSTALLATION.getByName(place);

/** One desk for Slack an organization. */
export const slackDesk = (env: Env, organizationId: string): DurableObjectStub<SlackDesk> =>
  env.SLACK_DESK.getByName(organizationId);

/** One token bucket a key, e.g. `login:someone@example.com`. */
export const rateLimiter = (env: Env, key: string) => env.RATE_LIMITER.getByName(key);

/**
 * Calls an object through a stub made for the purpose. The platform marks errors that another try may mend, on a new stub
 * because a broken one stays broken; an overloaded object must not be asked again. What is called has to bear repetition.
 */
export async function calling<T, Answer>(stub: () => T, call: (stub: T) => Promise<Answer>): Promise<Answer> {
  try {
    return await call(stub());
  } catch (error) {
    if (!isRetryable(error)) throw refusal(error);
    return await call(stub()).catch((second) => {
      throw refusal(second);
    });
  }
}

const has = (error: unknown, flag: 'retryable' | 'overloaded') =>
  typeof error === 'object' && error !== null && Reflect.get(error, flag) === true;

const isRetryable = (error: unknown) => has(error, 'retryable') && !has(error, 'overloaded');

function refusal(error: unknown): unknown {
  if (!has(error, 'overloaded')) return error;
  return new AppError('overloaded', 'This session receives more than it can take; try again in a few seconds.', {
    cause: error,
    retryAfterMs: 5000,
  });
}
