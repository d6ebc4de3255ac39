import type { AlertRule, AlertTrial } from '../../../wire/alert.ts';
import type { BudgetDetail } from '../../../wire/budget.ts';
import { limits } from '../../../wire/limits.ts';
import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { RecentHooks, SessionSummary } from '../../../wire/session.ts';
import { type SessionFact, sessionFact } from '../../domain/alerts/facts.ts';
import { subjectTypes } from '../../domain/alerts/reading.ts';
import { type Past, tried } from '../../domain/alerts/trial.ts';
import { foldEvent, foldFrom } from '../../domain/archive/imported.ts';
import { summaryOf } from '../../domain/session-state.ts';
import type { Env } from '../../env.ts';
import { budgetLedger, calling } from '../../rooms/index.ts';
import { watchedSessions } from '../../store/alerts/facts.ts';
import { openDb } from '../../store/db.ts';
import { listSessions } from '../../store/sessions/list.ts';
import { parseEvents } from '../sessions/read-events.ts';

const dayMs = 24 * 3600_000;
const minuteMs = 60_000;
const pageBytes = 2 * 1024 * 1024;

/** Holds a rule against the last 24 hours: the logs of the latest sessions, folded as their rooms folded them, and the ledger's points. */
export async function tryRule(env: Env, organizationId: string, rule: AlertRule, toMs: number): Promise<AlertTrial> {
  const fromMs = toMs - dayMs;
  const type = subjectTypes[rule.kind];
  const looksAtSessions = type === 'session' || type === 'failures';
  const read = looksAtSessions ? await sessionsOf(env, organizationId, rule, fromMs) : { sessions: [], isPartial: false };
  const budgets = type === 'budget' ? await budgetsOf(env, organizationId) : [];
  const quotas = type === 'quota' ? await quotasOf(env, organizationId) : [];
  const past: Past = { sessions: read.sessions, budgets, quotas };
  const firings = tried(rule, past, fromMs, toMs);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    firings,
    sessions: read.sessions.length,
    isPartial: read.isPartial,
  };
}

type Told = { atMs: number; fact: SessionFact }[];

async function sessionsOf(env: Env, organizationId: string, { projectId }: AlertRule, fromMs: number) {
  const page = await listSessions(openDb(env.DB), organizationId, {
    projectId: projectId ?? undefined,
    limit: limits.maxTrialSessions,
  });
  const recent = page.items.filter(({ lastEventAt, imported }) => Date.parse(lastEventAt) >= fromMs && !imported);
  const watched = await watchedSessions(openDb(env.DB), organizationId, {
    sinceMs: fromMs,
    ids: recent.map(({ id }) => id),
    limit: limits.maxTrialSessions,
  });
  const hooks = new Map(watched.map(({ id, recentHooks }) => [id, recentHooks]));
  const logs: { told: Told; isCut: boolean }[] = [];
  // One after the other: each log is held in memory as a whole.
  for (const session of recent) logs.push(await logOf(env, organizationId, session, hooks.get(session.id) ?? []));
  const hasMore = page.nextCursor !== null && recent.length === page.items.length;
  return { sessions: logs.map(({ told }) => told), isPartial: hasMore || logs.some(({ isCut }) => isCut) };
}

/** What a session was, whenever something changed that its room tells at once, and else by the minute. */
async function logOf(
  env: Env,
  organizationId: string,
  session: SessionSummary,
  recentHooks: RecentHooks,
): Promise<{ told: Told; isCut: boolean }> {
  const told: Told = [];
  const { id: sessionId, externalId, projectId, userId, agent } = session;
  let state = foldFrom({ organizationId, sessionId, externalId, projectId, userId, agent }, session.startedAt);
  while (state.lastSeq < Math.min(session.lastSeq, limits.maxTrialEvents)) {
    const page = await parseEvents(env, organizationId, sessionId, state.lastSeq, limits.maxPageEvents, pageBytes);
    if (!page || page.events.length === 0) break;
    for (const event of page.events) {
      state = foldEvent(state, event);
      // Titles come with hooks, not with events.
      const fact = { ...sessionFact(summaryOf(state), true), title: session.title };
      const last = told.at(-1);
      const atMs = Date.parse(event.receivedAt);
      if (last && isSame(last.fact, fact) && Math.floor(last.atMs / minuteMs) === Math.floor(atMs / minuteMs)) told.pop();
      told.push({ atMs, fact });
    }
  }
  const last = told.at(-1);
  // No event tells of a refusal: of what was refused before the last minutes nothing is known.
  if (last) told.push({ ...last, fact: { ...last.fact, recentHooks } });
  return { told, isCut: state.lastSeq < session.lastSeq };
}

const isSame = (one: SessionFact, other: SessionFact): boolean =>
  one.status === other.status && one.asks === other.asks && one.collisions?.length === other.collisions?.length;

async function budgetsOf(env: Env, organizationId: string): Promise<Past['budgets']> {
  const budgets = await calling(
    () => budgetLedger(env, organizationId),
    async (ledger): Promise<BudgetDetail[]> => ledger.budgets(),
  );
  const told = budgets
    .filter(({ scope }) => scope !== 'session')
    .flatMap(({ id, scope, scopeId, limit, unit, points }) =>
      points.map(({ at, spent }) => {
        const projectId = scope === 'project' ? scopeId : null;
        return { atMs: Date.parse(at), fact: { id, scope, projectId, spent, limit, unit } };
      }),
    );
  return told.toSorted((one, other) => one.atMs - other.atMs);
}

async function quotasOf(env: Env, organizationId: string): Promise<Past['quotas']> {
  const { usage } = await calling(
    () => budgetLedger(env, organizationId),
    async (ledger): Promise<LimitsAnswer> => ledger.limits(),
  );
  return usage;
}
