import type { AlertKind } from '../../../wire/alert.ts';
import type { QuotaName } from '../../../wire/organization-limits.ts';
import { clip } from '../clip.ts';
import { dollars } from '../limits/dollars.ts';
import type { BudgetFact, SessionFact } from './facts.ts';
import type { Reading } from './reading.ts';

const maxTitle = 120;

export interface AlertWords {
  title: string;
  body: string;
  /** Under the organization's pages. */
  link: string;
}

/** What people read of a reading that holds. */
export function alertWords({ rule, subject, value }: Reading): AlertWords {
  switch (subject.type) {
    case 'session':
      return sessionWords(rule.kind, subject.session, value);
    case 'budget':
      return {
        title: `${value} % of a budget is spent`,
        body: `${budgetNames[subject.budget.scope]}: ${amount(subject.budget, subject.budget.spent)} of ${amount(subject.budget, subject.budget.limit)}.`,
        link: '/budgets',
      };
    case 'quota':
      return {
        title: `${value} % of the quota of ${quotaNames[subject.quota.quota]} is used`,
        body: `${subject.quota.used} of ${subject.quota.limit}. At the limit no more are let through.`,
        link: '/settings/limits',
      };
    case 'failures':
      return {
        title: `${value} sessions failed within ${rule.windowMinutes} minutes`,
        body: 'That many at once usually have one cause.',
        link: '/sessions?status=failed,timed_out',
      };
    default:
      return subject satisfies never;
  }
}

function sessionWords(kind: AlertKind, session: SessionFact, value: number): AlertWords {
  const name = `“${clip(session.title || session.agent, maxTitle)}”`;
  const link = `/sessions/${session.id}`;
  const { call } = session;
  const words = (title: string, body: string, at = link): AlertWords => ({ title, body, link: at });
  switch (kind) {
    case 'session_failed':
      return session.status === 'timed_out'
        ? words(`${name} timed out`, 'It was silent too long, or ran longer than it may.')
        : words(`${name} failed`, 'Its last turn ended in an error.');
    case 'call_waiting':
      return words(
        `${name} waits for a person`,
        call ? `${call.tool}: ${call.words}` : 'A call of it has to be allowed or denied.',
        call ? `/approvals?session=${session.id}&approval=${encodeURIComponent(call.id)}` : link,
      );
    case 'session_waiting':
      return words(`${name} has been waiting for ${minutes(value)}`, 'Its turn is over, and nobody has answered.');
    case 'session_stuck':
      return words(`${name} is stuck`, `It runs, and nothing has been heard of it for ${minutes(value)}.`);
    case 'session_over_budget':
      return words(`A budget holds ${name}`, 'It goes on as soon as somebody raises its budget, or money comes free.');
    case 'collision':
      return words(`${name} edits a file that another session edits`, metWords(session));
    case 'hooks_refused':
      return words(
        `${value} % of the hooks of ${name} are refused`,
        'They come faster, or are more, than the limits let through.',
      );
    case 'session_cost':
      return words(`${name} has cost ${dollars(value)}`, 'That is what this rule looks for.');
    case 'session_errors':
      return words(`${value} calls of ${name} failed`, 'That is what this rule looks for.');
    case 'failed_sessions':
    case 'budget_used':
    case 'quota_used':
      return words(name, '');
    default:
      return kind satisfies never;
  }
}

function metWords({ collisions = [] }: SessionFact): string {
  const last = collisions.at(-1);
  if (!last) return 'Their changes may undo each other.';
  return last.title === '' ? `${last.path}` : `${last.path}, with “${clip(last.title, maxTitle)}”`;
}

const minutes = (value: number): string => (value === 1 ? 'a minute' : `${value} minutes`);
const amount = ({ unit }: BudgetFact, value: number): string => (unit === 'tokens' ? `${value} tokens` : dollars(value));

const budgetNames = {
  session: 'For each session',
  project: 'A project’s budget',
  user: 'A person’s budget',
  organization: 'The organization’s budget',
} as const satisfies Record<BudgetFact['scope'], string>;

const quotaNames = {
  liveSessions: 'live sessions',
  eventsPerDay: 'events a day',
  storedBytes: 'stored bytes',
  costMicroUsdPerMonth: 'cost a month',
} as const satisfies Record<QuotaName, string>;
