import type { BudgetScope } from '../../../wire/budget.ts';
import type { QuotaName } from '../../../wire/organization-limits.ts';
import type { RecentHooks, SessionStatus, SessionSummary } from '../../../wire/session.ts';

/** What rules see of a session. Its room knows all of it, the index of sessions not whom it meets. */
export interface SessionFact {
  id: string;
  projectId: string;
  title: string;
  agent: string;
  status: SessionStatus;
  lastSeq: number;
  lastEventAtMs: number;
  endedAtMs: number | null;
  costMicroUsd: number;
  errorCount: number;
  eventCount: number;
  recentHooks: RecentHooks;
  /** Calls that wait for a person; where the room says it, the first of them. */
  asks: number;
  call?: { id: string; seq: number; tool: string; words: string; askedAtMs: number };
  /** Undefined: not known here. */
  collisions?: { path: string; title: string; untilMs: number }[];
}

export interface BudgetFact {
  id: string;
  scope: BudgetScope;
  projectId: string | null;
  spent: number;
  limit: number;
  unit: 'micro_usd' | 'tokens';
}

export interface QuotaFact {
  quota: QuotaName;
  used: number;
  limit: number;
}

/** A session that failed within the longest window. */
export interface Failure {
  projectId: string;
  atMs: number;
}

/** What is known at one moment. What is left out was not looked at; a list of sessions says whether those that are missing are gone. */
export interface Facts {
  atMs: number;
  sessions?: { items: readonly SessionFact[]; isWhole: boolean };
  budgets?: readonly BudgetFact[];
  quotas?: readonly QuotaFact[];
  failures?: readonly Failure[];
}

/** What a session's room, or the index, says of it. */
export function sessionFact(summary: SessionSummary, isFromRoom: boolean): SessionFact {
  const [call] = summary.approvals ?? [];
  return {
    id: summary.id,
    projectId: summary.projectId,
    title: summary.title,
    agent: summary.agent,
    status: summary.status,
    lastSeq: summary.lastSeq,
    lastEventAtMs: Date.parse(summary.lastEventAt),
    endedAtMs: summary.endedAt === null ? null : Date.parse(summary.endedAt),
    costMicroUsd: summary.costMicroUsd,
    errorCount: summary.errorCount,
    eventCount: summary.eventCount,
    recentHooks: summary.recentHooks ?? [],
    asks: summary.approvals?.length ?? 0,
    ...(call && {
      call: { id: call.id, seq: call.seq, tool: call.tool, words: call.words, askedAtMs: Date.parse(call.askedAt) },
    }),
    ...(isFromRoom && {
      collisions: (summary.collisions ?? []).map(({ path, title, until }) => ({ path, title, untilMs: Date.parse(until) })),
    }),
  };
}
