import type { SessionEvent } from '../../../wire/event.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import { type Lane, noSpend, type Row, type Spend, type TouchedFile } from './session-rows.ts';

export interface Turn {
  promptRow: number | null;
  endRow: number | null;
  startedMs: number;
  endedMs: number | null;
  spend: Spend;
}

/**
 * A session as rows, built by appending its events in seq order. A row object is replaced when it changes, never mutated, so that
 * what shows it can compare by identity; indices never move.
 */
export interface Timeline {
  readonly rows: Row[];
  readonly lanes: Map<string, Lane>;
  /** Indices of rows, in order of appearance. */
  readonly prompts: number[];
  readonly errors: number[];
  readonly approvals: number[];
  readonly snapshots: number[];
  readonly files: Map<string, TouchedFile>;
  /** How many calls of each tool. */
  readonly tools: Map<string, number>;
  /** The row that tells an event, by its seq. */
  readonly rowOfSeq: Map<number, number>;
  /** Where this session works: paths inside it are shown without it. */
  readonly home: string | null;
  /** Our answers to tool calls, by the seq of the call's first event. */
  readonly verdicts: ReadonlyMap<number, Verdict>;
  lastSeq: number;
  firstMs: number;
  lastMs: number;
  /** Counts changes, for whoever watches. */
  revision: number;
  /** Tool calls by their id, or by subagent and tool where the agent gives none. */
  readonly calls: Map<string, number>;
  /** Rows of calls without an end. */
  readonly open: Set<number>;
  readonly messages: Map<string, { row: number; parts: { index: number; text: string }[] }>;
  readonly turns: Map<string, Turn>;
  turn: Turn | null;
}

/** `home` is the session's working directory. */
export const newTimeline = (home: string | null, verdicts: ReadonlyMap<number, Verdict> = new Map()): Timeline => ({
  rows: [],
  lanes: new Map(),
  prompts: [],
  errors: [],
  approvals: [],
  snapshots: [],
  files: new Map(),
  tools: new Map(),
  rowOfSeq: new Map(),
  home,
  verdicts,
  lastSeq: 0,
  firstMs: Number.POSITIVE_INFINITY,
  lastMs: Number.NEGATIVE_INFINITY,
  revision: 0,
  calls: new Map(),
  open: new Set(),
  messages: new Map(),
  turns: new Map(),
  turn: null,
});

/** What every row takes from the event that began it. */
export const baseOf = (event: SessionEvent, atMs: number) => ({
  key: `e${event.seq}`,
  seq: event.seq,
  atMs,
  lane: event.subagentId ?? null,
  redactions: event.redactions ?? 0,
  quiet: false,
});

export function pushRow(timeline: Timeline, row: Row): number {
  return timeline.rows.push(row) - 1;
}

/** Replaces a row by a changed copy, if it is of the kind expected. */
export function changeRow<Kind extends Row['kind']>(
  timeline: Timeline,
  index: number,
  kind: Kind,
  change: Partial<Extract<Row, { kind: Kind }>>,
): void {
  const row = timeline.rows[index];
  // A spread over a union member loses the link between its kind and its fields; the guard before it has just checked the kind.
  if (row?.kind === kind) timeline.rows[index] = { ...row, ...change } as Row;
}

export function rowAt<Kind extends Row['kind']>(
  timeline: Timeline,
  index: number | undefined,
  kind: Kind,
): Extract<Row, { kind: Kind }> | undefined {
  const row = index === undefined ? undefined : timeline.rows[index];
  // The comparison narrows the value, but not the generic.
  return row?.kind === kind ? (row as Extract<Row, { kind: Kind }>) : undefined;
}

export function addSpend(spend: Spend, event: SessionEvent): Spend {
  const usage = event.usage;
  if (!usage) return spend;
  const cost = event.costMicroUsd ?? null;
  return {
    tokens: {
      input: spend.tokens.input + usage.input,
      output: spend.tokens.output + usage.output,
      cacheRead: spend.tokens.cacheRead + usage.cacheRead,
      cacheWrite: spend.tokens.cacheWrite + usage.cacheWrite,
    },
    costMicroUsd: spend.costMicroUsd + (cost ?? 0),
    calls: spend.calls + 1,
    unpricedCalls: spend.unpricedCalls + (cost === null ? 1 : 0),
  };
}

export const newTurn = (startedMs: number, promptRow: number | null): Turn => ({
  promptRow,
  endRow: null,
  startedMs,
  endedMs: null,
  spend: noSpend,
});
