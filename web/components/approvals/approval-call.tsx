import type { SessionEvent } from '../../../wire/event.ts';
import { plural } from '../../format.ts';
import { callParts } from '../../models/session/approval-call.ts';
import { exactText, maxCounted, unseenIn } from '../../models/session/exact-text.ts';
import { Notice } from '../states.tsx';
import { DiffView } from '../timeline/diff-view.tsx';
import { ExactBlock } from './exact-block.tsx';

/** Exactly what will run: every field of the call, word for word, changes to files as such. */
export function ApprovalCall({ event }: { event: SessionEvent }) {
  const { tool = '', input, redactions = 0 } = event;
  const parts = callParts(tool, input);
  const unseen = Math.min(maxCounted, unseenIn(tool) + unseenInside(input));
  const values = parts.filter((part) => part.type === 'value');
  return (
    <>
      {unseen > 0 && (
        <Notice tone="warn">
          {`It holds ${unseen === maxCounted ? 'a thousand or more characters' : plural(unseen, 'character')} that a screen does not show, or shows out of place. Each is written out, as ⟨U+202E⟩.`}
        </Notice>
      )}
      {redactions > 0 && (
        <Notice>{`${plural(redactions, 'secret')} in it ${redactions === 1 ? 'was' : 'were'} masked before it was stored; it runs with what stands there.`}</Notice>
      )}
      {parts.length === 0 && <p class="muted">It takes no input.</p>}
      {parts.map((part, i) => {
        if (part.type === 'value') return null;
        if (part.type === 'text')
          return <ExactBlock key={i} text={part.text} {...(part.name !== null && { label: exactText(part.name) })} />;
        const { path, kind, movedTo } = part.edit;
        return (
          <section key={i} class="approval-edit">
            <p class="mono approval-path">
              {exactText(path)}
              {movedTo !== undefined && ` → ${exactText(movedTo)}`}
              {kind === 'delete' && <span class="muted"> deleted</span>}
            </p>
            <DiffView edit={part.edit} layout="inline" visible={exactText} />
          </section>
        );
      })}
      {values.length > 0 && (
        <dl class="approval-values mono">
          {values.map(({ name, text }) => (
            <div key={name}>
              <dt>{exactText(name)}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** Over every text of the input, names of fields too. JSON writes some characters out by itself, so that its text is not counted. */
function unseenInside(value: unknown): number {
  if (typeof value === 'string') return unseenIn(value);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, inner]) => sum + unseenIn(name) + unseenInside(inner), 0);
}
