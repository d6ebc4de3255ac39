import type { BranchOrigin } from '../../../wire/branch.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { clip, oneLine, shortened } from '../clip.ts';
import type { BranchedLog } from './branched-log.ts';
import { filesIn } from './changed-files.ts';
import { openQuestion } from './open-question.ts';

type Wish = Pick<BranchOrigin, 'fromSeq' | 'snapshotId' | 'name' | 'description'>;

const maxPrompts = 8;
const maxPromptLength = 500;
const maxMessages = 3;
const maxMessageLength = 1000;
const maxFiles = 50;
const maxFileLength = 100;

/**
 * What the agent of a branch reads first: what was asked for, said and touched by then, and what is open. A pure function of the log, at
 * most `maxBranchPromptLength` long. It begins with a word, because a dash would be taken for an option where it is an argument.
 */
export function branchPrompt({ session, events, skipped }: BranchedLog, wish: Wish): string {
  const sections = [
    opening(session, wish),
    section('What this branch is for', purposeOf(wish)),
    section('What was asked for', promptsIn(events)),
    section('What was said last', messagesIn(events)),
    section('Files that were changed', fileLines(filesIn(events, session.cwd))),
    section('What is open', openQuestion(events)),
    skipped > 0 ? `(${skipped} events in the middle of the session are left out of this summary.)` : '',
    closing(wish),
  ];
  return clip(sections.filter((text) => text !== '').join('\n\n'), limits.maxBranchPromptLength);
}

function opening({ title }: BranchedLog['session'], { fromSeq, snapshotId }: Wish): string {
  const files =
    snapshotId === null
      ? 'There is no snapshot of its files: look at what is in your folder before you rely on it.'
      : 'The files in your folder are a copy of what its files were then; nobody else works in them.';
  return `You continue an earlier session, “${oneLine(title, limits.maxTitleLength) || 'without a title'}”, as a branch of it from its event ${fromSeq}. ${files}`;
}

function purposeOf({ name, description }: Wish): string {
  return [name === null ? '' : oneLine(name, limits.maxTitleLength), clip(description ?? '', limits.maxMessageLength)]
    .filter((text) => text !== '')
    .join('\n\n');
}

const closing = ({ description }: Wish): string =>
  description ? 'Do what this branch is for.' : 'Go on with what is open, in another way than the session did if that failed.';

const section = (title: string, body: string): string => (body === '' ? '' : `## ${title}\n${body}`);

/** Those at the beginning say what it was about, the last ones what it came to. */
function promptsIn(events: readonly SessionEvent[]): string {
  const prompts = events.filter(isAsked).map(({ text = '' }) => oneLine(text, maxPromptLength));
  if (prompts.length <= maxPrompts) return prompts.map((text) => `- ${text}`).join('\n');
  const [first = '', ...others] = prompts;
  const last = others.slice(1 - maxPrompts).map((text) => `- ${text}`);
  return [`- ${first}`, `- (${prompts.length - maxPrompts} more)`, ...last].join('\n');
}

/** A finished background task starts a turn with a prompt that nobody typed. */
const isAsked = ({ type, subagentId, text }: SessionEvent): boolean =>
  type === 'prompt' && subagentId === undefined && text !== undefined && !text.startsWith('<task-notification>');

function messagesIn(events: readonly SessionEvent[]): string {
  const said = events
    .filter(
      ({ type, ok, subagentId }) =>
        subagentId === undefined && (type === 'message' || (type === 'turn.finished' && ok !== false)),
    )
    .map(({ text = '' }) => text.trim())
    // The end of a turn repeats its last message.
    .filter((text, index, all) => text !== '' && text !== all[index - 1]);
  return said
    .slice(-maxMessages)
    .map((text) => shortened(text, maxMessageLength))
    .join('\n\n');
}

function fileLines(files: readonly string[]): string {
  const listed = files.slice(0, maxFiles).map((file) => `- ${oneLine(file, maxFileLength)}`);
  return [...listed, ...(files.length > maxFiles ? [`- and ${files.length - maxFiles} more`] : [])].join('\n');
}
