import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../../components/button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { JsonView } from '../../../components/timeline/json-view.tsx';
import { OutcomeMark, outcomeWords } from '../../../components/timeline/outcome-mark.tsx';
import { markName } from '../../../components/timeline/row-words.ts';
import { Said } from '../../../components/timeline/said.tsx';
import { absolute, duration } from '../../../format.ts';
import type { EventLog } from '../../../models/session/session-log.ts';
import type { Row } from '../../../models/session/session-rows.ts';
import type { Timeline } from '../../../models/session/session-timeline-state.ts';
import { DetailBody } from './detail-body.tsx';
import { DetailFacts } from './detail-facts.tsx';
import './detail.css';

/** Whether the detail has most of the width; stays as long as the page is open. */
export const detailWide = signal(false);

interface DetailProps {
  timeline: Timeline;
  log: EventLog;
  row: Row;
  link: string;
  onClose: () => void;
  /** Undefined where no branch can be made. */
  onBranch: ((seq: number) => void) | undefined;
}

/** One row in full: what went in, what came out, how long, what it cost, and the raw events on demand. */
export function Detail({ timeline, log, row, link, onClose, onBranch }: DetailProps) {
  const [raw, setRaw] = useState(false);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    content.current?.scrollTo(0, 0);
  }, [row.key]);
  const events = seqsOf(row).flatMap((seq) => log.get(seq) ?? []);
  return (
    <>
      <header class="detail-head">
        <IconButton icon="left" class="detail-back" label="Back to the timeline" onClick={onClose} />
        <h2 class="truncate">{headingOf(row)}</h2>
        {'outcome' in row && (
          <span class={`detail-outcome ${row.outcome}`}>
            <OutcomeMark outcome={row.outcome} />
            {outcomeWords[row.outcome]}
          </span>
        )}
        {'durationMs' in row && row.durationMs !== null && (
          <span class="detail-duration numeric faint">{duration(row.durationMs)}</span>
        )}
        <span class="detail-verbs">
          <button type="button" class="button quiet small" aria-pressed={raw} onClick={() => setRaw(!raw)}>
            Raw
          </button>
          {onBranch && (
            <IconButton icon="branch" label="Branch off here" onClick={() => onBranch(seqsOf(row).at(-1) ?? row.seq)} />
          )}
          <CopyButton text={link} label="Copy link to this event" iconOnly />
          <IconButton
            icon="expand"
            class="detail-widen"
            label={detailWide.value ? 'Narrow' : 'Widen'}
            aria-pressed={detailWide.value}
            onClick={() => {
              detailWide.value = !detailWide.value;
            }}
          />
          <IconButton icon="close" class="detail-close" label="Close (Esc)" onClick={onClose} />
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long output has to be scrollable by keys. */}
      <section class="detail-content" ref={content} tabIndex={0} aria-label="Detail">
        {raw ? (
          events.map((event) => (
            <JsonView key={event.seq} value={event} label={`Event ${event.seq}: ${event.hook ?? event.type}`} />
          ))
        ) : (
          <DetailBody key={row.key} timeline={timeline} row={row} events={events} />
        )}
        <DetailFacts timeline={timeline} row={row} events={events} />
        <p class="detail-when numeric">
          {absolute(row.atMs)} · event{events.length > 1 ? 's' : ''} {events.map((event) => event.seq).join(', ')}
        </p>
      </section>
    </>
  );
}

/** The events that a row tells of. */
function seqsOf(row: Row): number[] {
  if (row.kind !== 'tool') return [row.seq];
  return [...new Set([row.startSeq, row.askedSeq, row.endSeq].filter((seq) => seq !== null))].sort((a, b) => a - b);
}

function headingOf(row: Row) {
  switch (row.kind) {
    case 'prompt':
      return row.fromTask ? 'Background task' : 'Prompt';
    case 'message':
      return 'Message';
    case 'tool':
    case 'permission':
      return (
        <>
          <Said text={row.summary.label} />{' '}
          <span class={row.summary.family === 'agent' ? 'muted' : 'muted mono'}>
            <Said text={row.summary.subject.slice(0, 200)} />
          </span>
        </>
      );
    case 'subagent':
      return 'Subagent';
    case 'mark':
      return markName(row);
    case 'usage':
      return 'Model call';
    case 'gap':
    case 'hole':
      return '';
    default:
      return row satisfies never;
  }
}
