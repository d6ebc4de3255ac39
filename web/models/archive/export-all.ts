import { computed, createModel, signal } from '@preact/signals';
import type { ExportFormat } from '../../../wire/export.ts';
import { type ListedSession, partsByFamily, sessionsPerPart, smallerParts } from '../../../wire/export-parts.ts';
import { asError } from '../as-error.ts';

export interface ExportAllPorts {
  /** All sessions that a list names now. */
  list(signal: AbortSignal): Promise<readonly ListedSession[]>;
  /** A file of these sessions; of the organization that has none, where there are none. */
  fetch(ids: readonly string[], format: ExportFormat, signal: AbortSignal): Promise<{ name: string; file: Blob }>;
  /** Whether one import takes the file. */
  fits(file: Blob, format: ExportFormat): Promise<boolean>;
  save(name: string, file: Blob): void;
}

interface Run {
  format: ExportFormat;
  sessions: ReadonlyMap<string, ListedSession>;
  parts: string[][];
  /** Parts that are saved. */
  done: number;
}

/** All sessions in as many files as it takes, one after the other. */
export const ExportAllModel = createModel((ports: ExportAllPorts) => {
  const run = signal<Run | null>(null);
  const going = signal<AbortController | null>(null);
  const failure = signal<string | null>(null);

  const saveNext = async ({ format, sessions, parts, done }: Run, stopped: AbortSignal): Promise<Run> => {
    const ids = parts[done] ?? [];
    const { name, file } = await ports.fetch(ids, format, stopped);
    const smaller = (await ports.fits(file, format)) ? null : smallerParts(ids.flatMap((id) => sessions.get(id) ?? []));
    stopped.throwIfAborted();
    if (smaller) return { format, sessions, parts: parts.toSpliced(done, 1, ...smaller), done };
    ports.save(partName(name, done + 1, parts.length), file);
    return { format, sessions, parts, done: done + 1 };
  };
  const work = async (begin: (stopped: AbortSignal) => Promise<Run>) => {
    if (going.peek()) return;
    const mine = new AbortController();
    going.value = mine;
    failure.value = null;
    try {
      for (let now = await begin(mine.signal); ; now = await saveNext(now, mine.signal)) {
        if (mine.signal.aborted) return;
        const isOver = now.done === now.parts.length;
        run.value = isOver ? null : now;
        if (isOver) return;
      }
    } catch (error) {
      if (!mine.signal.aborted) failure.value = asError(error).message;
    } finally {
      if (going.peek() === mine) going.value = null;
    }
  };
  const partOf = (now: Run) => `Part ${now.done + 1} of ${now.parts.length}`;
  return {
    busy: computed(() => going.value !== null),
    /** `Part 2 of 4`, while it comes or after it failed. */
    part: computed(() => (run.value ? partOf(run.value) : null)),
    failure: computed(() => failure.value),
    start: (format: ExportFormat) =>
      work(async (stopped) => {
        run.value = null;
        const sessions = await everySession(ports, stopped);
        return { format, sessions, parts: partsByFamily([...sessions.values()], sessionsPerPart[format]), done: 0 };
      }),
    /** Takes up at the part that failed. */
    goOn() {
      const failed = run.peek();
      return failed ? work(async () => failed) : undefined;
    },
    /** Ends it; what is saved stays. */
    stop() {
      going.peek()?.abort();
      going.value = null;
      run.value = null;
      failure.value = null;
    },
  };
});

/** The list is read until it has nothing new: a session that goes on meanwhile moves to its front, past the page that comes next. */
async function everySession(ports: ExportAllPorts, stopped: AbortSignal): Promise<ReadonlyMap<string, ListedSession>> {
  const found = new Map<string, ListedSession>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const session of await ports.list(stopped)) found.set(session.id, session);
  }
  return found;
}

/** `flightdeck-export.tar.gz` as `flightdeck-export-2-of-4.tar.gz`. */
const partName = (name: string, part: number, of: number): string =>
  of > 1 ? name.replace(/^[^.]*/, (stem) => `${stem}-${part}-of-${of}`) : name;
