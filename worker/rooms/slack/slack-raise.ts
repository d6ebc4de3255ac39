import type { BudgetDetail } from '../../../wire/budget.ts';
import { familyOf } from '../../../wire/family-budget.ts';
import { type HeldLimit, heldLimit, raisedTo } from '../../../wire/held-limit.ts';
import { limits } from '../../../wire/limits.ts';
import type { BudgetedSession, SessionSummary } from '../../../wire/session.ts';
import type { Pressed } from '../../adapters/slack/buttons.ts';
import { aside, type SlackReply, settledMessage } from '../../adapters/slack/reply.ts';
import { dollars } from '../../domain/limits/dollars.ts';
import { budgetLedger, calling, sessionRoom } from '../index.ts';
import type { BudgetEdit } from '../ledger/budget-ledger.ts';
import { controlSession } from '../session/control-session.ts';
import { refusedTo, type SlackActor, summaryOf } from './slack-acts.ts';
import type { RaisePlan, SlackBook } from './slack-book.ts';

/**
 * Raises what holds a session, once for each message however many press its button: what it is raised to is written down before, so
 * that whoever comes later, or a try after an interruption, raises to the same.
 */
export async function raiseFrom(actor: SlackActor, book: SlackBook, pressed: Pressed, blocks: unknown[]): Promise<SlackReply> {
  const settled = (words: string) => settledMessage(blocks, words, actor.nowMs);
  const known = book.raise(pressed.key);
  if (known?.isDone) return settled(raisedWords(known));
  const planned = known ? { ok: true as const, plan: known } : await planOf(actor, pressed.sessionId);
  if (!planned.ok) return settled(planned.words);
  const { plan } = planned;
  const refused = refusedTo(actor, 'sessionId' in plan.of ? 'session.budget' : 'limits.manage');
  if (refused) return aside(refused);
  // Somebody else may have pressed it while we looked.
  const first = book.raise(pressed.key) ?? plan;
  book.saveRaise(pressed.key, first, actor.nowMs);
  const isThere = await carryOut(actor, first, pressed.key);
  if (!isThere) return settled('What held it is not there any more.');
  if (first.resumes) await controlSession(actor.env, actor.organizationId, pressed.sessionId, { action: 'resume' }, first.by);
  book.saveRaise(pressed.key, { ...first, isDone: true }, actor.nowMs);
  return settled(raisedWords(first));
}

export const raisedWords = ({ to, by }: RaisePlan): string => `Raised to ${dollars(to)} by ${by.name}.`;

type Planned = { ok: true; plan: RaisePlan } | { ok: false; words: string };

async function planOf(actor: SlackActor, sessionId: string): Promise<Planned> {
  const session = await summaryOf(actor, sessionId);
  if (!session) return { ok: false, words: 'This session is not there any more.' };
  const held = await heldBy(actor, session);
  if (!held) return { ok: false, words: 'No budget holds it any more.' };
  if (held.unit === 'tokens') return { ok: false, words: 'A budget of tokens holds it: raise it on its page.' };
  const { budget, parent } = held;
  const to = raisedTo(held, limits.slackRaiseMicroUsd);
  const of = budget ? { budgetId: budget.id, from: held.limit } : { sessionId: parent?.id ?? sessionId, from: held.limit };
  const resumes = session.hold?.because === 'paused';
  return { ok: true, plan: { of, to, resumes, by: actor.person, isDone: false } };
}

async function heldBy(actor: SlackActor, session: SessionSummary): Promise<HeldLimit | null> {
  const budgetId = session.hold?.budgetId;
  if (budgetId === undefined) return heldLimit(session);
  const parentId = familyOf(budgetId);
  const parent = parentId === undefined || parentId === session.id ? null : await summaryOf(actor, parentId);
  const shared = await calling(
    () => budgetLedger(actor.env, actor.organizationId),
    async (ledger): Promise<BudgetDetail[]> => ledger.budgets(),
  );
  return heldLimit(session, shared, parent);
}

/** False where what it raises is gone. A limit that is another by now was raised by us before, or by somebody since: either is what was wanted. */
async function carryOut({ env, organizationId }: SlackActor, { of, to, by }: RaisePlan, key: string): Promise<boolean> {
  if ('sessionId' in of) {
    const limited = await calling(
      () => sessionRoom(env, organizationId, of.sessionId),
      async (room): Promise<BudgetedSession | null> =>
        room.limit({ limitMicroUsd: to }, by, { postId: `slack:${key}`, ifMicroUsd: of.from }),
    );
    return limited !== null;
  }
  const edited = await calling(
    () => budgetLedger(env, organizationId),
    async (ledger): Promise<BudgetEdit | null> => ledger.edit(of.budgetId, { limit: to, ifLimit: of.from }),
  );
  return edited !== null;
}
