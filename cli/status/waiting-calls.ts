import type { Approval } from '../../wire/approval.ts';
import { bold, dim, plain, yellow } from '../terminal.ts';
import { clip } from './event-line.ts';

/** A call that waits for a person, and whose it is. */
export interface WaitingCall extends Approval {
  sessionId: string;
}

/** What waits for a person, the most urgent first, at most about `columns` wide; nothing where nothing waits. */
export function waitingCalls(calls: readonly WaitingCall[], nowMs: number, columns = 140): string[] {
  if (calls.length === 0) return [];
  const lines = calls.toSorted((a, b) => a.until.localeCompare(b.until)).flatMap((call) => linesOf(call, nowMs, columns));
  return ['', yellow('Waiting for a person:'), ...lines, dim('  flightdeck approve <session>, or deny <session> --note "why"')];
}

function linesOf(call: WaitingCall, nowMs: number, columns: number): string[] {
  const { sessionId, id, tool, words, reason } = call;
  const head = `  ${plain(sessionId)} ${plain(id)}  `;
  const room = Math.max(20, columns - head.length - tool.length - 1);
  return [
    `${head}${bold(plain(tool))} ${clip(words, room)}`,
    dim(`      ${timeLeft(call, nowMs)} · ${clip(reason, columns - 30)}`),
  ];
}

const answers: Record<Approval['unanswered'], string> = {
  allow: 'then it is allowed',
  deny: 'then it is denied',
  terminal: 'then the terminal asks',
  defer: 'then the agent leaves',
};

/** How long a person has, and what happens then. */
export function timeLeft({ until, unanswered, deferred }: Approval, nowMs: number): string {
  if (deferred) return 'the agent has left; it asks again when it is resumed';
  const seconds = Math.max(0, Math.round((Date.parse(until) - nowMs) / 1000));
  return `${span(seconds)} left, ${answers[unanswered]}`;
}

function span(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  return seconds < 90 * 60 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
