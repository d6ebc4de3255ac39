import type { Verdict } from '../../wire/verdict.ts';
import type { Draft } from './draft.ts';
import type { Ingest } from './ingest.ts';
import { isAskedAnew, judgeAgain } from './judge.ts';
import type { Short } from './limits/lease.ts';
import { type Means, noMeans } from './limits/purse.ts';
import { own } from './own.ts';
import { type LogRecord, Run } from './run.ts';
import type { SessionState } from './session-state.ts';
import { emptyStream, fits, hasSeen } from './stream.ts';

export type Taken =
  | {
      ok: true;
      state: SessionState;
      record: LogRecord;
      accepted: number;
      duplicates: number;
      verdict: Verdict;
      /** What the agent is given to read. */
      messages: string[];
    }
  | { ok: false; code: 'stream_gap'; mark: number }
  /** Nothing was decided: the ledger has to be asked for this much first. */
  | Short;

/** The keys (hashed) that this session has already stored. */
export interface SeenKeys {
  has(hash: string): boolean;
}

/**
 * Decides what one POST adds to a session: drops what is known, pairs calls, closes what was left open, numbers the rest. Changes
 * nothing itself; the caller stores `record` and keeps `state`, or keeps the old state if storing fails.
 */
export function take(
  before: SessionState,
  seen: SeenKeys,
  ingest: Ingest,
  nowMs: number,
  means: Means = { ...noMeans, nowMs },
): Taken {
  const stream = ingest.stream === undefined ? undefined : (own(before.streams, ingest.stream) ?? emptyStream);
  if (stream) {
    const numbers = ingest.drafts.flatMap((draft) => (draft.n === undefined ? [] : [draft.n]));
    if (!fits(stream, numbers)) return { ok: false, code: 'stream_gap', mark: stream.mark };
  }
  const run = new Run(before, ingest, nowMs, { ...means, holdMs: ingest.holdMs });
  const fresh = new Set<string>();
  let duplicates = 0;
  for (const draft of ingest.drafts) {
    const known = isKnown(run.state, seen, fresh, ingest.stream, draft);
    if (known && draft.n === undefined && isAskedAnew(run.state, draft)) {
      run.add({ ...draft, key: undefined });
      if (run.short) return { ok: false, code: 'short', wants: run.short };
      continue;
    }
    if (known) {
      duplicates += 1;
      run.hear(draft, judgeAgain(run.state, draft));
      continue;
    }
    if (draft.key !== undefined) fresh.add(draft.key);
    run.add(draft);
    if (run.short) return { ok: false, code: 'short', wants: run.short };
  }
  const { state, record, verdict, messages } = run;
  return { ok: true, state, record, accepted: ingest.drafts.length - duplicates, duplicates, verdict, messages };
}

/** The answer to a POST that is stored already: its questions are judged as things stand. */
export const verdictOn = (state: SessionState, { drafts, asking }: Ingest): Verdict =>
  drafts
    .filter(({ n }) => asking === undefined || n === asking)
    .map((draft) => judgeAgain(state, draft))
    .find(({ type }) => type !== 'allow') ?? { type: 'allow' };

/** Numbered events are judged by their number alone, others by their key; an event with neither is always new. */
function isKnown(state: SessionState, seen: SeenKeys, fresh: Set<string>, stream: string | undefined, { n, key }: Draft) {
  if (stream !== undefined && n !== undefined) return hasSeen(own(state.streams, stream) ?? emptyStream, n);
  return key !== undefined && (seen.has(key) || fresh.has(key));
}
