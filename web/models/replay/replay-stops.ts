import type { SessionEvent } from '../../../wire/event.ts';
import type { EventLog } from '../session/session-log.ts';
import { toolFamily } from '../session/session-tool.ts';

/** What one jumps to in a replay. */
export const stopKinds = ['prompt', 'error', 'approval', 'change'] as const;
export type StopKind = (typeof stopKinds)[number];

/** The seqs of each kind that are loaded, in order. */
export type Stops = Readonly<Record<StopKind, readonly number[]>>;

export function isStop(kind: StopKind, event: SessionEvent): boolean {
  const { type, ok, approval, tool = '' } = event;
  switch (kind) {
    case 'prompt':
      return type === 'prompt';
    case 'error':
      return type === 'tool.failed' || ok === false;
    case 'approval':
      return approval !== undefined || type === 'permission.requested';
    case 'change':
      return type === 'tool.finished' && ok !== false && toolFamily(tool) === 'edit';
    default:
      return kind satisfies never;
  }
}

type Found = Record<StopKind, number[]>;
const none = (): Found => ({ prompt: [], error: [], approval: [], change: [] });

/** Finds the stops of a log, and of what was added to it since: each event is looked at once, unless stretches have grown together. */
export function stopFinder(): (log: EventLog) => Stops {
  const seen = new WeakMap<EventLog['segments'][number], { count: number; found: Found }>();
  return (log) => {
    const all = none();
    for (const segment of log.segments) {
      const known = seen.get(segment) ?? { count: 0, found: none() };
      seen.set(segment, known);
      for (; known.count < segment.events.length; known.count += 1) {
        const event = segment.events[known.count];
        if (event) for (const kind of stopKinds) if (isStop(kind, event)) known.found[kind].push(event.seq);
      }
      for (const kind of stopKinds) for (const seq of known.found[kind]) all[kind].push(seq);
    }
    return all;
  };
}

/** The nearest stop after a seq, or before it. */
export const nearest = (seqs: readonly number[], seq: number, step: 1 | -1): number | undefined =>
  step > 0 ? seqs.find((other) => other > seq) : seqs.findLast((other) => other < seq);

/** Which of so many equal parts of 1 … `lastSeq` hold a stop: a hundred thousand marks would be one grey bar anyway. */
export function markedParts(seqs: readonly number[], lastSeq: number, parts: number): number[] {
  const marked = new Set<number>();
  for (const seq of seqs) marked.add(lastSeq <= 1 ? 0 : Math.round(((seq - 1) / (lastSeq - 1)) * (parts - 1)));
  return [...marked];
}
