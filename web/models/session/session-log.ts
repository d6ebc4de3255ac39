import type { SessionEvent } from '../../../wire/event.ts';

interface Segment {
  from: number;
  events: SessionEvent[];
}

/** A missing stretch, both ends inclusive. */
export interface Hole {
  from: number;
  to: number;
}

/** The events we hold: seqs have no holes in the session, but pages of them may not have been loaded yet. */
export interface EventLog {
  /** Stretches without holes, in order. */
  readonly segments: readonly Segment[];
  readonly size: number;
  get(seq: number): SessionEvent | undefined;
  /** Adds consecutive events; what is held already is passed over. Answers how many were new. */
  add(events: readonly SessionEvent[]): number;
  /** The missing stretches below the last event held, first ones first. */
  holes(): Hole[];
}

export function newEventLog(): EventLog {
  const segments: Segment[] = [];
  let size = 0;

  /** Index of the last segment that begins at or before `seq`; -1 where none does. */
  const indexFor = (seq: number): number => segments.findLastIndex((segment) => segment.from <= seq);

  const join = (index: number): void => {
    const left = segments[index];
    const right = segments[index + 1];
    if (!left || !right || endOf(left) + 1 !== right.from) return;
    segments.splice(index, 2, { from: left.from, events: left.events.concat(right.events) });
  };

  const addOne = (event: SessionEvent): boolean => {
    const index = indexFor(event.seq);
    const segment = segments[index];
    if (segment && event.seq <= endOf(segment)) return false;
    size += 1;
    const follows = segment && event.seq === endOf(segment) + 1;
    if (follows) segment.events.push(event);
    else segments.splice(index + 1, 0, { from: event.seq, events: [event] });
    join(follows ? index : index + 1);
    return true;
  };

  return {
    segments,
    get size() {
      return size;
    },
    get(seq) {
      const segment = segments[indexFor(seq)];
      return segment?.events[seq - segment.from];
    },
    add(events) {
      let added = 0;
      for (const event of events) if (addOne(event)) added += 1;
      return added;
    },
    holes() {
      const found: Hole[] = [];
      let next = 1;
      for (const segment of segments) {
        if (segment.from > next) found.push({ from: next, to: segment.from - 1 });
        next = endOf(segment) + 1;
      }
      return found;
    },
  };
}

const endOf = (segment: Segment): number => segment.from + segment.events.length - 1;
