import type { AlertRule, TrialFiring } from '../../../wire/alert.ts';
import { limits } from '../../../wire/limits.ts';
import { type AlertState, type Change, changesFor } from './changes.ts';
import type { BudgetFact, Facts, Failure, QuotaFact, SessionFact } from './facts.ts';
import { hasFailed, readingsOf } from './reading.ts';
import { alertWords } from './words.ts';

const minuteMs = 60_000;

/** What is known of a stretch of the past. */
export interface Past {
  /** What a session was, each time that something of it changed; the oldest first. */
  sessions: { atMs: number; fact: SessionFact }[][];
  budgets: { atMs: number; fact: BudgetFact }[];
  /** Nobody remembers what they were before. */
  quotas: QuotaFact[];
}

/** When a rule would have fired, had there been one: at each change as rooms tell it, and each minute as the cron looks. */
export function tried(rule: AlertRule, past: Past, fromMs: number, toMs: number): TrialFiring[] {
  const firings = new Map<string, TrialFiring>();
  const states = new Map<string, AlertState>();
  const evaluate = (facts: Facts, nowMs: number) => {
    const open = [...states.values()].filter(({ resolvedAtMs }) => resolvedAtMs === null);
    const last = (_: string, subject: string) => states.get(subject);
    for (const change of changesFor([rule], facts, readingsOf([rule], facts, nowMs), { open, last }, nowMs))
      note(change, nowMs, firings, states);
  };
  const told = past.sessions.flat().filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  told.sort((one, other) => one.atMs - other.atMs);
  let next = 0;
  for (let nowMs = fromMs; nowMs <= toMs && firings.size < limits.maxTrialFirings; nowMs += minuteMs) {
    for (; (told[next]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs; next++) {
      const { atMs, fact } = told[next] as (typeof told)[number]; // The condition has looked.
      evaluate({ atMs, sessions: { items: [fact], isWhole: false } }, atMs);
    }
    evaluate(factsAt(past, nowMs, nowMs + minuteMs > toMs), nowMs);
  }
  return [...firings.values()];
}

function factsAt(past: Past, atMs: number, isNow: boolean): Facts {
  const items = past.sessions.flatMap((told) => told.findLast((one) => one.atMs <= atMs)?.fact ?? []);
  const budgets = new Map(past.budgets.filter((one) => one.atMs <= atMs).map(({ fact }) => [fact.id, fact]));
  const failures = items
    .filter(hasFailed)
    .map(({ projectId, endedAtMs, lastEventAtMs }): Failure => ({ projectId, atMs: endedAtMs ?? lastEventAtMs }));
  return {
    atMs,
    sessions: { items, isWhole: false },
    budgets: [...budgets.values()],
    failures,
    ...(isNow && { quotas: past.quotas }),
  };
}

function note(change: Change, nowMs: number, firings: Map<string, TrialFiring>, states: Map<string, AlertState>): void {
  if (change.type === 'fire') {
    const { reading } = change;
    const id = `${reading.subject.id}/${nowMs}`;
    states.set(reading.subject.id, {
      id,
      ruleId: reading.rule.id,
      subject: reading.subject.id,
      firedAtMs: nowMs,
      resolvedAtMs: null,
      version: reading.version,
      untilMs: reading.untilMs ?? null,
      tells: change.tell ? 1 : 0,
      isUntold: !change.tell,
      isAcknowledged: false,
      snoozedUntilMs: null,
    });
    const { title, link } = alertWords(reading);
    firings.set(id, { title, link, at: new Date(nowMs).toISOString(), until: null, isQuiet: !change.tell });
    return;
  }
  const firing = firings.get(change.alert.id);
  const state = states.get(change.alert.subject);
  if (!firing || !state) return;
  if (change.type === 'resolve') {
    firing.until = new Date(nowMs).toISOString();
    states.set(state.subject, { ...state, resolvedAtMs: nowMs, version: change.version });
  }
  if (change.type === 'tell') {
    firing.isQuiet = false;
    states.set(state.subject, { ...state, isUntold: false, tells: state.tells + 1 });
  }
  if (change.type === 'extend') states.set(state.subject, { ...state, version: change.version, untilMs: change.untilMs });
}
