import type { BudgetDetail } from '../../../wire/budget.ts';
import type { Refusal } from '../../../wire/event.ts';
import { familyOf } from '../../../wire/family-budget.ts';
import type { HeldLimit } from '../../../wire/held-limit.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { partOf } from '../costs/budgets-words.ts';

/** Why something does not go on, and what lets it. */
export interface HoldWords {
  what: string;
  todo: string;
}

/** Why a session is held, or over before its agent was. Null where nothing holds it. */
export function holdWords(session: SessionSummary, limit: HeldLimit | null): HoldWords | null {
  const { status, hold, approvals, activity } = session;
  if (approvals) return null;
  if (status === 'waiting' && activity.startsWith('asks'))
    return { what: `It ${activity}.`, todo: 'Whoever started it answers in its terminal.' };
  if (hold) return heldWords(session, hold, limit);
  if (status === 'timed_out')
    return {
      what: 'Nothing was heard of its agent for too long, so it counts as over.',
      todo: 'If the agent still runs, its next hook opens the session again.',
    };
  return null;
}

function heldWords({ id }: SessionSummary, hold: Refusal, limit: HeldLimit | null): HoldWords {
  const { because, by, budgetId } = hold;
  // What was kept before holds said it without the agent's orders is told as the agent reads it.
  const what = hold.what || hold.reason || 'A budget is spent.';
  switch (because) {
    case 'budget_exceeded':
      if (limit) return { what: spentWords(limit), todo: 'Raise it, and the agent’s next call or prompt is let through.' };
      if (budgetId !== undefined && (familyOf(budgetId) ?? id) !== id)
        return { what, todo: 'Raise it at the session that started this one, and both go on.' };
      return { what, todo: todoWords(because) };
    case 'paused':
      if (by) return { what: `Paused by ${by.name}: every call and prompt is refused.`, todo: todoWords(because) };
      if (limit)
        return {
          what: `${spentWords(limit)} That paused the session.`,
          todo: 'Raise it and resume the session, or it is paused again.',
        };
      return { what, todo: todoWords(because) };
    case 'stopped':
      return { what: by ? `Stopped by ${by.name}.` : 'It was stopped.', todo: todoWords(because) };
    case 'timed_out':
    case 'rule':
    case 'denied':
    case 'quota_exceeded':
    case 'rate_limited':
      return { what, todo: todoWords(because) };
    default:
      return because satisfies never;
  }
}

/** What lets an agent do what it was refused. */
export function todoWords(because: Refusal['because']): string {
  switch (because) {
    case 'budget_exceeded':
      return 'It is asked anew each time: raise the budget, and the next call or prompt is let through.';
    case 'paused':
      return 'Resume the session, and the next call or prompt is let through.';
    case 'stopped':
      return 'Only starting the agent again lets it go on.';
    case 'timed_out':
      return 'Resume the session for as long again, or give sessions more time in Settings, Limits.';
    case 'rule':
      return 'The agent was told to go on without it. If such calls should run, change the rule.';
    case 'denied':
      return 'The agent reads the note and goes on without it. Send it a message if it should try another way.';
    case 'quota_exceeded':
      return 'Each call is asked anew: make room or raise the quota in Settings, Limits, and the next one is let through.';
    case 'rate_limited':
      return 'It may try again after that time. How many may come at once is set in Settings, Limits.';
    default:
      return because satisfies never;
  }
}

/** Which budget, and how it stands: `$5.02 of $5.00 for this session is spent.` */
function spentWords({ unit, spent, limit, budget, parent }: HeldLimit): string {
  const alone = parent ? ' for the session that started this one and all that it started' : ' for this session';
  const whose = budget ? `${periods[budget.window]} for ${sharedNames[budget.scope]}` : alone;
  const short = spent < limit ? ', and the next model call does not fit' : '';
  return `${partOf(spent, limit, unit)}${whose} ${unit === 'tokens' ? 'are' : 'is'} spent${short}.`;
}

const sharedNames: Record<BudgetDetail['scope'], string> = {
  session: 'each session',
  project: 'this project',
  user: 'whoever started it',
  organization: 'the whole organization',
};
const periods: Record<BudgetDetail['window'], string> = { session: '', day: ' a day', month: ' a month', lifetime: '' };
