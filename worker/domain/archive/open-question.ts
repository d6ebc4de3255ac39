import type { SessionEvent } from '../../../wire/event.ts';
import { oneLine } from '../clip.ts';

const maxLength = 600;

/** What a session had not settled by its last event: a call that waits, a turn that is not over, a failure, a question to a person. */
export function openQuestion(events: readonly SessionEvent[]): string {
  const main = events.filter(({ subagentId }) => subagentId === undefined);
  const turn = main.slice(
    Math.max(
      0,
      main.findLastIndex(({ type }) => type === 'prompt'),
    ),
  );
  const end = turn.findLast(({ type }) => type === 'turn.finished');
  const lines = end ? [askedOf(turn), failedEnd(end)] : [unfinished(turn), waiting(turn), failedCall(turn)];
  return lines.filter((line) => line !== '').join('\n');
}

function unfinished([first]: readonly SessionEvent[]): string {
  return first?.type === 'prompt' ? `The last request is not done yet: ${quoted(first.text)}` : '';
}

function waiting(turn: readonly SessionEvent[]): string {
  const asking = turn.findLast(({ approval }) => approval !== undefined);
  const isOver = turn.some(
    ({ type, toolUseId }) => type.startsWith('tool.f') && toolUseId !== undefined && toolUseId === asking?.toolUseId,
  );
  return asking?.approval && !isOver
    ? `A call waited for a person: ${asking.approval.tool} ${quoted(asking.approval.words)}`
    : '';
}

function failedCall(turn: readonly SessionEvent[]): string {
  const last = turn.findLast(({ type }) => type === 'tool.finished' || type === 'tool.failed');
  return last?.type === 'tool.failed' ? `Its last call failed: ${last.tool ?? 'a tool'}, ${quoted(last.text)}` : '';
}

const failedEnd = ({ ok, text }: SessionEvent): string => (ok === false ? `It was stopped by an error: ${quoted(text)}` : '');

/** What it asked before it stopped to be answered: the last paragraph that holds a question. */
function askedOf(turn: readonly SessionEvent[]): string {
  const last = turn.findLast(({ type, text }) => (type === 'message' || type === 'turn.finished') && text?.trim());
  const paragraph = last?.text
    ?.split(/\n\s*\n/)
    .filter((text) => text.includes('?'))
    .at(-1);
  return paragraph === undefined ? '' : `It asked: ${quoted(paragraph)}`;
}

const quoted = (text = ''): string => `“${oneLine(text, maxLength)}”`;
