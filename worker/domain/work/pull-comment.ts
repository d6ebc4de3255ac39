import type { SessionStatus, SessionSummary } from '../../../wire/session.ts';
import { oneLine, shortened } from '../clip.ts';
import { dollars } from '../limits/dollars.ts';
import { durationMsOf, isEnded } from '../session.ts';
import { ownMark } from './trigger.ts';

/** What is told of a session. */
export type Reported = Pick<
  SessionSummary,
  | 'id'
  | 'status'
  | 'title'
  | 'outcome'
  | 'costMicroUsd'
  | 'toolCallCount'
  | 'errorCount'
  | 'startedAt'
  | 'endedAt'
  | 'lastEventAt'
>;

/** The same, without all that a summary holds besides. */
export function reported(session: SessionSummary): Reported {
  const { id, status, title, outcome, costMicroUsd, toolCallCount, errorCount, startedAt, endedAt, lastEventAt } = session;
  return { id, status, title, outcome, costMicroUsd, toolCallCount, errorCount, startedAt, endedAt, lastEventAt };
}

const words: Record<SessionStatus, string> = {
  queued: '⏳ waits for a machine',
  running: '🟢 is running',
  waiting: '✋ waits for a person',
  paused: '⏸️ is paused',
  completed: '✅ is done',
  failed: '❌ failed',
  timed_out: '⌛ timed out',
  cancelled: '🚫 was cancelled',
  budget_exceeded: '💰 has spent its budget',
};

const maxTitleLength = 120;
const maxOutcomeLength = 1500;

/** What is found again in a comment of ours, by us alone: it is hidden. */
export const commentMark = (sessionId: string): string => `${ownMark}${sessionId} -->`;

/**
 * What a session's one comment says. It changes with the session's status only, because each edit is a request to somebody's code host;
 * what the agent said last is quoted, and mentions nobody.
 */
export function pullComment(session: Reported, url: string): string {
  const { status, title, outcome = '', costMicroUsd, toolCallCount, errorCount } = session;
  const lines = [commentMark(session.id), `**Flightdeck** ${words[status]}: [${linkText(title)}](${url})`];
  if (!isEnded(status)) return lines.join('\n');
  const said = quoted(shortened(outcome.trim(), maxOutcomeLength));
  const figures = [
    minutes(durationMsOf(session)),
    dollars(costMicroUsd),
    counted(toolCallCount, 'tool call'),
    ...(errorCount > 0 ? [counted(errorCount, 'error')] : []),
  ];
  return [...lines, ...(said === '' ? [] : ['', said]), '', figures.join(' · ')].join('\n');
}

/** What a commit's status says of the session, in GitHub's words; GitLab's follow from them. */
export function commitState({ status }: Pick<SessionSummary, 'status'>): 'pending' | 'success' | 'failure' | 'error' {
  if (!isEnded(status)) return 'pending';
  if (status === 'completed') return 'success';
  return status === 'cancelled' ? 'error' : 'failure';
}

/** The same in words of one line, at most as long as GitHub takes (140 characters). */
export const commitWords = ({ status }: Pick<SessionSummary, 'status'>): string =>
  `The session ${words[status].replace(/^[^\p{L}]+/u, '')}.`;

/** A name within the brackets of a link. */
const linkText = (title: string): string => quiet(oneLine(title, maxTitleLength)).replaceAll(/[[\]\\`<>]/g, ' ') || 'the session';

const quoted = (text: string): string =>
  text === ''
    ? ''
    : quiet(text)
        .replaceAll('<', '&lt;')
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n');

/** Nobody is notified by a name that an agent wrote: a zero width stands behind its @. Nor is an issue closed or linked. */
const quiet = (text: string): string => text.replaceAll(/([@#!])(?=[\w])/g, '$1\u200b');

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}
