import { computed, createModel, signal } from '@preact/signals';
import type { Session } from '../session/session.ts';
import { advance, type Speed, speeds } from './replay-clock.ts';
import { type Fold, foldOn, missingUpTo, newFold } from './replay-fold.ts';
import { nearest, type StopKind, stopFinder } from './replay-stops.ts';

/** What of a session is replayed; a reader may look at a replay in the session's place. */
export type Replayed = Pick<Session, 'summary' | 'revision' | 'timeline' | 'log' | 'reveal'>;

export interface ReplayPorts {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Runs a task once after so long; the answer calls it off. */
  schedule(task: () => void, afterMs: number): () => void;
  /** Resolves after `ms`; 0 lets the screen draw. */
  pause(ms: number): Promise<void>;
  /** Whether the reader wants few things to move: then a replay goes on in steps, not by the frame. */
  isCalm(): boolean;
}

const foldedPerSlice = 4000;
/** Screens draw no more often. */
const shortestTickMs = 16;
const calmTickMs = 500;
/** A clock that is shown moves at least so often. */
const longestTickMs = 250;
/** A tab that slept does not catch up in one leap. */
const longestStepMs = 1000;

/** Any moment of a session, live or archived: its rows, its figures and its files as they were after one of its events. */
export const ReplayModel = createModel((session: Replayed, ports: ReplayPorts) => {
  /** The event after which the session is shown; null shows it as it is. */
  const at = signal<number | null>(null);
  const playing = signal(false);
  const speed = signal<Speed>(1);
  const waiting = signal(false);
  const silenceMs = signal<number | null>(null);
  /** Moves whenever the fold did. */
  const revision = signal(0);
  /** What is shown, and after which event it stands. */
  let fold: Fold | null = null;
  let foldedSeq = 0;
  /** An order is being carried out. */
  let settling = false;
  /** Counts what was asked for: whatever was asked for before is given up. */
  let asked = 0;
  let callOff: (() => void) | null = null;
  let creditMs = 0;
  let tickedMs = 0;
  const findStops = stopFinder();

  const lastSeq = computed(() => Math.max(1, session.summary.value?.lastSeq ?? 1));
  const within = (seq: number) => Math.max(1, Math.min(lastSeq.peek(), Math.round(seq)));
  const stops = computed(() => {
    session.revision.value;
    return findStops(session.log());
  });

  const isStale = (held: Fold, seq: number): boolean =>
    held.timeline.lastSeq > seq ||
    held.timeline.home !== session.timeline().home ||
    missingUpTo(session.log(), seq) !== held.missing;

  /** Brings the fold to where the replay is, a slice at a time; true unless something else was asked for meanwhile. */
  const settle = async (): Promise<boolean> => {
    asked += 1;
    const mine = asked;
    const seq = at.peek();
    if (seq === null) return false;
    settling = true;
    if (!session.log().get(seq)) {
      waiting.value = true;
      await session.reveal(seq);
      if (mine !== asked) return false;
    }
    waiting.value = false;
    const { home, verdicts } = session.timeline();
    // Forward it only grows: what was missing below is counted as of the fold.
    const kept = fold && fold.timeline.lastSeq <= seq && !isStale(fold, fold.timeline.lastSeq) ? fold : null;
    const next = kept ?? newFold(home, verdicts);
    while (!foldOn(next, session.log(), seq, foldedPerSlice)) {
      await ports.pause(0);
      if (mine !== asked) return false;
    }
    fold = next;
    foldedSeq = seq;
    settling = false;
    revision.value += 1;
    return true;
  };

  const moveTo = (seq: number): Promise<boolean> => {
    at.value = within(seq);
    silenceMs.value = null;
    creditMs = 0;
    return settle();
  };

  const pause = () => {
    callOff?.();
    callOff = null;
    playing.value = false;
    silenceMs.value = null;
  };

  const tickIn = (ms: number) => {
    callOff?.();
    const shortestMs = ports.isCalm() ? calmTickMs : shortestTickMs;
    callOff = ports.schedule(tick, Math.max(shortestMs, Math.min(longestTickMs, ms)));
  };

  const tick = () => {
    const seq = at.peek();
    if (!playing.peek() || seq === null || !fold) return;
    const nowMs = ports.now();
    creditMs += Math.min(longestStepMs, nowMs - tickedMs) * speed.peek();
    tickedMs = nowMs;
    const reached = advance(session.log(), { seq, clockMs: fold.clockMs }, creditMs, foldedPerSlice);
    creditMs = reached.leftMs;
    if (reached.seq !== seq) {
      at.value = reached.seq;
      foldOn(fold, session.log(), reached.seq);
      foldedSeq = reached.seq;
      revision.value += 1;
    }
    silenceMs.value = reached.silenceMs;
    if (reached.seq >= lastSeq.peek()) return pause();
    // On to an event that is not loaded yet.
    if (reached.nextInMs === null) return void go(reached.seq + 1);
    tickIn(reached.nextInMs / speed.peek());
  };

  const goOn = () => {
    tickedMs = ports.now();
    tickIn(0);
  };

  const play = async () => {
    const seq = at.peek();
    if (seq === null || playing.peek()) return;
    playing.value = true;
    // At the end, there is only the beginning to play.
    if ((seq >= lastSeq.peek() || !fold) && !(await moveTo(seq >= lastSeq.peek() ? 1 : seq))) return;
    goOn();
  };

  const go = async (seq: number): Promise<void> => {
    callOff?.();
    if ((await moveTo(seq)) && playing.peek()) goOn();
  };

  return {
    at: computed(() => at.value),
    playing: computed(() => playing.value),
    speed: computed(() => speed.value),
    /** An event is being fetched. */
    waiting: computed(() => waiting.value),
    /** How long the silence was that is played shortened at this moment. */
    silenceMs: computed(() => silenceMs.value),
    lastSeq,
    stops,
    /** What the replay shows; null where it shows the session as it is. */
    moment: computed(() => {
      revision.value;
      if (at.value === null || !fold) return null;
      const { timeline, clockMs, figures, missing } = fold;
      const calls = [...timeline.tools.values()].reduce((sum, count) => sum + count, 0);
      return { seq: foldedSeq, clockMs, figures, calls, errors: timeline.errors.length, isWhole: missing === 0 };
    }),
    // In the session's place, for whoever reads its rows.
    revision: computed(() => revision.value + session.revision.value),
    timeline: () => (at.value !== null && fold ? fold.timeline : session.timeline()),
    log: session.log,
    /** An event that has not happened yet in the replay is where it goes. */
    async reveal(seq: number): Promise<boolean> {
      const now = at.peek();
      if (now === null || seq <= now) return session.reveal(seq);
      if (seq > lastSeq.peek()) return false;
      await go(seq);
      return fold?.timeline.rowOfSeq.has(seq) ?? false;
    },
    /** Shows the session as it was after an event, from then on. */
    go,
    step: (by: 1 | -1) => go((at.peek() ?? 1) + by),
    /** To the nearest stop of a kind; false where there is none that way. */
    async jump(kind: StopKind, by: 1 | -1): Promise<boolean> {
      const seq = nearest(stops.peek()[kind], at.peek() ?? 1, by);
      if (seq === undefined) return false;
      await go(seq);
      return true;
    },
    play,
    pause,
    setSpeed(next: Speed) {
      speed.value = next;
    },
    faster() {
      speed.value = speeds[speeds.indexOf(speed.peek()) + 1] ?? speed.peek();
    },
    slower() {
      speed.value = speeds[speeds.indexOf(speed.peek()) - 1] ?? speed.peek();
    },
    /** Events were loaded since, maybe some from before this moment. */
    refresh() {
      const seq = at.peek();
      if (seq !== null && fold && !settling && isStale(fold, seq)) void settle();
    },
    /** Back to the session as it is. */
    leave() {
      pause();
      asked += 1;
      settling = false;
      at.value = null;
      fold = null;
      waiting.value = false;
      revision.value += 1;
    },
  };
});

export type Replay = InstanceType<typeof ReplayModel>;
