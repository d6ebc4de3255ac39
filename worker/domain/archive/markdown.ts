import type { SessionEvent } from '../../../wire/event.ts';
import type { ExportedSummary } from '../../../wire/export.ts';
import { clip } from '../clip.ts';
import { dollars } from '../limits/dollars.ts';
import { fenced, inline, quoted } from './markdown-text.ts';

const maxLineLength = 200;

/** The beginning of a session's page: its title and what is known of it as a whole. */
export function markdownHead(session: ExportedSummary): string {
  const { input, output, cacheRead, cacheWrite } = session.tokens;
  const facts: [string, string | null][] = [
    ['Agent', session.agent],
    ['Model', session.model],
    ['Status', session.status],
    ['Started', session.startedAt],
    ['Ended', session.endedAt],
    ['Repository', session.repository],
    ['Branch', session.gitBranch],
    ['Folder', session.cwd],
    ['Tags', session.tags.join(', ') || null],
    ['Cost', dollars(session.costMicroUsd)],
    ['Tokens', `${input} in, ${output} out, ${cacheRead} read from the cache, ${cacheWrite} written to it`],
    ['Tool calls', `${session.toolCallCount}, errors ${session.errorCount}`],
    ['Events', String(session.eventCount)],
    ['Session', session.id],
  ];
  const lines = facts.filter(([, value]) => value !== null).map(([name, value]) => `- **${name}:** ${inline(value ?? '')}`);
  return `# ${inline(session.title || 'Untitled')}\n\n${lines.join('\n')}\n`;
}

/** An event as Markdown, with an empty line before it; empty for what says nothing to a reader. */
export function markdownOf(event: SessionEvent): string {
  const text = wordsOf(event);
  return text === '' ? '' : `\n${text}\n`;
}

function wordsOf(event: SessionEvent): string {
  switch (event.type) {
    case 'session.started':
      return note(event, 'The session starts');
    case 'prompt':
      return `${heading(event, 'Prompt')}\n\n${quoted(event.text ?? '')}`;
    case 'message':
      return `${heading(event, event.subagentId === undefined ? 'Agent' : 'Subagent')}\n\n${quoted(event.text ?? '')}`;
    case 'tool.started':
      return [heading(event, `Tool: ${inline(event.tool ?? 'unknown')}`), folded('Input', event.input), judged(event)]
        .filter(Boolean)
        .join('\n\n');
    case 'tool.finished':
    case 'tool.failed':
      return finished(event);
    case 'permission.requested':
      return note(event, `The agent asks to use ${inline(event.tool ?? 'a tool')}`);
    case 'notification':
      return note(event, `Notification: ${line(event.text)}`);
    case 'subagent.started':
      return note(event, `A subagent starts${event.subagentType ? `: ${inline(event.subagentType)}` : ''}`);
    case 'subagent.finished':
      return [note(event, 'A subagent is done'), event.text && quoted(event.text)].filter(Boolean).join('\n\n');
    case 'compaction':
      return [note(event, 'The context was compacted'), folded('Summary', event.text)].filter(Boolean).join('\n\n');
    case 'turn.finished':
      return note(event, event.ok === false ? `The turn failed: ${line(event.text)}` : 'The turn is over');
    case 'session.ended':
      return note(event, 'The session ends');
    case 'control':
      return note(event, `${event.control?.by ? `${inline(event.control.by.name)}: ` : ''}${line(controlled(event))}`);
    case 'usage':
    case 'other':
      return '';
    default:
      return event.type satisfies never;
  }
}

function finished(event: SessionEvent): string {
  const took = event.durationMs === undefined ? '' : `, ${Math.round(event.durationMs)} ms`;
  const how = event.type === 'tool.failed' ? 'failed' : 'done';
  const summary = `${event.tool ?? 'Tool'} ${how}${took}`;
  return [
    note(event, `${inline(summary)}${event.type === 'tool.failed' ? `: ${line(event.text)}` : ''}`),
    folded('Output', event.output),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function judged({ refused, approval, warned = [] }: SessionEvent): string {
  const lines = [
    ...(refused ? [`Refused: ${line(refused.reason)}`] : []),
    ...(approval ? [`Waits for a person: ${line(approval.reason)}`] : []),
    ...warned.map(({ reason }) => `Noted: ${line(reason)}`),
  ];
  return lines.map((words) => `*${words}*`).join('\n\n');
}

const controlled = ({ control, text }: SessionEvent): string => {
  const action = control?.action.replaceAll('_', ' ') ?? 'changed';
  return text ? `${action}: ${text}` : action;
};

const heading = ({ at }: SessionEvent, words: string): string => `### ${words} · ${clockOf(at)}`;
const note = ({ at }: SessionEvent, words: string): string => `*${clockOf(at)} · ${words}*`;
const clockOf = (at: string): string => inline(at.slice(0, 19).replace('T', ' '));
const line = (text = ''): string => inline(clip(text.split('\n', 1)[0] ?? '', maxLineLength));

/** A value that opens at a click; nothing where there is none. */
function folded(summary: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return `<details><summary>${summary}</summary>\n\n${fenced(text)}\n\n</details>`;
}
