import { duration, plural } from '../../format.ts';
import type {
  GapRow,
  HoleRow,
  Lane,
  MarkRow,
  MessageRow,
  PermissionRow,
  PromptRow,
  Row,
  UsageRow,
} from '../../models/session/session-rows.ts';
import { Button } from '../button.tsx';
import { Money, Tokens } from '../figures.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { modelName } from '../sessions/agent-names.ts';
import { Markdown } from './markdown.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { markName } from './row-words.ts';
import { Said } from './said.tsx';
import { SpendLine } from './spend.tsx';
import { FailureTail, LaneFigures, oneLine, Redactions, Refused, Subject, ToolLine } from './tool-row.tsx';

export interface RowContentProps {
  row: Row;
  spawned: Lane | null;
  folded: boolean;
  loading: boolean;
  onFold: (lane: string) => void;
  onOpen: () => void;
  onLoad: (seq: number) => void;
}

/** What a row of each kind shows. */
export function RowContent({ row, spawned, folded, loading, onFold, onOpen, onLoad }: RowContentProps) {
  switch (row.kind) {
    case 'prompt':
      return <Prompt row={row} onOpen={onOpen} />;
    case 'message':
      return <Message row={row} onOpen={onOpen} />;
    case 'tool':
      return (
        <>
          <ToolLine row={row} spawned={spawned} folded={folded} onFold={() => spawned && onFold(spawned.id)} />
          {row.failure && <FailureTail text={row.failure} />}
        </>
      );
    case 'subagent':
      return <Subagent lane={spawned} folded={folded} onFold={onFold} />;
    case 'permission':
      return <Permission row={row} />;
    case 'mark':
      return <Mark row={row} />;
    case 'usage':
      return <Usage row={row} />;
    case 'gap':
      return <Gap row={row} />;
    case 'hole':
      return <Hole row={row} loading={loading} onLoad={onLoad} />;
    default:
      return row satisfies never;
  }
}

const previewLines = 14;
const previewChars = 1400;

/** Whether a text is cut in the timeline. Guessed from its length, because measuring would move the rows below. */
export const isLong = (text: string): boolean =>
  text.length > previewChars || text.split('\n', previewLines + 2).length > previewLines + 1;

function Prose({ text, onOpen }: { text: string; onOpen: () => void }) {
  const long = isLong(text);
  return (
    <div class={`row-prose ${long ? 'long' : ''}`}>
      <Markdown text={long ? text.slice(0, previewChars * 2) : text} />
      {long && (
        <button type="button" class="row-more" onClick={onOpen}>
          Read all
        </button>
      )}
    </div>
  );
}

function Prompt({ row, onOpen }: { row: PromptRow; onOpen: () => void }) {
  return (
    <div class="row-body">
      <div class="row-said">
        <Icon name={row.fromTask ? 'clock' : 'person'} size={14} />
        <Prose text={row.text} onOpen={onOpen} />
      </div>
      <span class="row-end">
        {row.refused && <Refused refusal={row.refused} />}
        {row.redactions > 0 && <Redactions count={row.redactions} />}
        <SpendLine spend={row.spend} />
        {row.turnMs !== null && <span class="row-duration numeric">{duration(row.turnMs)}</span>}
      </span>
    </div>
  );
}

function Message({ row, onOpen }: { row: MessageRow; onOpen: () => void }) {
  return (
    <div class="row-body">
      <Prose text={row.text} onOpen={onOpen} />
      {row.redactions > 0 && (
        <span class="row-end">
          <Redactions count={row.redactions} />
        </span>
      )}
    </div>
  );
}

function Subagent({ lane, folded, onFold }: { lane: Lane | null; folded: boolean; onFold: (lane: string) => void }) {
  if (!lane) return null;
  return (
    <div class="row-line">
      <button
        type="button"
        class="fold"
        style={{ '--hue': `var(--subagent-${lane.hue})` }}
        aria-expanded={!folded}
        aria-label={folded ? 'Show what the subagent did' : 'Hide what the subagent did'}
        onClick={() => onFold(lane.id)}
      >
        <Icon name={folded ? 'right' : 'down'} size={14} />
      </button>
      <span class="row-label">Subagent</span>
      <span class="row-subject truncate">
        <Said text={lane.type} />
      </span>
      <LaneFigures lane={lane} />
      <span class="row-end">
        {lane.endedMs !== null && (
          <span class="row-duration numeric">{duration(Math.max(0, lane.endedMs - lane.startedMs))}</span>
        )}
        <OutcomeMark outcome={lane.outcome} />
      </span>
    </div>
  );
}

function Permission({ row }: { row: PermissionRow }) {
  return (
    <div class="row-line">
      <Icon name="shield" size={14} />
      <Subject summary={row.summary} />
      <span class="row-end">
        {row.outcome === 'waiting' && <span class="row-asks">asks you</span>}
        <OutcomeMark outcome={row.outcome} />
      </span>
    </div>
  );
}

const markIcons: Record<MarkRow['type'], IconName> = {
  'session.started': 'play',
  'session.ended': 'stop',
  'turn.finished': 'check',
  'subagent.started': 'agent',
  'subagent.finished': 'agent',
  'permission.requested': 'shield',
  notification: 'warning',
  compaction: 'collapse',
  control: 'settings',
  other: 'command',
};

function Mark({ row }: { row: MarkRow }) {
  return (
    <div class={`row-line mark ${row.failed ? 'failed' : ''}`}>
      <Icon name={row.failed ? 'close' : markIcons[row.type]} size={14} />
      <span class="row-label">{markName(row)}</span>
      {row.text && row.text !== 'other' && (
        <span class="row-detail truncate">
          <Said text={oneLine(row.text.replace(/^#+\s*/, ''))} />
        </span>
      )}
      <span class="row-end">
        {row.spend && row.spend.calls > 0 && <span class="row-calls">{plural(row.spend.calls, 'model call')}</span>}
        {row.spend && <SpendLine spend={row.spend} />}
        {row.turnMs !== null && <span class="row-duration numeric">{duration(row.turnMs)}</span>}
      </span>
    </div>
  );
}

function Usage({ row }: { row: UsageRow }) {
  const { input, output, cacheRead, cacheWrite } = row.tokens;
  return (
    <div class="row-line mark">
      <Icon name="sessions" size={14} />
      <span class="row-label">Model call</span>
      <span class="row-detail truncate">
        <Said text={modelName(row.model)} />
      </span>
      <span class="row-end">
        <Tokens
          value={input + cacheRead + cacheWrite}
          title={`${input} in, ${cacheRead} cache read, ${cacheWrite} cache write`}
        />{' '}
        in
        <Tokens value={output} /> out
        {row.costMicroUsd === null ? <span class="unpriced">unpriced</span> : <Money microUsd={row.costMicroUsd} />}
      </span>
    </div>
  );
}

function Gap({ row }: { row: GapRow }) {
  return (
    <div class="row-gap">
      <span class="numeric">{duration(row.ms)}</span>
    </div>
  );
}

function Hole({ row, loading, onLoad }: { row: HoleRow; loading: boolean; onLoad: (seq: number) => void }) {
  const missing = plural(row.to - row.from + 1, 'event');
  return (
    <div class="row-hole">
      {loading ? (
        <span>Loading {missing}…</span>
      ) : (
        <Button kind="quiet" size="small" onClick={() => onLoad(row.to)}>
          Load {missing} that came before
        </Button>
      )}
    </div>
  );
}
