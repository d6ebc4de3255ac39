import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { violatedConstraint } from '../../store/constraint.ts';
import { commit, openDb, type Statement } from '../../store/db.ts';
import { linkGone } from './one-use-link.ts';

/** What a constraint that stopped a batch tells the person who asked. */
const refusals: Record<string, () => AppError> = {
  'UNIQUE receipts.id': () => new AppError('conflict', 'The same request is being answered already.'),
  'UNIQUE users.email': () => new AppError('conflict', 'There is an account with this e-mail address; log in instead.'),
  'UNIQUE memberships.organization_id': () => new AppError('conflict', 'You are a member of this organization already.'),
  'NOT NULL memberships.organization_id': linkGone,
};

/** Commits all of an operation's writes as one, with its receipt if there is to be one; answers the body of the 201. */
export async function created<T extends object>(c: Context<AppEnv>, statements: Statement[], body: T): Promise<T> {
  // The receipt comes first, so that a request's twin fails on it and on nothing else.
  const receipt = (await c.var.receipt?.(201, body)) ?? [];
  try {
    await commit(openDb(c.env.DB), [...receipt, ...statements]);
  } catch (error) {
    throw refusals[violatedConstraint(error) ?? '']?.() ?? error;
  }
  return body;
}
