import type { SessionEvent } from '../../../../wire/event.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { JsonView } from '../../../components/timeline/json-view.tsx';
import { Markdown } from '../../../components/timeline/markdown.tsx';
import { OutputBlock } from '../../../components/timeline/output-block.tsx';
import type { Row } from '../../../models/session/session-rows.ts';
import type { Timeline } from '../../../models/session/session-timeline-state.ts';
import { RefusalNote } from '../control/refusal-note.tsx';
import { ToolDetail } from './tool-detail.tsx';

interface DetailBodyProps {
  timeline: Timeline;
  row: Row;
  events: readonly SessionEvent[];
}

/** What a row of each kind holds. */
export function DetailBody({ timeline, row, events }: DetailBodyProps) {
  switch (row.kind) {
    case 'prompt':
      return (
        <>
          {row.refused && <RefusalNote refusal={row.refused} />}
          <Words text={row.text} />
        </>
      );
    case 'message':
      return <Words text={row.text} />;
    case 'tool':
    case 'permission':
      return <ToolDetail timeline={timeline} row={row} events={events} />;
    case 'subagent':
      return null;
    case 'mark':
      return (
        <>
          {row.text &&
            (row.type === 'compaction' ? (
              <Words text={row.text} />
            ) : (
              <OutputBlock text={row.text} label="Said" failed={row.failed} />
            ))}
          {events[0]?.data !== undefined && <JsonView value={events[0].data} label="Data" />}
        </>
      );
    case 'usage':
    case 'gap':
    case 'hole':
      return null;
    default:
      return row satisfies never;
  }
}

function Words({ text }: { text: string }) {
  return (
    <section class="detail-words">
      <Markdown text={text} />
      <CopyButton text={text} label="Copy text" iconOnly />
    </section>
  );
}
