import { OutcomeMark } from '../../../components/timeline/outcome-mark.tsx';
import { rowWords } from '../../../components/timeline/row-words.ts';
import { Said } from '../../../components/timeline/said.tsx';
import { clockTime, plural } from '../../../format.ts';
import type { Session } from '../../../models/session/session.ts';
import type { Lane, Row } from '../../../models/session/session-rows.ts';
import type { Timeline } from '../../../models/session/session-timeline-state.ts';
import { shortPath } from '../../../models/session/session-tool.ts';
import type { SessionView } from '../../../models/session/session-view.ts';
import { Minimap } from './minimap.tsx';
import { OutlineSection } from './outline-section.tsx';
import './outline.css';

interface OutlineProps {
  session: Session;
  view: SessionView;
  /** Called after something was chosen: a drawer closes. */
  onChoose?: () => void;
}

/** The session at a glance: what was asked, what went wrong, who was asked, which files, which subagents. */
export function Outline({ session, view, onChoose }: OutlineProps) {
  const { timeline } = view.shown.value;
  const go = (index: number) => {
    const seq = timeline.rows[index]?.seq;
    if (seq !== undefined) view.goTo(seq);
    onChoose?.();
  };
  const selected = view.selectedRow.value;
  const lanes = [...timeline.lanes.values()];
  const files = [...timeline.files.values()].sort((a, b) => a.path.localeCompare(b.path));
  return (
    <nav class="outline" aria-label="Outline">
      <Minimap timeline={timeline} onGo={go} />
      {session.missing.value > 0 && (
        <p class="outline-missing">
          {session.loading.value ? 'Loading' : 'Not loaded:'} {plural(session.missing.value, 'earlier event')}
          {session.loading.value && '…'}
        </p>
      )}
      <OutlineSection title="Prompts" items={timeline.prompts} empty="No prompts yet." open>
        {(index) => <Entry key={index} timeline={timeline} index={index} current={index === selected} onGo={go} />}
      </OutlineSection>
      <OutlineSection title="Errors" tone="bad" items={timeline.errors} open>
        {(index) => <Entry key={index} timeline={timeline} index={index} current={index === selected} onGo={go} />}
      </OutlineSection>
      <OutlineSection title="Approvals" items={timeline.approvals} open>
        {(index) => <Entry key={index} timeline={timeline} index={index} current={index === selected} onGo={go} />}
      </OutlineSection>
      <OutlineSection title="Snapshots" items={timeline.snapshots} open>
        {(index) => <Entry key={index} timeline={timeline} index={index} current={index === selected} onGo={go} />}
      </OutlineSection>
      <OutlineSection title="Files" items={files} open>
        {(file) => (
          <li key={file.path}>
            <button type="button" class="outline-entry" onClick={() => go(file.row)} title={file.path}>
              <span class="outline-path mono">
                <Path path={shortPath(file.path, timeline.home)} />
              </span>
              <span class="row-lines numeric">
                {file.added > 0 && <span class="added">+{file.added}</span>}{' '}
                {file.removed > 0 && <span class="removed">−{file.removed}</span>}
              </span>
            </button>
          </li>
        )}
      </OutlineSection>
      <OutlineSection title="Subagents" items={lanes} open>
        {(lane) => <LaneEntry key={lane.id} timeline={timeline} lane={lane} onGo={go} />}
      </OutlineSection>
    </nav>
  );
}

interface EntryProps {
  timeline: Timeline;
  index: number;
  current: boolean;
  onGo: (index: number) => void;
}

function Entry({ timeline, index, current, onGo }: EntryProps) {
  const row = timeline.rows[index];
  if (!row) return null;
  return (
    <li>
      <button
        type="button"
        class="outline-entry"
        aria-current={current ? 'true' : undefined}
        onClick={() => onGo(index)}
        title={rowWords(row)}
      >
        {'outcome' in row && <OutcomeMark outcome={row.outcome} />}
        {row.kind === 'mark' && row.failed && <OutcomeMark outcome="failed" />}
        <span class="truncate">
          <Said text={titleOf(row)} />
        </span>
        <span class="outline-time numeric">{clockTime(row.atMs).slice(0, 5)}</span>
      </button>
    </li>
  );
}

function titleOf(row: Row): string {
  switch (row.kind) {
    case 'prompt':
    case 'message':
      return row.text.trimStart().slice(0, 160);
    case 'tool':
    case 'permission':
      return `${row.summary.label} ${row.summary.subject}`.slice(0, 160);
    case 'mark':
      return row.text || row.hook;
    default:
      return row.kind;
  }
}

/** A file's name stays in sight; the directories before it give way first. */
function Path({ path }: { path: string }) {
  const cut = path.lastIndexOf('/') + 1;
  return (
    <>
      <span class="truncate faint">
        <Said text={path.slice(0, cut)} />
      </span>
      <span class="outline-name">
        <Said text={path.slice(cut)} />
      </span>
    </>
  );
}

function LaneEntry({ timeline, lane, onGo }: { timeline: Timeline; lane: Lane; onGo: (index: number) => void }) {
  const header = timeline.rows[lane.header];
  const name = header?.kind === 'tool' ? header.summary.subject : lane.type;
  return (
    <li style={{ paddingInlineStart: `${(lane.depth - 1) * 12}px` }}>
      <button type="button" class="outline-entry" onClick={() => onGo(lane.header)} title={lane.type}>
        <i class="lane-dot" style={{ '--hue': `var(--subagent-${lane.hue})` }} />
        <span class="truncate">
          <Said text={name || 'Subagent'} />
        </span>
        <OutcomeMark outcome={lane.outcome} />
      </button>
    </li>
  );
}
