import { computed, createModel, signal } from '@preact/signals';
import type { ApprovalDecision } from '../../../wire/approval.ts';
import type { NewBranch } from '../../../wire/branch.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import type { Viewer } from '../../../wire/frame.ts';
import { limits } from '../../../wire/limits.ts';
import type { NewSessionBudget, SessionControl, SessionPatch, SessionSummary } from '../../../wire/session.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import type { LiveConsumer, LiveSocket, LiveState } from '../../live-socket.ts';
import { asError } from '../as-error.ts';
import { type EventLog, type Hole, newEventLog } from './session-log.ts';
import { appendEvent, tellVerdict } from './session-timeline.ts';
import { newTimeline, type Timeline } from './session-timeline-state.ts';

export interface SessionPorts {
  summary(): Promise<SessionSummary>;
  /** Events after `after`, at most `limit`, maybe fewer; none where there are no more. */
  events(after: number, limit: number): Promise<SessionEvent[]>;
  patch(change: SessionPatch): Promise<SessionSummary>;
  control(action: SessionControl['action']): Promise<SessionSummary>;
  decide(approvalId: string, decision: ApprovalDecision): Promise<SessionSummary>;
  /** Leaves a message for the agent. */
  write(text: string): Promise<SessionSummary>;
  /** Null takes the session’s own budget away, and what each session gets holds again. */
  limit(budget: NewSessionBudget): Promise<SessionSummary>;
  /** The session of a new branch of this one. */
  branch(wish: NewBranch): Promise<SessionSummary>;
  /** Gives its outcome to its parent. */
  merge(message: boolean): Promise<SessionSummary>;
  remove(): Promise<void>;
  watch(after: number, consumer: LiveConsumer): LiveSocket;
  /** Resolves after `ms`; 0 lets the screen draw. */
  pause(ms: number): Promise<void>;
  /** Runs once, before the next frame is drawn. */
  beforeFrame(task: () => void): void;
}

/** A long session opens with its last events; the rest follows from the end to the start. */
const tailEvents = 400;
/** Around an event that was linked to. */
const aroundEvents = 200;
/** What is loaded without anybody scrolling there: payloads are large, and a tab should not hold a whole day of them unasked. */
const maxBackgroundChars = 96_000_000;
const foldedPerSlice = 4000;

/** One session: its events as rows, live, loaded from the end backwards. */
export const SessionModel = createModel((ports: SessionPorts) => {
  const log: EventLog = newEventLog();
  const verdicts = new Map<number, Verdict>();
  let timeline: Timeline = newTimeline(null, verdicts);
  let socket: LiveSocket | null = null;
  let stopped = false;
  let chars = 0;
  let filling = false;
  /** Loaded since the last fold. */
  let unfolded = 0;
  /** The rows have to be made anew, though nothing was loaded. */
  let stale = false;
  let announced = false;
  /** Who waits for an event to have its row. */
  let waiters: { seq: number; tell: (found: boolean) => void }[] = [];

  const summary = signal<SessionSummary | null>(null);
  const failure = signal<Error | null>(null);
  const opened = signal(false);
  const connection = signal<LiveState>({ type: 'connecting' });
  const viewers = signal<Viewer[]>([]);
  /** Moves whenever rows did; `timeline` is the newest fold. */
  const revision = signal(0);
  /** Events not loaded yet, and whether that is under way. */
  const missing = signal(0);
  const loading = signal(false);

  const announce = () => {
    if (announced) return;
    announced = true;
    ports.beforeFrame(() => {
      announced = false;
      if (!stopped) revision.value += 1;
    });
  };

  const learn = (session: SessionSummary) => {
    const before = summary.value;
    // Frames of a socket that was cut may be older than the answer to a request made since.
    if (before && session.lastSeq < before.lastSeq) return;
    summary.value = session;
    // Paths are shown relative to where the session works.
    stale ||= timeline.home === null && session.cwd !== null && timeline.rows.length > 0;
    if (stale) fill();
  };

  const consumer: LiveConsumer = {
    onEvents(events) {
      log.add(events);
      for (const event of events) if (event.seq > timeline.lastSeq) appendEvent(timeline, event);
      announce();
    },
    onFrame(frame) {
      if (frame.type === 'hello' || frame.type === 'summary') learn(frame.session);
      if (frame.type === 'presence') viewers.value = frame.viewers;
      if (frame.type !== 'verdict') return;
      verdicts.set(frame.seq, frame.verdict);
      tellVerdict(timeline, frame.seq, frame.toolUseId, frame.verdict);
      announce();
    },
    onState(state) {
      connection.value = state;
      if (state.type === 'live') fill();
      if (state.type === 'offline' || state.type === 'deleted' || state.type === 'unauthorized') viewers.value = [];
    },
  };

  /** Folds everything loaded anew, a slice at a time. Events that arrive meanwhile are in the log, hence in the new fold too. */
  const refold = async () => {
    const next = newTimeline(summary.value?.cwd ?? null, verdicts);
    let slice = 0;
    for (const segment of log.segments) {
      for (const event of segment.events) {
        appendEvent(next, event);
        slice += 1;
        if (slice % foldedPerSlice === 0) await ports.pause(0);
        if (stopped) return;
      }
    }
    timeline = next;
    unfolded = 0;
    stale = false;
    missing.value = log.holes().reduce((sum, hole) => sum + hole.to - hole.from + 1, 0);
    revision.value += 1;
    settle((seq) => timeline.rowOfSeq.has(seq));
  };

  /** Tells those who wait for what `found` answers for. */
  const settle = (found: (seq: number) => boolean, all = false) => {
    const told = waiters.filter(({ seq }) => all || found(seq));
    waiters = waiters.filter((waiter) => !told.includes(waiter));
    for (const { seq, tell } of told) tell(found(seq));
  };

  const fetchRange = async ({ from, to }: Hole) => {
    for (let after = from - 1; after < to; ) {
      const events = await ports.events(after, Math.min(limits.maxPageEvents, to - after));
      const last = events.at(-1);
      if (!last || stopped) return;
      log.add(events);
      for (const event of events) chars += sizeOf(event, 0);
      after = last.seq;
    }
  };

  /** What to load next: around the event somebody waits for, else the page just before what is there. */
  const nextRange = (): Hole | null => {
    const holes = log.holes();
    const seq = waiters[0]?.seq;
    const around = seq === undefined ? undefined : holes.find((hole) => hole.from <= seq && seq <= hole.to);
    if (around && seq !== undefined) {
      return { from: Math.max(around.from, seq - aroundEvents), to: Math.min(around.to, seq + aroundEvents) };
    }
    const last = holes.at(-1);
    if (!last || chars > maxBackgroundChars) return null;
    return { from: Math.max(last.from, last.to - limits.maxPageEvents + 1), to: last.to };
  };

  const fill = (): void => {
    if (filling) return;
    filling = true;
    fillHoles().finally(() => {
      filling = false;
      loading.value = false;
      settle((seq) => timeline.rowOfSeq.has(seq), true);
    });
  };

  const fillHoles = async () => {
    let failures = 0;
    for (let range = nextRange(); range && !stopped && failures < 5; range = nextRange()) {
      loading.value = true;
      const before = log.size;
      try {
        await fetchRange(range);
      } catch {
        // The connection line tells; what is missing is asked for again.
      }
      unfolded += log.size - before;
      failures = log.size === before ? failures + 1 : 0;
      // A fold costs as much as everything loaded so far: unless somebody waits, it does so until that has grown by half.
      if (waiters.length > 0 || unfolded > Math.max(2000, log.size / 3)) await refold();
      await ports.pause(failures === 0 ? 0 : 1000 * 2 ** failures);
    }
    if ((unfolded > 0 || stale) && !stopped) await refold();
  };

  /** Loads the end, and what is linked to; then goes live and fetches the rest behind the reader's back. */
  const open = async (linkedSeq: number | null) => {
    failure.value = null;
    try {
      const session = await ports.summary();
      learn(session);
      const tail = Math.max(0, session.lastSeq - tailEvents);
      if (session.lastSeq > 0) await fetchRange({ from: tail + 1, to: session.lastSeq });
      if (linkedSeq !== null && linkedSeq >= 1 && linkedSeq <= tail) {
        await fetchRange({ from: Math.max(1, linkedSeq - aroundEvents), to: Math.min(tail, linkedSeq + aroundEvents) });
      }
      if (stopped) return;
      await refold();
      opened.value = true;
      const last = log.segments.at(-1);
      socket = ports.watch(last ? last.from + last.events.length - 1 : 0, consumer);
      fill();
    } catch (error) {
      failure.value = asError(error);
    }
  };

  return {
    summary: computed(() => summary.value),
    failure: computed(() => failure.value),
    opened: computed(() => opened.value),
    connection: computed(() => connection.value),
    viewers: computed(() => viewers.value),
    missing: computed(() => missing.value),
    loading: computed(() => loading.value),
    /** Moves whenever rows or events did. */
    revision: computed(() => revision.value),
    /** The rows as of the newest revision; the same object until they were made anew. */
    timeline: () => timeline,
    log: () => log,
    open,
    /** Loads what is around an event; true once its row is there, false where it can't be had. */
    reveal(seq: number): Promise<boolean> {
      if (timeline.rowOfSeq.has(seq)) return Promise.resolve(true);
      return new Promise((tell) => {
        waiters.push({ seq, tell });
        fill();
      });
    },
    /** Changes the title or the tags; the rest of the answer may already be older than what the socket told. */
    async edit(change: SessionPatch) {
      const { title, tags } = await ports.patch(change);
      if (summary.value) summary.value = { ...summary.value, title, tags };
    },
    async control(action: SessionControl['action']) {
      learn(await ports.control(action));
    },
    async decide(approvalId: string, decision: ApprovalDecision) {
      learn(await ports.decide(approvalId, decision));
    },
    async write(text: string) {
      learn(await ports.write(text));
    },
    async limit(budget: NewSessionBudget) {
      learn(await ports.limit(budget));
    },
    branch: ports.branch,
    async merge(message: boolean) {
      learn(await ports.merge(message));
    },
    remove: ports.remove,
    nudge() {
      socket?.nudge();
    },
    stop() {
      stopped = true;
      socket?.stop();
    },
  };
});

export type Session = InstanceType<typeof SessionModel>;

/** Roughly the characters an event holds; deep parts don't count, they are small or there are few. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || depth > 6) return 8;
  let sum = 16;
  for (const item of Object.values(value)) sum += sizeOf(item, depth + 1);
  return sum;
}
