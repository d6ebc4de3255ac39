import { useMemo } from 'preact/hooks';
import { clockTime } from '../../../format.ts';
import type { Timeline } from '../../../models/session/session-timeline-state.ts';
import './minimap.css';

const columns = 56;
const heightPx = 32;

interface Column {
  rows: number;
  error: boolean;
  asked: boolean;
  prompt: boolean;
  first: number;
}

/** How busy each stretch of the session was, and where it went wrong; pressing a place goes there. */
export function Minimap({ timeline, onGo }: { timeline: Timeline; onGo: (index: number) => void }) {
  const map = useMemo(() => columnsOf(timeline), [timeline, Math.floor(timeline.rows.length / 8), timeline.errors.length]);
  if (!map) return <div class="minimap" style={{ height: `${heightPx + 18}px` }} />;
  const most = Math.max(...map.map((column) => column.rows));
  return (
    <div class="minimap">
      <svg
        viewBox={`0 0 ${columns * 4} ${heightPx}`}
        height={heightPx}
        preserveAspectRatio="none"
        aria-hidden="true"
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          const from = Math.floor(((event.clientX - left) / width) * columns);
          const column = map.slice(Math.max(0, from)).find((one) => one.rows > 0) ?? map.findLast((one) => one.rows > 0);
          if (column) onGo(column.first);
        }}
      >
        <rect width={columns * 4} height={heightPx} fill="transparent" />
        {map.map((column, i) => {
          if (column.rows === 0) return null;
          const height = Math.max(3, Math.sqrt(column.rows / most) * (heightPx - 6));
          const tone = toneOf(column);
          return (
            <g key={String(i)}>
              <rect class="busy" x={i * 4 + 0.5} y={heightPx - height} width={3} height={height} />
              {tone && (
                <rect class={tone} x={i * 4 + 0.5} y={heightPx - Math.min(height, 8)} width={3} height={Math.min(height, 8)} />
              )}
            </g>
          );
        })}
      </svg>
      <div class="minimap-ends numeric">
        <span>{clockTime(timeline.firstMs)}</span>
        <span>{clockTime(timeline.lastMs)}</span>
      </div>
    </div>
  );
}

function toneOf(column: Column): string | null {
  if (column.error) return 'error';
  if (column.asked) return 'asked';
  return column.prompt ? 'prompt' : null;
}

function columnsOf(timeline: Timeline): Column[] | null {
  const span = timeline.lastMs - timeline.firstMs;
  if (!(span > 0)) return null;
  const map = Array.from({ length: columns }, (): Column => ({ rows: 0, error: false, asked: false, prompt: false, first: -1 }));
  for (const [index, row] of timeline.rows.entries()) {
    if (row.quiet || row.kind === 'gap' || row.kind === 'hole') continue;
    const at = Math.min(columns - 1, Math.max(0, Math.floor(((row.atMs - timeline.firstMs) / span) * columns)));
    const column = map[at];
    if (!column) continue;
    if (column.rows === 0) column.first = index;
    column.rows += 1;
    column.prompt ||= row.kind === 'prompt';
    column.asked ||= row.kind === 'permission' || (row.kind === 'tool' && row.askedSeq !== null);
    column.error ||= (row.kind === 'tool' && row.outcome === 'failed') || (row.kind === 'mark' && row.failed);
  }
  return map;
}
