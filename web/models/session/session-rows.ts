import type { EventType, Refusal, Tokens } from '../../../wire/event.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { ToolSummary } from './session-tool.ts';

/** `unfinished`: the turn or the session ended and nobody said how the call went (a killed agent, Esc). `refused`: we did not let it happen. */
export type Outcome = 'running' | 'waiting' | 'ok' | 'failed' | 'unfinished' | 'refused';

/** What a stretch of work used; an unpriced call adds to `unpricedCalls`, never a zero to the cost. */
export interface Spend {
  tokens: Tokens;
  costMicroUsd: number;
  calls: number;
  unpricedCalls: number;
}

export const noSpend: Spend = {
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costMicroUsd: 0,
  calls: 0,
  unpricedCalls: 0,
};

interface RowBase {
  /** Stays the same while the row changes. */
  key: string;
  /** The event that began the row; a gap's or hole's next event. */
  seq: number;
  atMs: number;
  /** The subagent it happened in; null in the main agent. */
  lane: string | null;
  redactions: number;
  /** Kept out of sight until a filter asks for its type. */
  quiet: boolean;
}

export interface PromptRow extends RowBase {
  kind: 'prompt';
  text: string;
  /** Not a person's words: a background task of the agent reports back. */
  fromTask: boolean;
  spend: Spend;
  turnMs: number | null;
  refused: Refusal | null;
}

export interface MessageRow extends RowBase {
  kind: 'message';
  text: string;
  /** More of it may follow without an id. */
  chunked: boolean;
}

export interface ToolRow extends RowBase {
  kind: 'tool';
  tool: string;
  summary: ToolSummary;
  outcome: Outcome;
  startSeq: number | null;
  endSeq: number | null;
  /** The event that asked a person; null where nobody was asked. */
  askedSeq: number | null;
  durationMs: number | null;
  /** The last lines of a failure. */
  failure: string;
  /** The subagent that this call started. */
  spawned: string | null;
  verdict: Verdict | null;
  refused: Refusal | null;
  /** Set while it waits for somebody in Flightdeck. */
  approvalId: string | null;
  /** What rules wanted seen. */
  warned: readonly string[];
  /** The call's input while its end is awaited, which may come without it. */
  input: unknown;
}

/** A question to a person that belongs to no tool call we know. */
export interface PermissionRow extends RowBase {
  kind: 'permission';
  tool: string;
  summary: ToolSummary;
  outcome: 'waiting' | 'ok';
}

/** A subagent whose starting call is unknown. */
export interface SubagentRow extends RowBase {
  kind: 'subagent';
  spawned: string;
  outcome: Outcome;
}

/** Something that happened and has no end of its own. */
export interface MarkRow extends RowBase {
  kind: 'mark';
  type: Exclude<EventType, 'prompt' | 'message' | 'tool.started' | 'tool.finished' | 'tool.failed' | 'usage'>;
  text: string;
  /** The agent's own name for it. */
  hook: string;
  failed: boolean;
  /** On a turn's end. */
  spend: Spend | null;
  turnMs: number | null;
}

export interface UsageRow extends RowBase {
  kind: 'usage';
  model: string;
  tokens: Tokens;
  /** Null: unpriced. */
  costMicroUsd: number | null;
}

/** More than a minute in which nothing was said. */
export interface GapRow extends RowBase {
  kind: 'gap';
  ms: number;
}

/** Events `from` to `to` are not loaded yet. */
export interface HoleRow extends RowBase {
  kind: 'hole';
  from: number;
  to: number;
}

export type Row = PromptRow | MessageRow | ToolRow | PermissionRow | SubagentRow | MarkRow | UsageRow | GapRow | HoleRow;

/** One subagent: its own hue, its place in the tree, and what it came to. */
export interface Lane {
  id: string;
  type: string;
  parent: string | null;
  /** 1 for a subagent of the main agent. */
  depth: number;
  /** 1 to 6, by order of appearance. */
  hue: number;
  /** Index of the row that stands for it. */
  header: number;
  outcome: Outcome;
  startedMs: number;
  endedMs: number | null;
  toolCalls: number;
  errors: number;
  spend: Spend;
}

export interface TouchedFile {
  path: string;
  added: number;
  removed: number;
  edits: number;
  /** Index of the row that touched it last. */
  row: number;
}
