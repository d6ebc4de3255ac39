import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Refusal } from '../../../wire/event.ts';
import { duration, elapsed, plural } from '../../format.ts';
import type { Lane, ToolRow } from '../../models/session/session-rows.ts';
import type { ToolFamily, ToolSummary } from '../../models/session/session-tool.ts';
import { Button } from '../button.tsx';
import { Icon, type IconName } from '../icon.tsx';
import { AnsiText } from './ansi-text.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { Said } from './said.tsx';
import { SpendLine } from './spend.tsx';
import { TimelineClock } from './timeline-clock.ts';

const familyIcons: Record<ToolFamily, IconName> = {
  shell: 'terminal',
  edit: 'edit',
  read: 'file',
  search: 'search',
  web: 'external',
  agent: 'agent',
  plan: 'check',
  mcp: 'connect',
  other: 'command',
};

interface ToolLineProps {
  row: ToolRow;
  /** The subagent that this call started. */
  spawned: Lane | null;
  folded: boolean;
  onFold: () => void;
}

/** A call in one line: what, on what, how much it changed, how it ended, how long it took. */
export function ToolLine({ row, spawned, folded, onFold }: ToolLineProps) {
  const { summary } = row;
  return (
    <div class="row-line">
      {spawned ? (
        <FoldButton lane={spawned} folded={folded} onFold={onFold} />
      ) : (
        <Icon name={familyIcons[summary.family]} size={14} />
      )}
      <Subject summary={summary} />
      {spawned && <LaneFigures lane={spawned} />}
      {row.refused && <Refused refusal={row.refused} />}
      {!row.refused && row.verdict && row.verdict.type !== 'allow' && (
        <span class="row-verdict">{verdictWords[row.verdict.type]}</span>
      )}
      {row.warned.length > 0 && (
        <span class="row-verdict" title={row.warned.join(' ')}>
          warned
        </span>
      )}
      {row.askedSeq !== null && row.outcome !== 'waiting' && <Icon name="shield" size={12} />}
      {row.redactions > 0 && <Redactions count={row.redactions} />}
      <span class="row-end">
        {row.durationMs !== null && <span class="row-duration numeric">{duration(row.durationMs)}</span>}
        {row.outcome === 'running' && <Running sinceMs={row.atMs} />}
        {row.outcome === 'waiting' &&
          (row.approvalId ? <InPlace approvalId={row.approvalId} /> : <span class="row-asks">asks you</span>)}
        <OutcomeMark outcome={row.outcome} />
      </span>
    </div>
  );
}

/** A row tells a call in a line, which is enough to deny it. Whoever would allow it reads it whole, on the card above the timeline. */
function InPlace({ approvalId }: { approvalId: string }) {
  const deciding = useContext(Deciding);
  if (!deciding) return <span class="row-asks">asks you</span>;
  return (
    <span class="row-answers">
      <Button size="small" onClick={() => deciding.read(approvalId)}>
        Answer
      </Button>
      <Button size="small" kind="quiet" onClick={() => deciding.deny(approvalId)}>
        Deny
      </Button>
    </span>
  );
}

interface DecidingPorts {
  /** Brings its card into view. */
  read(approvalId: string): void;
  deny(approvalId: string): void;
}

/** Answers questions of the session that is shown; null for whoever may only look. */
export const Deciding = createContext<DecidingPorts | null>(null);

export const verdictWords = { allow: 'allowed', deny: 'denied', ask: 'asked', stop: 'stopped', defer: 'put off' };

export function Subject({ summary }: { summary: ToolSummary }) {
  return (
    <>
      <span class="row-label">
        <Said text={summary.label} />
      </span>
      <span class={`row-subject truncate ${summary.family === 'agent' || summary.family === 'plan' ? '' : 'mono'}`}>
        <Said text={oneLine(summary.subject)} />
      </span>
      {summary.lines && (summary.lines.added > 0 || summary.lines.removed > 0) && (
        <span class="row-lines numeric">
          {summary.lines.added > 0 && <span class="added">+{summary.lines.added}</span>}{' '}
          {summary.lines.removed > 0 && <span class="removed">−{summary.lines.removed}</span>}
        </span>
      )}
      {summary.detail && summary.family !== 'agent' && (
        <span class="row-detail truncate">
          <Said text={oneLine(summary.detail)} />
        </span>
      )}
    </>
  );
}

/** A row draws a few hundred characters at most, however long the command was. */
export const oneLine = (text: string): string => text.slice(0, 400).replaceAll(/\s*\n\s*/g, ' ⏎ ');

function FoldButton({ lane, folded, onFold }: { lane: Lane; folded: boolean; onFold: () => void }) {
  return (
    <button
      type="button"
      class="fold"
      style={{ '--hue': `var(--subagent-${lane.hue})` }}
      aria-expanded={!folded}
      aria-label={folded ? 'Show what the subagent did' : 'Hide what the subagent did'}
      onClick={(event) => {
        event.stopPropagation();
        onFold();
      }}
    >
      <Icon name={folded ? 'right' : 'down'} size={14} />
    </button>
  );
}

/** What a subagent came to so far. */
export function LaneFigures({ lane }: { lane: Lane }) {
  return (
    <span class="row-figures" style={{ '--hue': `var(--subagent-${lane.hue})` }}>
      <span>{plural(lane.toolCalls, 'call')}</span>
      {lane.errors > 0 && <span class="bad">{plural(lane.errors, 'error')}</span>}
      <SpendLine spend={lane.spend} />
    </span>
  );
}

const refusalWords: Record<Refusal['because'], string> = {
  budget_exceeded: 'over budget',
  paused: 'paused',
  stopped: 'stopped',
  rule: 'against a rule',
  denied: 'denied',
  timed_out: 'out of time',
  quota_exceeded: 'over quota',
  rate_limited: 'too many',
};

/** That we did not let it happen, and why. */
export function Refused({ refusal }: { refusal: Refusal }) {
  return (
    <span class="row-verdict" title={refusal.reason}>
      {refusalWords[refusal.because]}
    </span>
  );
}

export function Redactions({ count }: { count: number }) {
  const words = `${plural(count, 'secret')} masked`;
  return (
    <span class="row-redactions" title={words}>
      <Icon name="key" size={12} />
      <span class="visually-hidden">{words}</span>
    </span>
  );
}

function Running({ sinceMs }: { sinceMs: number }) {
  const now = useContext(TimelineClock);
  return <span class="row-duration numeric">{elapsed(Math.max(0, now.value - sinceMs))}</span>;
}

/** The last lines of a failure, under its row: enough to know without opening it. */
export function FailureTail({ text }: { text: string }) {
  return (
    <pre class="row-failure">
      <AnsiText text={text} />
    </pre>
  );
}
