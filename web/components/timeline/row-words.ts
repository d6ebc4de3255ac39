import { clockTime, duration } from '../../format.ts';
import { stripAnsi } from '../../models/session/session-ansi.ts';
import type { MarkRow, Row } from '../../models/session/session-rows.ts';
import { visibleText } from '../../models/session/session-text.ts';
import { outcomeWords } from './outcome-mark.tsx';

const markNames: Record<MarkRow['type'], string> = {
  'session.started': 'Session started',
  'session.ended': 'Session ended',
  'turn.finished': 'Turn finished',
  'subagent.started': 'Subagent started',
  'subagent.finished': 'Subagent finished',
  'permission.requested': 'Permission asked',
  notification: 'Notice',
  compaction: 'Context compacted',
  control: 'Flightdeck',
  other: 'Event',
};

/** What a mark is called; an event that we have no name for keeps the agent's own. */
export function markName(row: MarkRow): string {
  if (row.type === 'other' || row.type === 'subagent.finished') return row.hook;
  return row.type === 'turn.finished' && row.failed ? 'Turn stopped by an error' : markNames[row.type];
}

/** A row as a screen reader says it: what, on what, how it went, how long, when. */
export function rowWords(row: Row): string {
  return [...words(row), clockTime(row.atMs)].filter(Boolean).join(', ');
}

function words(row: Row): string[] {
  switch (row.kind) {
    case 'prompt':
      return [row.fromTask ? 'Background task' : 'Prompt', shorten(row.text)];
    case 'message':
      return ['Message', shorten(row.text)];
    case 'tool':
      return [
        `${row.summary.label} ${shorten(row.summary.subject)}`,
        outcomeWords[row.outcome],
        row.durationMs === null ? '' : duration(row.durationMs),
      ];
    case 'permission':
      return [
        `Permission asked for ${row.summary.label} ${shorten(row.summary.subject)}`,
        row.outcome === 'waiting' ? 'waiting' : 'settled',
      ];
    case 'subagent':
      return ['Subagent', outcomeWords[row.outcome]];
    case 'mark':
      return [markName(row), shorten(row.text)];
    case 'usage':
      return ['Model call', row.model];
    case 'gap':
      return [`Nothing for ${duration(row.ms)}`];
    case 'hole':
      return [`Events ${row.from} to ${row.to} not loaded`];
    default:
      return row satisfies never;
  }
}

const shorten = (text: string): string => visibleText(stripAnsi(text.slice(0, 200))).slice(0, 120);
