import type { SessionEvent } from '../../../wire/event.ts';
import { controlWords } from '../../models/session/session-control.ts';
import { summarizeTool } from '../../models/session/session-tool.ts';

/** An event that came before a question, in a line. */
export function eventWords(event: SessionEvent): string {
  const { type, tool, text = '', control } = event;
  const line = text.trim().split('\n', 1)[0] ?? '';
  if (control) return controlWords(control, text);
  if (type === 'tool.started' || type === 'tool.finished' || type === 'tool.failed') {
    const { label, subject } = summarizeTool(tool ?? 'a tool', event.input, event.output, null);
    const end = { 'tool.started': 'called', 'tool.finished': 'done', 'tool.failed': 'failed' }[type];
    return `${label} ${subject} — ${end}`;
  }
  if (type === 'prompt') return `Prompt: ${line}`;
  return line || type.replace('.', ' ');
}

/** Bookkeeping without a word to it explains no call. */
export const tellsSomething = ({ type, text = '' }: SessionEvent): boolean => type !== 'other' || text.trim() !== '';
