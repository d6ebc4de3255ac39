import type { SessionEvent, UsageSource } from '../../../wire/event.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { tokenSum } from '../../../wire/session-usage.ts';
import { noSpend, type Spend } from '../session/session-rows.ts';
import { addSpend } from '../session/session-timeline-state.ts';

/** What a session had used after an event, and what it might use by itself. */
export interface Figures {
  usage: Readonly<Partial<Record<UsageSource, Spend>>>;
  toolMicroUsd: number;
  /** A person's limits for this session; null: none. */
  limitMicroUsd: number | null;
  limitTokens: number | null;
}

export const noFigures: Figures = { usage: {}, toolMicroUsd: 0, limitMicroUsd: null, limitTokens: null };

/** Best first, as the server has it: only the figures of the first source that a session has count. */
export const bestFirst: readonly UsageSource[] = ['logs', 'traces', 'metrics', 'hook'];

/** The figures after one more event; the same object where it changed none. */
export function figuresAfter(figures: Figures, event: SessionEvent): Figures {
  const { usage, costMicroUsd, control, type } = event;
  if (usage) {
    const source = usage.source ?? 'logs';
    const used = addSpend(figures.usage[source] ?? noSpend, event);
    return { ...figures, usage: { ...figures.usage, [source]: used } };
  }
  if (control?.repriced) {
    const { source, unpricedCalls } = control.repriced;
    const before = figures.usage[source] ?? noSpend;
    const used: Spend = {
      ...before,
      costMicroUsd: before.costMicroUsd + (control.deltaMicroUsd ?? 0),
      unpricedCalls: before.unpricedCalls + unpricedCalls,
    };
    return { ...figures, usage: { ...figures.usage, [source]: used } };
  }
  if (control?.action === 'budget_changed') {
    const { limitMicroUsd = figures.limitMicroUsd, limitTokens = figures.limitTokens } = control;
    return { ...figures, limitMicroUsd, limitTokens };
  }
  const isEnd = type === 'tool.finished' || type === 'tool.failed';
  return isEnd && costMicroUsd ? { ...figures, toolMicroUsd: figures.toolMicroUsd + costMicroUsd } : figures;
}

export interface Moment {
  seq: number;
  clockMs: number;
  figures: Figures;
  calls: number;
  errors: number;
  /** Every event up to it is known, so that sums are sums. */
  isWhole: boolean;
}

/** The session as it stood after an event, for what shows one. What it shares with others is not known of the past. */
export function sessionAt(session: SessionSummary, { seq, clockMs, figures, calls, errors, isWhole }: Moment): SessionSummary {
  const {
    hold: _hold,
    approvals: _approvals,
    collisions: _collisions,
    tokenBudget,
    unreadMessages: _unread,
    outcome: _outcome,
    ...rest
  } = session;
  const source = bestFirst.find((name) => figures.usage[name]);
  const used = (isWhole && source && figures.usage[source]) || noSpend;
  const costMicroUsd = isWhole ? used.costMicroUsd + figures.toolMicroUsd : 0;
  const at = Number.isFinite(clockMs) ? new Date(clockMs).toISOString() : session.startedAt;
  // What each session gets is not written into its log: the one in force today stands for it.
  const given = session.budget?.budgetId === undefined ? null : session.budget;
  const money = figures.limitMicroUsd === null ? given : { limitMicroUsd: figures.limitMicroUsd };
  const givenTokens = tokenBudget?.budgetId === undefined ? null : tokenBudget;
  const tokens = figures.limitTokens === null ? givenTokens : { limitTokens: figures.limitTokens };
  return {
    ...rest,
    status: 'running',
    activity: '',
    eventCount: seq,
    toolCallCount: calls,
    errorCount: errors,
    redactionCount: 0,
    refusedCount: 0,
    lastSeq: seq,
    lastEventAt: at,
    endedAt: at,
    costMicroUsd,
    tokens: used.tokens,
    unpricedCalls: used.unpricedCalls,
    budget: isWhole && money ? { ...money, spentMicroUsd: costMicroUsd, reservedMicroUsd: 0 } : null,
    ...(isWhole && tokens && { tokenBudget: { ...tokens, spentTokens: tokenSum(used.tokens), reservedTokens: 0 } }),
  };
}
