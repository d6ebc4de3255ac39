import { useEffect, useRef } from 'preact/hooks';
import type { SessionSummary } from '../../../../wire/session.ts';
import type { Session } from '../../../models/session/session.ts';
import type { SessionView } from '../../../models/session/session-view.ts';
import { Overview } from '../overview.tsx';
import type { Reading } from '../use-reading.ts';
import { Detail } from './detail.tsx';

interface DetailColumnProps {
  session: Session;
  view: SessionView;
  summary: SessionSummary;
  projectName: string;
  replaying: boolean;
  reading: Reading;
  /** Undefined: this reader may not make branches. */
  onBranch: ((seq: number) => void) | undefined;
}

/** The third column: the chosen row, else the session as a whole. On a phone it covers the timeline. */
export function DetailColumn({ session, view, summary, projectName, replaying, reading, onBranch }: DetailColumnProps) {
  const column = useRef<HTMLElement>(null);
  useEffect(() => {
    if (reading.reading) column.current?.querySelector<HTMLElement>('.detail-content')?.focus();
  }, [reading.reading]);
  const { timeline } = view.shown.value;
  const index = view.selectedRow.value;
  const row = index === null ? undefined : timeline.rows[index];
  return (
    <aside class="detail-column" ref={column} aria-label="Detail">
      {row ? (
        <Detail
          timeline={timeline}
          log={session.log()}
          row={row}
          link={`${location.origin}${location.pathname}#e${row.seq}`}
          onClose={reading.close}
          onBranch={summary.status === 'queued' ? undefined : onBranch}
        />
      ) : (
        <Overview session={summary} projectName={projectName} replaying={replaying} />
      )}
    </aside>
  );
}
