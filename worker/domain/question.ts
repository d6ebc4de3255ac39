import type { SessionEvent } from '../../wire/event.ts';

/** Whether an agent waits for leave: prompts, tool calls and permissions may be refused, what happened cannot. */
export const isQuestion = ({ type }: Pick<SessionEvent, 'type'>): boolean =>
  type === 'prompt' || type === 'tool.started' || type === 'permission.requested';
