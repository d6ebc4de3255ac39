import type { ComponentChildren } from 'preact';
import { absolute, clockTime } from '../../format.ts';
import type { Lane } from '../../models/session/session-rows.ts';

interface RowFrameProps {
  atMs: number;
  /** The subagents around this row, outermost first. */
  lanes: readonly Lane[];
  children: ComponentChildren;
}

/** The part that all rows share: when, and inside which subagents. */
export function RowFrame({ atMs, lanes, children }: RowFrameProps) {
  return (
    <>
      <time class="row-time numeric" dateTime={new Date(atMs).toISOString()} title={absolute(atMs)}>
        {clockTime(atMs)}
      </time>
      {lanes.map((lane) => (
        <i class="lane" key={lane.id} style={{ '--hue': `var(--subagent-${lane.hue})` }} title={lane.type || 'Subagent'} />
      ))}
      <div class="row-main">{children}</div>
    </>
  );
}
