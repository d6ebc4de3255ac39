import type { BudgetDetail } from '../../../wire/budget.ts';
import { limits } from '../../../wire/limits.ts';
import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { type BudgetFact, type Facts, type SessionFact, sessionFact } from '../../domain/alerts/facts.ts';
import type { Env } from '../../env.ts';
import { failuresSince, watchedSessions } from '../../store/alerts/facts.ts';
import { openDb } from '../../store/db.ts';
import { budgetLedger, calling, sessionRoom } from '../index.ts';
import { within } from '../within.ts';
import type { AlertPorts, Wanted } from './alert-core.ts';

const minuteMs = 60_000;
/** Who ended this lately is looked at once more, so that a tick or two may be missing. */
const recentMs = 10 * minuteMs;
const maxFailures = 5000;
const askMs = 2000;

/** What the index, the ledger and the rooms of an organization know. */
export const alertPort = (env: Env, organizationId: string): Pick<AlertPorts, 'look' | 'ask'> => ({
  look: async (wanted) => {
    const atMs = Date.now();
    const [indexed, money] = await Promise.all([
      lookAtIndex(env, organizationId, wanted, atMs),
      // Sessions are judged whether or not the ledger answers.
      lookAtLedger(env, organizationId, wanted).catch((): Partial<Facts> => ({})),
    ]);
    return { atMs, ...indexed, ...money };
  },
  ask: (sessionId) =>
    within(askMs, async (): Promise<SessionFact | null> => {
      const summary: SessionSummary | null = await sessionRoom(env, organizationId, sessionId).summary();
      return summary && sessionFact(summary, true);
    }),
});

async function lookAtIndex(
  env: Env,
  organizationId: string,
  { rules, sessionIds: ids }: Wanted,
  atMs: number,
): Promise<Partial<Facts>> {
  const db = openDb(env.DB);
  const sinceMs = atMs - recentMs;
  const items = await watchedSessions(db, organizationId, { sinceMs, ids, limit: limits.maxWatchedSessions });
  const windows = rules.filter(({ kind }) => kind === 'failed_sessions').map(({ windowMinutes }) => windowMinutes);
  if (windows.length === 0) return { sessions: { items, isWhole: true } };
  const failures = await failuresSince(db, organizationId, atMs - Math.max(...windows) * minuteMs, maxFailures);
  return { sessions: { items, isWhole: true }, failures };
}

async function lookAtLedger(env: Env, organizationId: string, { rules }: Wanted): Promise<Partial<Facts>> {
  const ledger = () => budgetLedger(env, organizationId);
  const wants = (kind: string) => rules.some((rule) => rule.kind === kind);
  const [budgets, limitsAnswer] = await Promise.all([
    wants('budget_used') ? calling(ledger, async (it): Promise<BudgetDetail[]> => it.budgets()) : undefined,
    wants('quota_used') ? calling(ledger, async (it): Promise<LimitsAnswer> => it.limits()) : undefined,
  ]);
  return { ...(budgets && { budgets: budgets.flatMap(factsOf) }), ...(limitsAnswer && { quotas: limitsAnswer.usage }) };
}

/** What each session gets for itself is nothing that all could have spent. */
function factsOf({ id, scope, scopeId, spent, limit, unit }: BudgetDetail): BudgetFact[] {
  if (scope === 'session') return [];
  return [{ id, scope, projectId: scope === 'project' ? scopeId : null, spent, limit, unit }];
}
