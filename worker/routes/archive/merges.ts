import { type Context, Hono } from 'hono';
import { type BranchOutcome, NewMerge } from '../../../wire/branch.ts';
import type { MergedBranch, SessionSummary } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import { branchMergedDraft, mergedDraft, mergeRefusal, outcomeOf } from '../../domain/archive/branch-outcome.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { Controlled } from '../../rooms/session/orders.ts';
import { valid } from '../../valid.ts';
import { keyHash } from '../ingest/key-hash.ts';
import { prepare } from '../ingest/prepare.ts';
import { personOf } from '../sessions/person-of.ts';
import { requireSession } from '../sessions/require-session.ts';
import { readBranchedLog } from './branched-log.ts';

/** What a branch came to, given back to the session that it left. */
export const merges = new Hono<AppEnv>().post(
  '/:id/merge',
  requireAccess('session.branch'),
  valid('json', NewMerge),
  async (c) => {
    const session = await requireSession(c, c.req.param('id'));
    const log = await readBranchedLog(c.env, c.var.actor.organizationId, session, session.lastSeq);
    const outcome = outcomeOf(log, session);
    const refusal = mergeRefusal(session, outcome);
    if (refusal !== undefined || !outcome) throw new AppError('conflict', refusal ?? 'There is nothing to give back.');
    await attach(c, session, outcome, c.req.valid('json').message);
    return c.json({ session: await noteMerged(c, session, outcome), outcome } satisfies MergedBranch);
  },
);

/** The parent comes first: a merge that is interrupted before the branch knows of it is made again, and is there once. */
async function attach(c: Context<AppEnv>, session: SessionSummary, outcome: BranchOutcome, tells: boolean): Promise<void> {
  const { organizationId } = c.var.actor;
  const by = personOf(c);
  const { parentId } = session;
  const merged = prepare(branchMergedDraft(session, outcome, by), Date.now());
  const key = keyHash(`merge message:${session.id}:${outcome.seq}`);
  const attached =
    parentId &&
    (await calling(
      () => sessionRoom(c.env, organizationId, parentId),
      async (room): Promise<Controlled | null> => room.attach(merged, tells ? { text: merged.text ?? '', key } : undefined, by),
    ));
  if (!attached) throw new AppError('conflict', 'Its parent was deleted: there is nobody to give its outcome to.');
  if (!attached.ok) throw new AppError('conflict', `${attached.message} Its outcome can be attached without a message.`);
}

async function noteMerged(c: Context<AppEnv>, { id }: SessionSummary, outcome: BranchOutcome): Promise<SessionSummary> {
  const { organizationId } = c.var.actor;
  const draft = prepare(mergedDraft(outcome, personOf(c)), Date.now());
  const noted = await calling(
    () => sessionRoom(c.env, organizationId, id),
    async (room): Promise<SessionSummary | null> => room.note(draft),
  );
  if (!noted) throw notFound('session');
  return noted;
}
