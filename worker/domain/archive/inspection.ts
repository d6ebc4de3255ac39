import * as z from 'zod/mini';
import { Elsewhere, ExportedSummary, exportFormat, exportVersion } from '../../../wire/export.ts';
import { limits } from '../../../wire/limits.ts';
import { redactSummary } from '../redact/redact.ts';
import { readExportedEvent } from './exported-event.ts';
import { type FileProblem, issuesAt } from './file-problem.ts';
import type { JsonPath, JsonPiece } from './json-pieces.ts';
import { readPiece, wrong } from './read-piece.ts';
import { type Hash, hashEvent, hashSummary } from './session-identity.ts';

/** A session of a file that was read to its end. */
export interface FileSession {
  session: ExportedSummary;
  eventCount: number;
  /** Equal for sessions that are the same. */
  digest: string;
}

/** What is wrong with a file, all of it counted and the first of it listed; or its sessions. */
export type Inspected =
  | { ok: true; sessions: FileSession[]; elsewhere: ReadonlyMap<string, string> }
  | { ok: false; problems: FileProblem[]; count: number };

type FinishedHash = Hash & { digest(): string };

interface Ports {
  nowMs: number;
  newHash(): FinishedHash;
}

/** Clocks differ; a day is no clock. */
const futureMs = 24 * 3600_000;

/** The values of a JSON export that are read one by one. */
export function isExportPiece(path: JsonPath): boolean {
  if (path[0] !== 'sessions' || typeof path[1] !== 'number') return false;
  return (
    (path.length === 3 && path[2] === 'session') || (path.length === 4 && path[2] === 'events' && typeof path[3] === 'number')
  );
}

export const exportPieceLimits = {
  maxLength: limits.maxHookBytes,
  // Values within an event are as deep as we store them; the event itself and its field are around them.
  maxDepth: limits.maxJsonDepth + 2,
};

/** Looks through a whole file before anything of it is written: one piece at a time, and at the end at what was around them. */
export class Inspection {
  private readonly ports: Ports;
  private readonly sessions: Draft[] = [];
  private readonly problems: FileProblem[] = [];
  private problemCount = 0;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  add({ path, text, wrong: flaw }: JsonPiece): void {
    const index = Number(path[1]);
    const at = pathText(path);
    const session = this.sessionAt(index, `sessions[${index}]`);
    if (!session) return;
    if (path[2] === 'session') session.summaries += 1;
    if (flaw === 'too long') this.report({ path: at, message: `This has more than ${limits.maxHookBytes} characters.` });
    else if (flaw) this.report({ path: at, message: `This is nested deeper than ${limits.maxJsonDepth} levels.` });
    else if (path[2] === 'session') this.addSummary(session, text, at);
    else this.addEvent(session, text, at, Number(path[3]));
    if (path[2] === 'events') session.eventCount += 1;
  }

  /** `skeleton` as of `JsonPieces`. */
  finish(skeleton: string | undefined): Inspected {
    const around = readSkeleton(skeleton);
    // What another format, or another version, has within its sessions is no problem of ours.
    if (!around.isOurs) return { ok: false, problems: around.problems, count: around.problems.length };
    this.report(...around.problems);
    const sessions = this.sessions.map((draft, index) => this.finishSession(draft, `sessions[${index}]`));
    this.findTwins(sessions);
    const whole = sessions.filter((session) => session !== null);
    if (this.problemCount > 0) return { ok: false, problems: this.problems, count: this.problemCount };
    return { ok: true, sessions: whole, elsewhere: new Map(Object.entries(around.elsewhere ?? {})) };
  }

  private sessionAt(index: number, path: string): Draft | undefined {
    // A few bytes can count to millions. That there are too many is said once, of the list as a whole.
    if (index >= limits.maxImportSessions) return undefined;
    while (this.sessions.length <= index) this.sessions.push({ eventCount: 0, summaries: 0, hash: this.ports.newHash() });
    // Sessions come one after the other, unless the list itself is there twice.
    if (index === this.sessions.length - 1) return this.sessions[index];
    this.report({ path, message: 'The list of sessions is there twice.' });
    return undefined;
  }

  private addSummary(draft: Draft, text: string, path: string): void {
    const read = draft.summaries > 1 ? wrong(path, 'This is there twice.') : readPiece(ExportedSummary, text, path);
    if (!read.ok) {
      this.report(...read.problems);
      return;
    }
    draft.session = redactSummary(read.value);
    for (const name of ['startedAt', 'endedAt', 'lastEventAt'] as const)
      if (this.isFuture(read.value[name])) this.report({ path: `${path}.${name}`, message: notYet });
  }

  private addEvent(draft: Draft, text: string, path: string, index: number): void {
    const isInPlace = index === draft.eventCount;
    const read = isInPlace ? readExportedEvent(text, path, index + 1) : wrong(path, 'The list of events is there twice.');
    if (!read.ok) {
      this.report(...read.problems);
      return;
    }
    if (this.isFuture(read.value.receivedAt)) this.report({ path: `${path}.receivedAt`, message: notYet });
    hashEvent(draft.hash, read.value);
  }

  private finishSession({ session, eventCount, hash }: Draft, path: string): FileSession | null {
    if (!session) return null;
    for (const name of ['lastSeq', 'eventCount'] as const) {
      const said = session[name];
      if (said !== eventCount)
        this.report({ path: `${path}.session.${name}`, message: `It says ${said}, and there are ${eventCount} events.` });
    }
    hashSummary(hash, session);
    return { session, eventCount, digest: hash.digest() };
  }

  private findTwins(sessions: (FileSession | null)[]): void {
    const firsts = new Map<string, number>();
    for (const [index, found] of sessions.entries()) {
      if (!found) continue;
      const key = JSON.stringify([found.session.agent, found.session.externalId]);
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, index);
      else this.report({ path: `sessions[${index}].session.externalId`, message: `It is there already, as sessions[${first}].` });
    }
  }

  private isFuture(time: string | null): boolean {
    return time !== null && Date.parse(time) > this.ports.nowMs + futureMs;
  }

  private report(...problems: FileProblem[]): void {
    this.problemCount += problems.length;
    this.problems.push(...problems.slice(0, Math.max(0, limits.maxImportProblems - this.problems.length)));
  }
}

/** A session while its pieces come. */
interface Draft {
  session?: ExportedSummary;
  /** How often its summary came. */
  summaries: number;
  eventCount: number;
  hash: FinishedHash;
}

const notYet = 'This lies in the future.';
const tooMany = { path: 'sessions', message: `Import at most ${limits.maxImportSessions} sessions at once.` };

const Skeleton = z.strictObject({
  format: z.literal(exportFormat),
  version: z.literal(exportVersion),
  elsewhere: z.optional(Elsewhere),
  sessions: z
    .array(z.strictObject({ session: z.literal(0), events: z.array(z.literal(0)) }))
    .check(z.minLength(1, 'There is no session in it.')),
});

interface Around {
  isOurs: boolean;
  problems: FileProblem[];
  elsewhere?: Elsewhere | undefined;
}

function readSkeleton(skeleton: string | undefined): Around {
  const foreign = (path: string, message: string) => ({ isOurs: false, problems: [{ path, message }] });
  const noExport = foreign('file', `This is no export of Flightdeck: it has no "format": "${exportFormat}".`);
  if (skeleton === undefined) return noExport;
  let value: unknown;
  try {
    value = JSON.parse(skeleton);
  } catch {
    return foreign('file', 'This is not valid JSON, or its end is missing.');
  }
  if (typeof value !== 'object' || value === null || Reflect.get(value, 'format') !== exportFormat) return noExport;
  const version = JSON.stringify(Reflect.get(value, 'version'));
  if (version !== String(exportVersion))
    return foreign('version', `This reads version ${exportVersion}, and the file has version ${version ?? 'none'}.`);
  const sessions: unknown = Reflect.get(value, 'sessions');
  // Not by the schema, which would say of each what is wrong with it.
  if (Array.isArray(sessions) && sessions.length > limits.maxImportSessions) return { isOurs: true, problems: [tooMany] };
  const parsed = Skeleton.safeParse(value);
  if (parsed.success) return { isOurs: true, problems: [], elsewhere: parsed.data.elsewhere };
  return {
    isOurs: true,
    problems: issuesAt('', parsed.error.issues).map(({ path, ...issue }) => ({ path: path.slice(1), ...issue })),
  };
}

const pathText = (path: JsonPath): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`)).join('');
