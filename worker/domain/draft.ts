import type { Control, EventType, Usage, UsageSource } from '../../wire/event.ts';

/** What a hook says about its session as a whole. */
export interface SessionFacts {
  model?: string;
  cwd?: string;
  /** The root of the repository around it. */
  root?: string;
  repository?: string;
  gitBranch?: string;
  title?: string;
}

/**
 * One event as a dialect reads it from a hook, before the room numbers it. Redacted already: a draft never holds a secret.
 * `key` identifies the event within its session and is absent where repeats are real (no id, no stream, no natural key).
 */
export interface Draft {
  type: EventType;
  /** The agent's own name of the hook or record. */
  hook: string;
  key?: string;
  /** The event's number in the batch's stream. */
  n?: number;
  /** The agent went on long ago, answered or not: nothing can be refused any more, only kept. */
  late?: boolean;
  /** ISO 8601 UTC, when the agent says when. */
  at?: string;
  id?: string;
  tool?: string;
  toolUseId?: string;
  input?: unknown;
  output?: unknown;
  ok?: boolean;
  durationMs?: number;
  text?: string;
  usage?: Usage;
  usageSource?: UsageSource;
  /** Integer micro-dollars that the agent reports; null: unpriced. */
  costMicroUsd?: number | null;
  redactions?: number;
  subagentId?: string;
  subagentType?: string;
  /** The parent's tool call that started this subagent, where the agent says so itself; otherwise the room finds it. */
  parentToolUseId?: string;
  promptId?: string;
  control?: Control;
  data?: unknown;
  facts?: SessionFacts;
  /** The answer to this hook can carry words to the agent's model. */
  carries?: boolean;
  /** A batch hook's calls: those still open when it arrives were denied or invalid, and only it tells. */
  batch?: BatchCall[];
  /** The agent said why the session ended, or how it began: `clear`, `resume`, `other` … */
  reason?: string;
}

/** A call as a batch hook reports it. */
export interface BatchCall {
  tool: string;
  toolUseId: string;
  input?: unknown;
  output?: unknown;
}

/** What was done to a session here, by somebody or by the room itself, as an event of it. */
export const noteDraft = (control: Control, text: string): Draft => ({ type: 'control', hook: 'flightdeck', control, text });
