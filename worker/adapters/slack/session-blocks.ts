import type { SessionSummary } from '../../../wire/session.ts';
import type { SessionRequest } from '../../../wire/work.ts';
import { dollars } from '../../domain/limits/dollars.ts';
import { clip, escaped } from './blocks.ts';
import { section } from './reply.ts';

const maxTitle = 120;
const maxWords = 300;

/** Sessions, each in two lines. */
export const sessionLines = (sessions: readonly SessionSummary[], pages: string): object[] =>
  sessions.map((session) =>
    section(`${linked(session.title || session.agent, session.id, pages)}\n${standing(session)} · \`${session.id}\``),
  );

/** How one session stands. */
export function sessionBlock(session: SessionSummary, pages: string): object {
  const { id, title, agent, hold, outcome, toolCallCount, errorCount, gitBranch } = session;
  const lines = [
    linked(title || agent, id, pages),
    standing(session),
    [`${toolCallCount} tool calls`, errorCount > 0 && `${errorCount} failed`, gitBranch && `on ${cut(gitBranch, maxTitle)}`]
      .filter(Boolean)
      .join(' · '),
    hold && `_${cut(hold.what ?? hold.reason, maxWords)}_`,
    outcome && `> ${cut(outcome.replaceAll(/\s+/g, ' '), maxWords)}`,
    `\`${id}\``,
  ];
  return section(lines.filter(Boolean).join('\n'));
}

/** A session that was asked for. */
export const requestBlock = ({ sessionId, title }: SessionRequest, project: string, pages: string): object =>
  section(`${linked(title, sessionId, pages)}\nqueued in ${cut(project, maxTitle)} · \`${sessionId}\``);

const standing = ({ status, activity, costMicroUsd }: SessionSummary): string =>
  [status.replaceAll('_', ' '), cut(activity, maxWords), dollars(Math.round(costMicroUsd / 10_000) * 10_000)]
    .filter((words) => words !== '')
    .join(' · ');

const linked = (words: string, id: string, pages: string): string => `*<${pages}/sessions/${id}|${cut(words, maxTitle)}>*`;

/** What a session says, as words: no mention, no link, no line of its own. */
const cut = (text: string, maxLength: number): string => clip(escaped(text.replaceAll(/\s+/g, ' ').trim()), maxLength);
