import * as z from 'zod/mini';
import { Tokens } from './event.ts';
import { SessionStatus } from './session.ts';
import { Snapshot } from './snapshot.ts';

const Side = z
  .string()
  .check(z.regex(/^(ses|snp)_[A-Za-z0-9_-]{1,64}$/, 'Name a session (ses_…) or a snapshot (snp_…) by its id.'));

/** `json` is the answer itself, `markdown` the same to be read. */
export const ComparisonFormat = z.enum(['json', 'markdown'], 'Compare as json or markdown.');
export type ComparisonFormat = z.infer<typeof ComparisonFormat>;

/** Query of `GET /api/compare`. */
export const ComparisonQuery = z.object({ a: Side, b: Side, format: z._default(ComparisonFormat, 'json') });

/** Query of `GET /api/compare/file`. */
export const ComparedFileQuery = z.object({
  a: Side,
  b: Side,
  path: z.string().check(z.minLength(1, 'Name the file by its path in the comparison.')),
});

/** Query of `GET /api/compare/patch`; without `b`, from the first snapshot of the session `a` to its last. */
export const PatchQuery = z.object({ a: Side, b: z.optional(Side) });

/** What a session came to, as a whole. */
export const ComparedFigures = z.object({
  costMicroUsd: z.int(),
  /** Model calls without a known price, which are missing from the cost. */
  unpricedCalls: z.int(),
  tokens: Tokens,
  /** Milliseconds from its first event to its end; to its last event, while it runs. */
  durationMs: z.int(),
  errorCount: z.int(),
  toolCallCount: z.int(),
});
export type ComparedFigures = z.infer<typeof ComparedFigures>;

export const ComparedSide = z.object({
  /** The session, or the session that the snapshot is of. */
  sessionId: z.string(),
  title: z.string(),
  agent: z.string(),
  model: z.nullable(z.string()),
  status: SessionStatus,
  startedAt: z.string(),
  endedAt: z.nullable(z.string()),
  /** Its agent's last words, if there were any. */
  outcome: z.nullable(z.string()),
  /** Null for a snapshot, which has none of its own. */
  figures: z.nullable(ComparedFigures),
  /** The snapshot that was asked for, or the session's latest. */
  snapshot: z.nullable(Snapshot),
  /** Events that were read, from the first one on, and those after them that were not. A snapshot's log ends where it was taken. */
  eventsRead: z.int(),
  eventsLeftOut: z.int(),
});
export type ComparedSide = z.infer<typeof ComparedSide>;

export const CallCount = z.object({ calls: z.int(), failed: z.int(), refused: z.int() });
export type CallCount = z.infer<typeof CallCount>;

export const OwnTool = z.extend(CallCount, { tool: z.string() });
export type OwnTool = z.infer<typeof OwnTool>;
export const CommonTool = z.object({ tool: z.string(), a: CallCount, b: CallCount });
export type CommonTool = z.infer<typeof CommonTool>;

/** Each list by number of calls, the most first. */
export const ComparedTools = z.object({
  onlyA: z.array(OwnTool),
  onlyB: z.array(OwnTool),
  common: z.array(CommonTool),
  /** Tools beyond the cap of a list. */
  leftOut: z.int(),
});
export type ComparedTools = z.infer<typeof ComparedTools>;

/** One tool call on the way. */
export const Step = z.object({
  seq: z.int(),
  tool: z.string(),
  /** The file or command that it was about, on one line; empty where it names none. */
  target: z.string(),
  /** `open`: no end was told; it was interrupted, or runs still. */
  outcome: z.enum(['ok', 'failed', 'refused', 'open']),
});
export type Step = z.infer<typeof Step>;

/** Two steps side by side call the same tool; a step without a partner is by itself. */
export const PathRow = z.object({
  a: z.nullable(Step),
  b: z.nullable(Step),
  /** Both call the same tool on the same thing. */
  same: z.boolean(),
});
export type PathRow = z.infer<typeof PathRow>;

export const ComparedPath = z.object({
  rows: z.array(PathRow),
  /** Steps after the cap, which are not aligned. */
  leftOutA: z.int(),
  leftOutB: z.int(),
});
export type ComparedPath = z.infer<typeof ComparedPath>;

/** From A to B. */
export const FileChange = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** Bytes; null where there is no file, or a link. */
  sizeA: z.nullable(z.int()),
  sizeB: z.nullable(z.int()),
});
export type FileChange = z.infer<typeof FileChange>;

/** How often each session edited it. */
export const EditedFile = z.object({ path: z.string(), editsA: z.int(), editsB: z.int() });
export type EditedFile = z.infer<typeof EditedFile>;

/** From the snapshots, where both sides have one; else from the edits in their logs, which do not know what a command changed. */
export const ComparedFiles = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('snapshots'),
    items: z.array(FileChange),
    /** Files that are the same in both. */
    unchanged: z.int(),
    leftOut: z.int(),
  }),
  /** `leftOut` counts edits, too, of files beyond the cap of one log. */
  z.object({ from: z.literal('edits'), items: z.array(EditedFile), leftOut: z.int() }),
]);
export type ComparedFiles = z.infer<typeof ComparedFiles>;

export const Comparison = z.object({
  a: ComparedSide,
  b: ComparedSide,
  tools: ComparedTools,
  files: ComparedFiles,
  path: ComparedPath,
});
export type Comparison = z.infer<typeof Comparison>;

/** A file on one side. */
export const FileText = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('text'), text: z.string() }),
  /** What the log's edits say of a file whose whole text it does not tell: each piece as the edit left it, the last edit last. */
  z.object({ kind: z.literal('pieces'), pieces: z.array(z.string()), leftOut: z.int() }),
  z.object({ kind: z.literal('binary'), size: z.int() }),
  z.object({ kind: z.literal('too_large'), size: z.int() }),
  /** The log edits it more often, and in longer texts, than a comparison follows. */
  z.object({ kind: z.literal('too_many_edits') }),
  z.object({ kind: z.literal('link'), target: z.string() }),
  /** The log tells that it was deleted, or that it changed without saying how. */
  z.object({ kind: z.literal('deleted') }),
  z.object({ kind: z.literal('unknown') }),
]);
export type FileText = z.infer<typeof FileText>;

/** Answer of `GET /api/compare/file`. */
export const ComparedFile = z.object({ path: z.string(), from: z.enum(['snapshots', 'edits']), a: FileText, b: FileText });
export type ComparedFile = z.infer<typeof ComparedFile>;
