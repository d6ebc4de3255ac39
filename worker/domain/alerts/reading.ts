import type { AlertKind, AlertRule } from '../../../wire/alert.ts';
import { limits } from '../../../wire/limits.ts';
import { hooksAt } from '../recent-hooks.ts';
import type { BudgetFact, Facts, Failure, QuotaFact, SessionFact } from './facts.ts';

const minuteMs = 60_000;
/** What failed is news for so long. */
const failedForMs = 24 * 3600_000;

/** What a rule says of one subject. */
export interface Reading {
  rule: AlertRule;
  subject: Subject;
  holds: boolean;
  /** What was compared with the threshold, in its unit. */
  value: number;
  /** Of the facts that it rests on: an older one says nothing any more. */
  version: number;
  /** It is over by then, unless a newer reading says otherwise. */
  untilMs?: number;
}

export type Subject =
  | { type: 'session'; id: string; projectId: string; session: SessionFact }
  | { type: 'budget'; id: string; projectId: string | null; budget: BudgetFact }
  | { type: 'quota'; id: string; projectId: null; quota: QuotaFact }
  | { type: 'failures'; id: string; projectId: string | null };

/** What kind of thing a rule of each kind is about. */
export const subjectTypes = {
  session_failed: 'session',
  call_waiting: 'session',
  session_waiting: 'session',
  session_stuck: 'session',
  session_over_budget: 'session',
  collision: 'session',
  hooks_refused: 'session',
  session_cost: 'session',
  session_errors: 'session',
  failed_sessions: 'failures',
  budget_used: 'budget',
  quota_used: 'quota',
} as const satisfies Record<AlertKind, Subject['type']>;

/** What the rules that are on say of these facts, at `nowMs`. A rule whose subject the facts say nothing of is left out. */
export function readingsOf(rules: readonly AlertRule[], facts: Facts, nowMs: number): Reading[] {
  return rules
    .filter(({ enabled }) => enabled)
    .flatMap((rule): Reading[] => {
      const type: Subject['type'] = subjectTypes[rule.kind];
      switch (type) {
        case 'session':
          return (facts.sessions?.items ?? []).flatMap((session) => sessionReading(rule, session, nowMs) ?? []);
        case 'budget':
          return (facts.budgets ?? []).map((budget) => budgetReading(rule, budget, facts.atMs));
        case 'quota':
          return (facts.quotas ?? []).map((quota) => quotaReading(rule, quota, facts.atMs));
        case 'failures':
          return facts.failures ? [failuresReading(rule, facts.failures, facts.atMs, nowMs)] : [];
        default:
          return type satisfies never;
      }
    });
}

function sessionReading(rule: AlertRule, session: SessionFact, nowMs: number): Reading | undefined {
  const found = measured(rule, session, nowMs);
  if (!found) return undefined;
  const { projectId, id, lastSeq } = session;
  const holds = found.holds && isInScope(rule, projectId);
  return { rule, subject: { type: 'session', id, projectId, session }, version: lastSeq, ...found, holds };
}

type Measured = Pick<Reading, 'holds' | 'value' | 'untilMs'>;

/** Undefined where the fact does not say. */
function measured({ kind, threshold }: AlertRule, session: SessionFact, nowMs: number): Measured | undefined {
  const { status, endedAtMs, lastEventAtMs } = session;
  const atLeast = (value: number): Measured => ({ value, holds: value >= threshold });
  /** Minutes since then, while `isSo`. */
  const since = (isSo: boolean, sinceMs: number): Measured => {
    const minutes = Math.max(0, Math.floor((nowMs - sinceMs) / minuteMs));
    return { value: minutes, holds: isSo && minutes >= threshold };
  };
  const plain = (holds: boolean): Measured => ({ holds, value: holds ? 1 : 0 });
  switch (kind) {
    case 'session_failed':
      return plain(hasFailed(session) && nowMs - (endedAtMs ?? lastEventAtMs) < failedForMs);
    case 'call_waiting':
      return since(session.asks > 0 && endedAtMs === null, session.call?.askedAtMs ?? lastEventAtMs);
    case 'session_waiting':
      return since(status === 'waiting' && endedAtMs === null, lastEventAtMs);
    case 'session_stuck':
      return since(status === 'running', lastEventAtMs);
    case 'session_over_budget':
      return plain(status === 'budget_exceeded' && endedAtMs === null);
    case 'collision':
      return collided(session, nowMs);
    case 'hooks_refused':
      return refused(session, threshold, nowMs);
    case 'session_cost':
      return atLeast(session.costMicroUsd);
    case 'session_errors':
      return atLeast(session.errorCount);
    case 'failed_sessions':
    case 'budget_used':
    case 'quota_used':
      return undefined;
    default:
      return kind satisfies never;
  }
}

export const hasFailed = ({ status }: Pick<SessionFact, 'status'>): boolean => status === 'failed' || status === 'timed_out';

function collided({ collisions, endedAtMs }: SessionFact, nowMs: number): Measured | undefined {
  if (endedAtMs !== null) return { holds: false, value: 0 };
  if (!collisions) return undefined;
  const open = collisions.filter(({ untilMs }) => untilMs > nowMs);
  const untilMs = Math.max(0, ...open.map(({ untilMs }) => untilMs));
  return { holds: open.length > 0, value: open.length, ...(open.length > 0 && { untilMs }) };
}

/** The share that limits refused of what a session's agent sent lately; a session that is over refuses nothing. */
function refused({ recentHooks, endedAtMs }: SessionFact, threshold: number, nowMs: number): Measured {
  const { sent, refused } = hooksAt(recentHooks, nowMs);
  const value = sent === 0 ? 0 : Math.floor((refused * 100) / sent);
  return { value, holds: endedAtMs === null && sent >= limits.minHooksJudged && refused * 100 > threshold * sent };
}

function budgetReading(rule: AlertRule, budget: BudgetFact, atMs: number): Reading {
  const value = percentOf(budget.spent, budget.limit);
  const subject = { type: 'budget', id: budget.id, projectId: budget.projectId, budget } as const;
  return { rule, subject, value, version: atMs, holds: value >= rule.threshold && isInScope(rule, budget.projectId) };
}

function quotaReading(rule: AlertRule, quota: QuotaFact, atMs: number): Reading {
  const value = percentOf(quota.used, quota.limit);
  const subject = { type: 'quota', id: quota.quota, projectId: null, quota } as const;
  return { rule, subject, value, version: atMs, holds: value >= rule.threshold && rule.projectId === null };
}

function failuresReading(rule: AlertRule, failures: readonly Failure[], version: number, nowMs: number): Reading {
  const sinceMs = nowMs - rule.windowMinutes * minuteMs;
  const value = failures.filter(({ projectId, atMs }) => atMs > sinceMs && isInScope(rule, projectId)).length;
  const subject = { type: 'failures', id: rule.projectId ?? 'organization', projectId: rule.projectId } as const;
  return { rule, subject, value, version, holds: value >= rule.threshold };
}

const isInScope = ({ projectId }: AlertRule, of: string | null): boolean => projectId === null || projectId === of;

/** Of a limit of nothing, anything is all of it. */
const percentOf = (used: number, limit: number): number => (limit === 0 ? 100 : Math.floor((used * 100) / limit));
