import type { SessionEvent } from '../../wire/event.ts';
import { bold, dim, green, plain, red, yellow } from '../terminal.ts';

/** One event as one line, at most `columns` wide; empty for what nobody wants to read as it happens. */
export function eventLine(event: SessionEvent, columns = 160): string {
  const words = wordsOf(event);
  if (words === null) return '';
  const [mark, what, rest] = words;
  const time = event.at.slice(11, 19);
  const indent = event.subagentId ? '  ' : '';
  const room = Math.max(10, columns - time.length - indent.length - what.length - 5);
  return `${dim(time)} ${indent}${mark} ${bold(plain(what))} ${clip(rest, room)}`.trimEnd();
}

type Words = [mark: string, what: string, rest: string];

function wordsOf(event: SessionEvent): Words | null {
  const { type, tool = 'tool', text = '', ok, durationMs, refused } = event;
  const took = durationMs === undefined ? '' : `${(durationMs / 1000).toFixed(1)} s`;
  switch (type) {
    case 'session.started':
      return [green('●'), 'started', ''];
    case 'session.ended':
      return [dim('○'), 'ended', text];
    case 'prompt':
      return [bold('>'), 'prompt', refused ? `refused: ${refused.reason}` : text];
    case 'message':
      return [' ', 'agent', text];
    case 'tool.started':
      if (refused) return [red('✗'), tool, `refused: ${refused.reason}`];
      return event.approval
        ? [yellow('?'), tool, `waits for a person (${event.approval.id}): ${inputOf(event.input)}`]
        : ['▸', tool, inputOf(event.input)];
    case 'tool.finished':
      return [ok === false ? red('✗') : green('✓'), tool, took];
    case 'tool.failed':
      return [red('✗'), tool, text || took];
    case 'permission.requested':
      return [yellow('?'), 'permission', `${tool} ${inputOf(event.input)}`];
    case 'notification':
      return [yellow('!'), 'notice', text];
    case 'subagent.started':
    case 'subagent.finished':
      return ['◇', type === 'subagent.started' ? 'subagent' : 'subagent done', event.subagentType ?? ''];
    case 'compaction':
      return ['≡', 'compacted', ''];
    case 'turn.finished':
      return [ok === false ? red('■') : dim('■'), 'turn done', ok === false ? text : ''];
    case 'control':
      return [yellow('!'), (event.control?.action ?? 'control').replaceAll('_', ' '), text];
    case 'usage':
      return [dim('$'), dollars(event.costMicroUsd), `${event.usage?.model ?? ''} ${tokens(event)}`];
    case 'other':
      return null;
    default:
      return type satisfies never;
  }
}

/** What a call is about: the one field that people look for, or all of it. */
function inputOf(input: unknown): string {
  if (typeof input !== 'object' || input === null) return input === undefined ? '' : String(input);
  const fields = new Map<string, unknown>(Object.entries(input));
  for (const name of ['command', 'file_path', 'path', 'pattern', 'query', 'url', 'description', 'prompt']) {
    const value = fields.get(name);
    if (typeof value === 'string') return value;
  }
  return JSON.stringify(input);
}

const tokens = ({ usage }: SessionEvent): string =>
  usage ? `${usage.input + usage.cacheRead + usage.cacheWrite} in, ${usage.output} out` : '';

/** Micro-dollars as dollars, with as many digits as say something. */
export function dollars(microUsd: number | null | undefined): string {
  if (microUsd === null || microUsd === undefined) return 'unpriced';
  return `$${(microUsd / 1_000_000).toFixed(microUsd !== 0 && microUsd < 10_000 ? 4 : 2)}`;
}

/** One line of text without control characters, cut at `length`. */
export function clip(text: string, length: number): string {
  const line = plain(text).trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
