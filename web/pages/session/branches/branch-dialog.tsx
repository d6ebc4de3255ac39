import { useEffect, useMemo } from 'preact/hooks';
import type { NewBranch } from '../../../../wire/branch.ts';
import { limits } from '../../../../wire/limits.ts';
import type { SessionSummary } from '../../../../wire/session.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Field } from '../../../components/field.tsx';
import { Form } from '../../../components/form.tsx';
import { Notice } from '../../../components/states.tsx';
import { formModel } from '../../../models/form.ts';
import '../session-form.css';

interface BranchDialogProps {
  /** The event to branch off; `last` for where the session is by then, null while nobody asks. */
  from: number | 'last' | null;
  session: SessionSummary;
  onClose: () => void;
  /** Resolves once the branch is there. */
  onBranch: (branch: NewBranch) => Promise<void>;
}

/** Asks what a branch is for. What its agent is told of the session is made by the server. */
export function BranchDialog({ from, session, onClose, onBranch }: BranchDialogProps) {
  const form = useMemo(
    () =>
      formModel(
        { name: '', description: '' },
        {
          check: () => ({}),
          submit: async ({ name, description }) => {
            await onBranch({
              ...(from !== 'last' && from !== null && { seq: from }),
              ...(name.trim() !== '' && { name: name.trim() }),
              ...(description.trim() !== '' && { description: description.trim() }),
            });
            onClose();
          },
          now: Date.now,
        },
      ),
    [from, session.id],
  );
  useEffect(() => {
    if (from === null) return;
    form.set('name', '');
    form.set('description', '');
  }, [from]);
  const { name, description } = form.values.value;
  return (
    <Dialog
      open={from !== null}
      title={from === 'last' ? 'Branch off this session' : `Branch off at event ${from}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            Make the branch
          </Button>
        </>
      }
    >
      <Form class="session-form" onSubmit={form.submit}>
        <p class="muted">
          A session of its own that begins {from === 'last' ? 'where this one is now' : 'where this one was then'}, with the files
          of its latest snapshot by then. This one goes on as it is.
        </p>
        <Field
          label="Name"
          value={name}
          maxLength={limits.maxTitleLength}
          autocomplete="off"
          placeholder="What you will know it by"
          error={form.errors.value.name}
          onInput={(event) => form.set('name', event.currentTarget.value)}
        />
        <Field
          label="What it is to try"
          value={description}
          maxLength={limits.maxMessageLength}
          autocomplete="off"
          placeholder="Its agent reads this first"
          error={form.errors.value.description}
          onInput={(event) => form.set('description', event.currentTarget.value)}
        />
        {/* Enter in a form of two fields submits it only where a button does. */}
        <button type="submit" hidden />
      </Form>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}
