import { signal } from '@preact/signals';
import type { SessionEvent } from '../../../../wire/event.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { type DiffLayout, DiffView } from '../../../components/timeline/diff-view.tsx';
import { JsonView } from '../../../components/timeline/json-view.tsx';
import { Markdown } from '../../../components/timeline/markdown.tsx';
import { OutputBlock } from '../../../components/timeline/output-block.tsx';
import { Said } from '../../../components/timeline/said.tsx';
import { verdictWords } from '../../../components/timeline/tool-row.tsx';
import { failureText } from '../../../models/session/session-calls.ts';
import { countLines, fileEdits } from '../../../models/session/session-edits.ts';
import { listField, textField } from '../../../models/session/session-fields.ts';
import { outputText } from '../../../models/session/session-output.ts';
import type { PermissionRow, ToolRow } from '../../../models/session/session-rows.ts';
import type { Timeline } from '../../../models/session/session-timeline-state.ts';
import { shortPath } from '../../../models/session/session-tool.ts';
import { RefusalNote } from '../control/refusal-note.tsx';
import { detailWide } from './detail.tsx';
import './tool-detail.css';

/** One choice for every diff, as long as the page is open. */
const diffLayout = signal<DiffLayout>('inline');

interface ToolDetailProps {
  timeline: Timeline;
  row: ToolRow | PermissionRow;
  events: readonly SessionEvent[];
}

/** A call's input and output, in the form in which a person would want them. */
export function ToolDetail({ timeline, row, events }: ToolDetailProps) {
  const end = row.kind === 'tool' ? events.find((event) => event.seq === row.endSeq) : undefined;
  const input = events.find((event) => event.input !== undefined)?.input;
  const failed = row.kind === 'tool' && row.outcome === 'failed';
  const said = end && (failed ? failureText(end) : outputText(end.output));
  const refused = row.kind === 'tool' ? row.refused : null;
  const verdict = row.kind === 'tool' ? row.verdict : null;
  return (
    <>
      {refused && <RefusalNote refusal={refused} />}
      {!refused && verdict && verdict.type !== 'allow' && (
        <p class="detail-verdict">
          Flightdeck {verdictWords[verdict.type]} this: <Said text={verdict.reason} />
        </p>
      )}
      <Input timeline={timeline} row={row} input={input} output={end?.output} failed={failed} />
      {said &&
        !isEcho(row, failed) &&
        (isProse(row) && !failed ? (
          <Prose text={said} label="Answer" />
        ) : (
          <OutputBlock text={said} label={failed ? 'Error' : 'Output'} failed={failed} />
        ))}
      {end && !said && end.output !== undefined && end.output !== null && !isEcho(row, failed) && (
        <JsonView value={end.output} label="Output" />
      )}
      {end && said === '' && <p class="faint">No output.</p>}
    </>
  );
}

/** An edit's output repeats the file that its diff shows. */
const isEcho = (row: ToolRow | PermissionRow, failed: boolean) => row.summary.family === 'edit' && !failed;
const isProse = (row: ToolRow | PermissionRow) => row.summary.family === 'agent' || row.summary.family === 'web';

function Input({
  timeline,
  row,
  input,
  output,
  failed,
}: {
  timeline: Timeline;
  row: ToolDetailProps['row'];
  input: unknown;
  output: unknown;
  failed: boolean;
}) {
  switch (row.summary.family) {
    case 'shell':
      return <Command text={row.summary.subject} about={textField(input, 'description')} />;
    case 'edit':
      return <Edits timeline={timeline} tool={row.tool} input={input} output={failed ? undefined : output} />;
    case 'read':
      return row.summary.path === null ? <JsonView value={input} label="Input" /> : <PathLine path={row.summary.path} />;
    case 'agent':
      return <Prose text={textField(input, 'prompt') ?? ''} label="Task" />;
    case 'plan':
      return listField(input, 'todos').length + listField(input, 'plan').length > 0 ? (
        <Todos input={input} />
      ) : (
        <JsonView value={input} label="Input" />
      );
    case 'search':
    case 'web':
    case 'mcp':
    case 'other':
      return input === undefined ? null : <JsonView value={input} label="Input" />;
    default:
      return row.summary.family satisfies never;
  }
}

function Command({ text, about }: { text: string; about?: string }) {
  return (
    <section class="detail-command">
      {about && (
        <p class="muted">
          <Said text={about} />
        </p>
      )}
      <div class="command">
        <pre class="code">
          <Said text={text} />
        </pre>
        <CopyButton text={text} label="Copy command" iconOnly />
      </div>
    </section>
  );
}

function PathLine({ path }: { path: string }) {
  return (
    <div class="detail-path mono">
      <span class="truncate" title={path}>
        <Said text={path} />
      </span>
      <CopyButton text={path} label="Copy path" iconOnly />
    </div>
  );
}

function Edits({ timeline, tool, input, output }: { timeline: Timeline; tool: string; input: unknown; output: unknown }) {
  const edits = fileEdits(tool, input, output);
  if (edits.length === 0) return input === undefined ? null : <JsonView value={input} label="Input" />;
  return (
    <>
      <div class="diff-layout">
        <Segmented
          label="Diff"
          options={[
            { value: 'inline', label: 'Inline' },
            { value: 'split', label: 'Side by side' },
          ]}
          value={diffLayout.value}
          onChange={(layout) => {
            diffLayout.value = layout;
            // Two columns of code need the room of two.
            if (layout === 'split') detailWide.value = true;
          }}
        />
      </div>
      {edits.map((edit) => {
        const lines = countLines(edit);
        return (
          <section key={edit.path} class="diff-file">
            <div class="detail-path mono">
              <span class="truncate" title={edit.path}>
                <Said text={shortPath(edit.path, timeline.home)} />
                {edit.movedTo && (
                  <>
                    {' → '}
                    <Said text={shortPath(edit.movedTo, timeline.home)} />
                  </>
                )}
              </span>
              <span class="row-lines numeric">
                <span class="added">+{lines.added}</span> <span class="removed">−{lines.removed}</span>
              </span>
              <CopyButton text={edit.path} label="Copy path" iconOnly />
            </div>
            <DiffView edit={edit} layout={diffLayout.value} />
          </section>
        );
      })}
    </>
  );
}

function Prose({ text, label }: { text: string; label: string }) {
  return (
    <section>
      <div class="output-head">
        <h3>{label}</h3>
        <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} iconOnly />
      </div>
      <Markdown text={text} />
    </section>
  );
}

function Todos({ input }: { input: unknown }) {
  const items = [...listField(input, 'todos'), ...listField(input, 'plan')];
  return (
    <ul class="todos">
      {items.map((item, i) => {
        const status = textField(item, 'status') ?? 'pending';
        return (
          <li key={String(i)} class={status}>
            <input type="checkbox" checked={status === 'completed'} disabled aria-label={status.replace('_', ' ')} />
            <Said text={textField(item, 'content', 'step', 'description', 'title') ?? ''} />
          </li>
        );
      })}
    </ul>
  );
}
