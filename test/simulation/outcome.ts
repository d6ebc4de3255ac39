import { expect } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import type { SessionSummary } from '../../wire/session.ts';
import type { CostFigures } from '../../worker/domain/cost-report.ts';
import { isOwn, type Oracle, recount, recountModels } from './oracle.ts';

/** What is left of a session once everybody has sent everything and its room has come to rest. */
export interface Outcome {
  /** The whole log, from the archive and the room. */
  log: SessionEvent[];
  summary: SessionSummary | null;
  /** D1's sessions of the organization, which has this one. */
  listed: SessionSummary[];
  /** D1's roll-ups of the organization, summed up over days, projects, people and models. */
  days: Record<string, unknown>;
  /** What D1's roll-ups and its row of a live session make of it by model: whether or not it has ended, nothing is missing. */
  costs: CostFigures;
  archivedSeq: number;
  /** What each spectator saw, over all its connections. */
  seen: SessionEvent[][];
}

/** How the sums of an organization's days are asked for. */
export const daysQuery = `SELECT sum(events) AS events, sum(tool_calls) AS toolCalls, sum(errors) AS errors,
  sum(input_tokens) AS input, sum(output_tokens) AS output, sum(cost_micro_usd) AS cost FROM session_days WHERE organization_id = ?`;

export function checkOutcome({ log, summary, listed, days, costs, archivedSeq, seen }: Outcome, oracle: Oracle): void {
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  // Each logical event once, in the order of its first arrival, and nothing that nobody sent.
  expect(log.filter((event) => !isOwn(event)).map(({ id }) => id)).toEqual(oracle.expected.map(({ id }) => id));
  checkContents(log, oracle);
  for (const events of seen) expect(events).toEqual(log);
  if (oracle.expected.length === 0 && oracle.refused === 0) {
    expect([summary, listed]).toEqual([null, []]);
    return;
  }
  expect(summary).toMatchObject({ ...recount(log), refusedCount: oracle.refused });
  // Only a room knows what holds its session; the index says so by the status.
  const { hold: _, recentHooks: __, ...indexed } = summary ?? {};
  expect(listed).toEqual([indexed]);
  expect(days).toEqual(recountDays(log));
  checkCosts(costs, log);
  expect(archivedSeq).toBe(log.length);
}

/** How the costs of an organization are asked for. */
export const always = { from: '1970-01-01', to: '9999-12-31' };

function checkCosts({ sums, days }: CostFigures, log: SessionEvent[]): void {
  const total = (parts: { costMicroUsd: number }[]) => parts.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
  expect(total(sums)).toBe(total(days));
  const models = sums.filter(({ kind, calls }) => kind === 'named' && calls !== 0);
  const found = models.map(({ key, calls, costMicroUsd }) => [key, { calls, costMicroUsd }] as const);
  expect(Object.fromEntries(found)).toEqual(recountModels(log));
}

function checkContents(log: SessionEvent[], oracle: Oracle): void {
  const stored = new Map(log.map((event) => [event.id, event]));
  for (const draft of oracle.expected) {
    const event = stored.get(draft.id ?? '');
    // Usage in a numbered event that a better source outdoes keeps its number and loses its name.
    if (draft.type === 'usage' && event?.type === 'other') continue;
    const { type, tool, text, input, output, ok } = draft;
    expect({ ...event }).toMatchObject(JSON.parse(JSON.stringify({ type, tool, text, input, output, ok })));
  }
}

function recountDays(log: SessionEvent[]): Record<string, number> {
  const { eventCount, toolCallCount, errorCount, tokens, costMicroUsd } = recount(log);
  return {
    events: eventCount,
    toolCalls: toolCallCount,
    errors: errorCount,
    input: tokens.input,
    output: tokens.output,
    cost: costMicroUsd,
  };
}
