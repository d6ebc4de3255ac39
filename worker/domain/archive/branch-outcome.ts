import type { BranchOutcome } from '../../../wire/branch.ts';
import type { Control, EventType, SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { clip } from '../clip.ts';
import { type Draft, noteDraft } from '../draft.ts';
import { dollars } from '../limits/dollars.ts';
import { durationMsOf } from '../session.ts';
import type { BranchedLog } from './branched-log.ts';
import { filesIn } from './changed-files.ts';

type Branch = Pick<
  SessionSummary,
  'id' | 'title' | 'status' | 'costMicroUsd' | 'tokens' | 'startedAt' | 'endedAt' | 'lastEventAt' | 'cwd'
> &
  Partial<Pick<SessionSummary, 'branch' | 'gitBranch'>>;
type Person = NonNullable<Control['by']>;

const maxWordsLength = 1500;

/** What an agent or a person does in a session; telemetry and bookkeeping change no outcome. */
const work: ReadonlySet<EventType> = new Set([
  'prompt',
  'message',
  'tool.started',
  'tool.finished',
  'tool.failed',
  'subagent.finished',
  'turn.finished',
]);

/** What a branch came to by now, as far as its log was read; null while it has done nothing. */
export function outcomeOf({ events }: BranchedLog, session: Branch): BranchOutcome | null {
  const seq = events.findLast(({ type }) => work.has(type))?.seq;
  if (seq === undefined) return null;
  const files = filesIn(events, session.cwd);
  const { input, output, cacheRead, cacheWrite } = session.tokens;
  return {
    seq,
    words: clip(wordsIn(events), maxWordsLength),
    files: files.slice(0, limits.maxOutcomeFiles).map((file) => clip(file, maxFileLength)),
    fileCount: files.length,
    costMicroUsd: session.costMicroUsd,
    tokens: input + output + cacheRead + cacheWrite,
    durationMs: durationMsOf(session),
  };
}

const maxFileLength = 200;

function wordsIn(events: readonly SessionEvent[]): string {
  const said = events.findLast(
    ({ type, text, subagentId }) => subagentId === undefined && (type === 'message' || type === 'turn.finished') && text?.trim(),
  );
  return said?.text?.trim() ?? '';
}

/** Why there is nothing to give back; undefined where there is. */
export function mergeRefusal({ branch }: Branch, outcome: BranchOutcome | null): string | undefined {
  if (!branch) return 'This session is no branch: there is no parent to give its outcome to.';
  if (!outcome) return 'This branch has done nothing yet.';
  if ((branch.mergedSeq ?? 0) < outcome.seq) return undefined;
  return 'Its outcome was given to its parent already, and it has done nothing since.';
}

/** The outcome as the parent's agent reads it. */
export function outcomeWords({ title, status, cwd, gitBranch }: Branch, outcome: BranchOutcome): string {
  const { words, files, fileCount, costMicroUsd, tokens } = outcome;
  const rest = fileCount > files.length ? `\n- and ${fileCount - files.length} more` : '';
  const place = [cwd && `in ${cwd}`, gitBranch && `on the git branch ${gitBranch}`].filter(Boolean).join(', ');
  const parts = [
    `The branch “${title}” of this session (${status.replace('_', ' ')}) came to this, for ${dollars(costMicroUsd)} and ${tokens} tokens:`,
    words,
    fileCount === 0
      ? 'It changed no files that we know of.'
      : `It changed:\n${files.map((file) => `- ${file}`).join('\n')}${rest}`,
    place === '' ? '' : `It worked ${place}.`,
  ];
  return clip(parts.filter((part) => part !== '').join('\n\n'), limits.maxMessageLength);
}

/** The outcome in the log of the parent; given twice it is there once. */
export function branchMergedDraft(session: Branch, outcome: BranchOutcome, by: Person): Draft {
  const control: Control = { action: 'branch_merged', by, childId: session.id, branch: session.branch, outcome };
  return { ...noteDraft(control, outcomeWords(session, outcome)), key: `merge:${session.id}:${outcome.seq}` };
}

/** The same in the log of the branch. */
export function mergedDraft(outcome: BranchOutcome, by: Person): Draft {
  return { ...noteDraft({ action: 'merged', by, outcome }, 'its outcome was given to its parent'), key: `merged:${outcome.seq}` };
}
