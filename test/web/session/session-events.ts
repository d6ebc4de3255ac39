import { appendEvent } from '../../../web/models/session/session-timeline.ts';
import { newTimeline, type Timeline } from '../../../web/models/session/session-timeline-state.ts';
import type { SessionEvent } from '../../../wire/event.ts';

const startMs = Date.parse('2026-11-21T12:00:00.000Z');

/** Numbers events and puts them a second apart, unless they say otherwise (`afterMs`: since the session's start). */
export function script(...parts: (Partial<SessionEvent> & Pick<SessionEvent, 'type'> & { afterMs?: number })[]): SessionEvent[] {
  return parts.map(({ afterMs, ...part }, i) => {
    const at = new Date(startMs + (afterMs ?? i * 1000)).toISOString();
    return { seq: i + 1, id: `evt_${i + 1}`, at, receivedAt: at, ...part };
  });
}

export function fold(events: SessionEvent[], home = '/home/dev/project'): Timeline {
  const timeline = newTimeline(home);
  for (const event of events) appendEvent(timeline, event);
  return timeline;
}

export const folded = (...parts: Parameters<typeof script>): Timeline => fold(script(...parts));

export const started = (toolUseId: string, tool = 'Bash', input: unknown = { command: 'npm test' }) =>
  ({ type: 'tool.started', toolUseId, tool, input }) as const;

export const finished = (toolUseId: string, tool = 'Bash', output: unknown = { stdout: 'ok', stderr: '' }) =>
  ({ type: 'tool.finished', toolUseId, tool, input: { command: 'npm test' }, output, ok: true, durationMs: 210 }) as const;

export const usage = (costMicroUsd: number | null, more: Partial<SessionEvent> = {}) =>
  ({
    type: 'usage',
    usage: { input: 10, output: 20, cacheRead: 1000, cacheWrite: 100, model: 'claude-opus-5-5' },
    costMicroUsd,
    ...more,
  }) as const;
