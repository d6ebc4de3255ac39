import type { Control, SessionEvent } from '../../wire/event.ts';
import { clip } from './clip.ts';
import { own } from './own.ts';

const verbs: Record<string, string> = {
  Edit: 'editing',
  MultiEdit: 'editing',
  Write: 'writing',
  NotebookEdit: 'editing',
  Read: 'reading',
  apply_patch: 'patching',
  replace: 'editing',
  write_file: 'writing',
  read_file: 'reading',
};

/** A line of the list, not more. */
const maxLength = 80;

/** The last thing that happened, in a few words; undefined where an event says nothing worth a line. */
export function activityOf(event: SessionEvent): string | undefined {
  const words = wordsFor(event);
  return words === undefined ? undefined : clip(words, maxLength);
}

function wordsFor(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'session.started':
      return 'starting';
    case 'prompt':
      return 'thinking';
    case 'message':
      return 'writing';
    case 'tool.started':
      return event.approval ? `asks you: ${event.approval.words}` : calling(event);
    case 'tool.finished':
      return event.subagentId ? 'subagent at work' : 'thinking';
    case 'tool.failed':
      return `${event.tool ?? 'a tool'} failed`;
    case 'permission.requested':
      return event.approval ? `asks you: ${event.approval.words}` : `asks to use ${event.tool ?? 'a tool'}`;
    case 'subagent.started':
      return 'subagent at work';
    case 'compaction':
      return 'compacted its context';
    case 'turn.finished':
      return event.ok === false ? 'stopped by an error' : 'waiting for you';
    case 'session.ended':
      return 'ended';
    case 'control':
      return activityAfter(event.control?.action);
    case 'notification':
    case 'subagent.finished':
    case 'usage':
    case 'other':
      return undefined;
    default:
      return event.type satisfies never;
  }
}

/** Somebody came along, wrote something, kept the workspace, branched off or corrected the books: the agent does what it did before. */
function activityAfter(action: Control['action'] | undefined): string | undefined {
  if (action === undefined || besides.has(action)) return undefined;
  if (action === 'requested' || action === 'unclaimed') return 'waits for a machine';
  if (action === 'claimed') return 'is being started';
  return action === 'branched' ? 'waits to be started' : action.replaceAll('_', ' ');
}

const besides: ReadonlySet<Control['action']> = new Set([
  'collided',
  'repriced',
  'message_sent',
  'snapshot_taken',
  'branch_made',
  'branch_merged',
  'merged',
  'parent_found',
  'parent_ignored',
]);

function calling({ tool = 'a tool', input }: SessionEvent): string {
  const file = text(input, 'file_path') ?? text(input, 'notebook_path') ?? text(input, 'absolute_path') ?? text(input, 'path');
  const verb = own(verbs, tool);
  if (verb && file) return `${verb} ${file.slice(file.lastIndexOf('/') + 1)}`;
  const command = text(input, 'command');
  if (command) return `running ${command.split('\n', 1)[0]}`;
  return `using ${tool}`;
}

function text(input: unknown, field: string): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const value: unknown = Reflect.get(input, field);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
