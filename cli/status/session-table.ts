import type { SessionSummary } from '../../wire/session.ts';
import { hasUsage } from '../../wire/session-usage.ts';
import { bold, dim, green, plain, yellow } from '../terminal.ts';
import { clip, dollars } from './event-line.ts';

const head = ['SESSION', 'AGENT', 'STATUS', 'LAST', 'CALLS', 'COST', 'TITLE'];

/** Sessions as rows of a table, the latest activity first, at most about `columns` wide. */
export function sessionTable(sessions: readonly SessionSummary[], nowMs: number, columns = 140): string[] {
  if (sessions.length === 0) return ['No session is live.'];
  const rows = sessions.toSorted((a, b) => b.lastEventAt.localeCompare(a.lastEventAt)).map((session) => cells(session, nowMs));
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const fixed = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === head.length - 1 ? clip(cell, Math.max(20, columns - fixed)) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ');
  return [dim(line(head)), ...rows.map((row) => coloured(line(row), row[2] ?? ''))];
}

function cells(session: SessionSummary, nowMs: number) {
  const { id, agent, status, lastEventAt, toolCallCount, costMicroUsd, title, activity } = session;
  const quietSeconds = Math.max(0, Math.round((nowMs - Date.parse(lastEventAt)) / 1000));
  const named = [title, activity].filter((words) => words !== '').join(' · ');
  return [
    id,
    plain(agent),
    status,
    ago(quietSeconds),
    String(toolCallCount),
    hasUsage(session) ? dollars(costMicroUsd) : '—',
    named,
  ];
}

function ago(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

function coloured(line: string, status: string): string {
  if (status === 'running') return line.replace(status, green(status));
  return line.replace(status, status === 'waiting' || status === 'paused' ? yellow(status) : bold(status));
}
