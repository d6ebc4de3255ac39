import * as z from 'zod/mini';
import { AgentName } from './agent.ts';
import { BranchOrigin } from './branch.ts';
import { SessionEvent } from './event.ts';
import { limits } from './limits.ts';
import { SessionBudget, SessionSummary, SessionTokenBudget } from './session.ts';
import { Manifest, Snapshot } from './snapshot.ts';

/** What a file says of itself first. A reader of version 1 refuses every other; fields may be added within a version, none change or go. */
export const exportFormat = 'flightdeck.sessions';
export const exportVersion = 1;

/** How a JSON export begins and ends; between them is a line for each session, for each event, and for the end of each. */
export const exportHead = `{"format":"${exportFormat}","version":${exportVersion},"sessions":[`;
export const exportTail = '\n]}\n';

/** The head of a part of a file, which names sessions of other parts. */
export const exportHeadWith = (elsewhere: Record<string, string>): string =>
  exportHead.replace('"sessions"', () => `"elsewhere":${JSON.stringify(elsewhere)},"sessions"`);

const time = z.iso.datetime('A time is ISO 8601 in UTC, like 2026-11-21T08:30:00.000Z.');
/** Ids and names; what the room keeps of them lies in one row. */
const word = z.string().check(z.maxLength(limits.maxFactLength, `This has at most ${limits.maxFactLength} characters.`));
const fact = z.nullable(word);
const words = z.optional(word);
const seq = z.int('A number of an event is a whole one.').check(z.gte(0, 'Events count from 1.'));
const count = z.int().check(z.gte(0, 'This cannot be negative.'), z.lte(Number.MAX_SAFE_INTEGER));

const longText = (maxLength: number) => z.string().check(z.maxLength(maxLength, `This has at most ${maxLength} characters.`));

/** All of `SessionSummary` but what is only true of an organization that imported it, and what is only true while its agent works. */
const History = z.omit(SessionSummary, { imported: true, hold: true, approvals: true, collisions: true, request: true });

/** A session's summary as it is exported. Every text in it has a cap: what is imported lies in one row. */
export const ExportedSummary = z.extend(History, {
  id: word,
  externalId: z
    .string()
    .check(
      z.minLength(1, 'A session has an id of its agent’s.'),
      z.maxLength(limits.maxExternalIdLength, `An agent’s id has at most ${limits.maxExternalIdLength} characters.`),
    ),
  projectId: word,
  userId: word,
  agent: AgentName,
  title: z.string().check(z.maxLength(limits.maxTitleLength, `A title has at most ${limits.maxTitleLength} characters.`)),
  model: fact,
  cwd: fact,
  repository: fact,
  gitBranch: fact,
  startedAt: time,
  endedAt: z.nullable(time),
  lastEventAt: time,
  eventCount: count,
  refusedCount: count,
  budget: z.nullable(z.extend(SessionBudget, { budgetId: words })),
  tokenBudget: z.optional(z.extend(SessionTokenBudget, { budgetId: words })),
  parentId: fact,
  branch: z.optional(
    z.extend(BranchOrigin, {
      fromSeq: seq,
      snapshotId: fact,
      name: fact,
      description: z.nullable(longText(limits.maxMessageLength)),
      madeAt: time,
    }),
  ),
  outcome: z.optional(longText(limits.maxOutcomeLength)),
  tags: z
    .array(z.string().check(z.maxLength(limits.maxTagLength, `A tag has at most ${limits.maxTagLength} characters.`)))
    .check(z.maxLength(limits.maxTags, `A session has at most ${limits.maxTags} tags.`)),
  lastSeq: seq,
  activity: word,
});
export type ExportedSummary = z.infer<typeof ExportedSummary>;

/** An event as it is exported: all of `SessionEvent`. */
export const ExportedEvent = z.extend(SessionEvent, {
  seq,
  id: word,
  at: time,
  receivedAt: time,
  tool: words,
  toolUseId: words,
  hook: words,
  subagentId: words,
  subagentType: words,
  parentToolUseId: words,
  promptId: words,
});
export type ExportedEvent = z.infer<typeof ExportedEvent>;

/** A snapshot as an archive has it: what is known of it, and its manifest. */
export const ArchivedSnapshot = z.strictObject({
  snapshot: z.extend(Snapshot, {
    id: word,
    sessionId: word,
    projectId: word,
    name: z.nullable(longText(limits.maxTitleLength)),
    seq,
    gitHead: fact,
    fileCount: count,
    bytes: count,
    leftOutCount: count,
    createdBy: word,
    createdAt: time,
  }),
  ...Manifest.shape,
});
export type ArchivedSnapshot = z.infer<typeof ArchivedSnapshot>;

export const ExportedSession = z.object({ session: ExportedSummary, events: z.array(ExportedEvent) });
export type ExportedSession = z.infer<typeof ExportedSession>;

const sessionId = z.string().check(z.regex(/^ses_[a-z2-7]{20}$/, 'This is no id of a session.'));

/** Of a file that is imported in parts. */
export const Elsewhere = z.record(sessionId, sessionId).check(
  z.refine((ids) => Object.keys(ids).length <= limits.maxElsewhereSessions, {
    error: `A part names at most ${limits.maxElsewhereSessions} sessions of others.`,
  }),
);

export type Elsewhere = z.infer<typeof Elsewhere>;

/** A JSON export. Its schema is published at `GET /api/export-schema`. */
export const ExportDocument = z.object({
  format: z.literal(exportFormat),
  version: z.literal(exportVersion),
  /** Sessions that this one names and that were imported before it, of the same whole: their ids there, and what they are here. */
  elsewhere: z.optional(Elsewhere),
  /** In the order of their starts, then of agent and external id. */
  sessions: z.array(ExportedSession),
});
export type ExportDocument = z.infer<typeof ExportDocument>;

/** In an order that does not hang on the ids which an organization gives. */
export const inExportOrder = (one: OrderedSession, other: OrderedSession): number =>
  compare(one.startedAt, other.startedAt) || compare(one.agent, other.agent) || compare(one.externalId, other.externalId);

type OrderedSession = Pick<ExportedSummary, 'startedAt' | 'agent' | 'externalId'>;

const compare = (one: string, other: string): number => {
  if (one === other) return 0;
  return one < other ? -1 : 1;
};

/** `json` can be imported, `markdown` is to be read, `archive` is all there is: logs, manifests of snapshots and what they hold, as a tar.gz. */
export const ExportFormat = z.enum(['json', 'markdown', 'archive'], 'Export as json, markdown or archive.');
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Query of `GET /api/sessions/:id/export`. */
export const ExportQuery = z.object({ format: z._default(ExportFormat, 'json') });

/** Body of `POST /api/exports`: these sessions, or all of the organization or of a project of it. */
export const NewExport = z
  .object({
    format: z._default(ExportFormat, 'json'),
    sessionIds: z.optional(
      z
        .array(word)
        .check(
          z.minLength(1, 'Name a session.'),
          z.maxLength(limits.maxTransferSessions, `Export at most ${limits.maxTransferSessions} sessions at once.`),
        ),
    ),
    all: z.optional(z.literal(true)),
    /** With `all`. */
    project: z.optional(word),
    /** With `sessionIds`: leaves out what was deleted since it was listed. */
    ifThere: z.optional(z.literal(true)),
  })
  .check(
    z.refine(({ sessionIds, all }) => (sessionIds === undefined) !== (all === undefined), {
      path: ['sessionIds'],
      error: 'Name sessions (sessionIds), or say all: true.',
    }),
  );
export type NewExport = z.infer<typeof NewExport>;
