import type { SessionEvent } from '../../../wire/event.ts';
import { fileEdits } from '../../models/session-edits.ts';
import { textField } from '../../models/session-fields.ts';
import { visibleText } from '../../models/session-text.ts';
import { DiffView } from '../timeline/diff-view.tsx';
import { JsonView } from '../timeline/json-view.tsx';

/** Exactly what will run: a command, a change to a file, or the call's input as it is. */
export function ApprovalCall({ event, words }: { event: SessionEvent | undefined; words: string }) {
  if (!event) return <pre class="code approval-code">{visibleText(words)}</pre>;
  const command = textField(event.input, 'command', 'cmd');
  const edits = fileEdits(event.tool ?? '', event.input, undefined);
  if (edits.length > 0) {
    return (
      <>
        {edits.map((edit) => (
          <section key={edit.path} class="approval-edit">
            <p class="mono truncate" title={edit.path}>
              {visibleText(edit.path)}
            </p>
            <DiffView edit={edit} layout="inline" />
          </section>
        ))}
      </>
    );
  }
  if (command !== undefined) return <pre class="code approval-code">{visibleText(command)}</pre>;
  return event.input === undefined ? (
    <pre class="code approval-code">{visibleText(words)}</pre>
  ) : (
    <JsonView value={event.input} label="Input" />
  );
}
