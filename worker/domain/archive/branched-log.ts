import type { SessionEvent } from '../../../wire/event.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { targetOf } from '../call-target.ts';
import { clip } from '../clip.ts';

/** A session as far as it was read for a summary. */
export interface BranchedLog {
  session: Pick<SessionSummary, 'title' | 'cwd'>;
  /** In seq order. */
  events: readonly SessionEvent[];
  /** How many of the events up to the last one are not among them. */
  skipped: number;
}

const maxTextLength = 4000;

/** What a summary needs of an event: outputs and the contents of written files are most of a log, and no summary shows them. */
export function outlineOf(event: SessionEvent, cwd: string | null): SessionEvent {
  const { output: _, data: __, input, text, ...rest } = event;
  const { paths, touches } = targetOf(event.tool ?? '', input, cwd);
  return {
    ...rest,
    ...(text !== undefined && { text: clip(text, maxTextLength) }),
    ...(touches && { input: { paths } }),
  };
}
