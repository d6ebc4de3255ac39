import type { SessionEvent } from '../wire/event.ts';
import { limits } from '../wire/limits.ts';

export interface SequencePorts {
  /** Events after `after` in seq order, as many as the server cares to give; rejects when it can't be reached. */
  fetchEvents(after: number, limit: number): Promise<SessionEvent[]>;
  /** Runs `task` once after `delayMs`; the answer cancels it. */
  schedule(task: () => void, delayMs: number): () => void;
  /** Milliseconds to wait before try number `attempt` (from 0). */
  backOff(attempt: number): number;
  onEvents(events: SessionEvent[]): void;
  /** Called whenever `lastSeq` or `target` may have moved. */
  onProgress(): void;
}

/** Puts what sockets and fetches bring into one order: each seq is handed over once, without holes, from `after + 1` on. */
export interface LiveSequence {
  readonly lastSeq: number;
  /** The last seq that the server has told us about. */
  readonly target: number;
  /** A new connection: `cursor` is the server's last seq. */
  begin(cursor: number): void;
  push(events: SessionEvent[]): void;
  /** Seqs up to `to` won't come by socket. */
  gap(to: number): void;
  /** The connection is gone: what waited for a fill is asked for again by the next one. */
  reset(): void;
  stop(): void;
}

export function liveSequence(after: number, ports: SequencePorts): LiveSequence {
  let lastSeq = after;
  let target = after;
  let stopped = false;
  let waiting: SessionEvent[][] = [];
  let fillTo = 0;
  /** Which run of filling is current; a fetch that ends after a reset may still deliver, but leads no further. */
  let run = 0;
  let filling = false;
  let cancelRetry: (() => void) | null = null;

  /** The only way out: whatever comes twice or too early stays here. */
  const deliver = (events: SessionEvent[]) => {
    if (stopped) return;
    const fresh: SessionEvent[] = [];
    for (const event of events) {
      if (event.seq === lastSeq + fresh.length + 1) fresh.push(event);
    }
    if (fresh.length === 0) return;
    lastSeq += fresh.length;
    target = Math.max(target, lastSeq);
    ports.onEvents(fresh);
  };

  const drain = () => {
    while (!filling && !stopped) {
      if (fillTo > lastSeq) {
        fill(0, run);
        break;
      }
      const next = waiting[0]?.find((event) => event.seq > lastSeq);
      if (next && next.seq > lastSeq + 1) fillTo = next.seq - 1;
      else if (next) deliver(waiting[0] ?? []);
      else if (waiting.shift() === undefined) break;
    }
    ports.onProgress();
  };

  const fill = async (attempt: number, current: number) => {
    filling = true;
    const before = lastSeq;
    try {
      deliver(await ports.fetchEvents(lastSeq, Math.min(limits.maxPageEvents, fillTo - lastSeq)));
    } catch {
      // The same as a page that brought nothing: tried again below.
    }
    if (stopped || current !== run) return;
    if (lastSeq === before) {
      cancelRetry = ports.schedule(() => fill(attempt + 1, current), ports.backOff(attempt));
      return;
    }
    filling = false;
    drain();
  };

  const reset = () => {
    cancelRetry?.();
    run += 1;
    filling = false;
    fillTo = 0;
    waiting = [];
  };

  return {
    get lastSeq() {
      return lastSeq;
    },
    get target() {
      return target;
    },
    begin(cursor) {
      target = Math.max(lastSeq, cursor);
      ports.onProgress();
    },
    push(events) {
      target = Math.max(target, events.at(-1)?.seq ?? 0);
      waiting.push(events);
      drain();
    },
    gap(to) {
      target = Math.max(target, to);
      fillTo = Math.max(fillTo, to);
      drain();
    },
    reset,
    stop() {
      stopped = true;
      reset();
    },
  };
}
