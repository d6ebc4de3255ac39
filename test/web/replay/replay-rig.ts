import { signal } from '@preact/signals';
import { ReplayModel } from '../../../web/models/replay/replay.ts';
import { newEventLog } from '../../../web/models/session/session-log.ts';
import { appendEvent } from '../../../web/models/session/session-timeline.ts';
import { newTimeline, type Timeline } from '../../../web/models/session/session-timeline-state.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { session as summaryWith } from '../session/session-fixture.ts';

/** A session whose events are held in part, and its replay on a clock that a test moves. */
export function replayed(events: readonly SessionEvent[], held: (seq: number) => boolean = () => true) {
  const log = newEventLog();
  const add = (some: readonly SessionEvent[]) => {
    // Only consecutive events are added together.
    for (const event of some) log.add([event]);
  };
  add(events.filter(({ seq }) => held(seq)));
  const summary = signal(summaryWith({ lastSeq: events.length, cwd: '/home/dev/project' }));
  const revision = signal(0);
  const whole = newTimeline('/home/dev/project');
  const asked: number[] = [];
  const isCalm = { value: false };
  let nowMs = 0;
  let due: { task: () => void; atMs: number } | null = null;
  const replay = new ReplayModel(
    {
      summary,
      revision,
      timeline: () => whole,
      log: () => log,
      async reveal(seq: number) {
        asked.push(seq);
        add(events.slice(Math.max(0, seq - 3), seq + 2));
        return log.get(seq) !== undefined;
      },
    },
    {
      now: () => nowMs,
      schedule(task, afterMs) {
        const mine = { task, atMs: nowMs + afterMs };
        due = mine;
        return () => {
          if (due === mine) due = null;
        };
      },
      pause: () => Promise.resolve(),
      isCalm: () => isCalm.value,
    },
  );
  return {
    replay,
    log,
    asked,
    summary,
    isCalm,
    /** What was loaded behind the reader's back. */
    load(seqs: readonly number[]) {
      add(events.filter(({ seq }) => seqs.includes(seq)));
      revision.value += 1;
      replay.refresh();
    },
    /** Lets time go by, one timer after the other. */
    async wait(ms: number) {
      const untilMs = nowMs + ms;
      for (let next = due; next && next.atMs <= untilMs; next = due) {
        nowMs = next.atMs;
        due = null;
        next.task();
        await settled();
      }
      nowMs = untilMs;
    },
    isIdle: () => due === null,
  };
}

/** Lets everything that was asked for be done. */
export const settled = () => new Promise((done) => setImmediate(done));

/** The session folded from its start to an event, of what is held of it. */
export function foldedTo(log: ReturnType<typeof newEventLog>, seq: number): Timeline {
  const timeline = newTimeline('/home/dev/project');
  for (const { events } of log.segments) for (const event of events) if (event.seq <= seq) appendEvent(timeline, event);
  return timeline;
}
