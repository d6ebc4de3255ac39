import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { nameProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { Field } from '../field.tsx';
import { Form } from '../form.tsx';
import { Notice } from '../states.tsx';

interface NameDialogProps {
  open: boolean;
  title: string;
  /** "Create project". */
  verb: string;
  placeholder?: string;
  /** The name that it has, of a thing that is there already. */
  initial?: string;
  lead?: ComponentChildren;
  maxLength: number;
  onClose: () => void;
  /** Answers what is shown once afterwards; null closes the dialog. */
  onName: (name: string) => Promise<ComponentChildren | null>;
}

/** Asks for a name, makes or renames the thing, and shows once what can be shown once. */
export function NameDialog({ open, title, verb, placeholder, initial = '', lead, maxLength, onClose, onName }: NameDialogProps) {
  const [made, setMade] = useState<ComponentChildren>(null);
  const input = useRef<HTMLInputElement>(null);
  const form = useMemo(
    () =>
      formModel(
        { name: initial },
        {
          check: ({ name }) => ({ name: nameProblem(name, 'a name') }),
          async submit({ name }) {
            const shown = await onName(name.trim());
            if (shown === null) onClose();
            else setMade(shown);
          },
          now: Date.now,
        },
      ),
    [open],
  );
  useEffect(() => {
    setMade(null);
    // Selecting gives the focus, too.
    if (open) input.current?.select();
  }, [open]);

  if (made !== null) {
    return (
      <Dialog
        open={open}
        title={title}
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        {made}
      </Dialog>
    );
  }
  return (
    <Dialog
      open={open}
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            {verb}
          </Button>
        </>
      }
    >
      {lead && <p>{lead}</p>}
      <Form onSubmit={form.submit}>
        <Field
          label="Name"
          name="name"
          inputRef={input}
          placeholder={placeholder}
          maxLength={maxLength}
          autocomplete="off"
          value={form.values.value.name}
          error={form.errors.value.name}
          onInput={(event) => form.set('name', event.currentTarget.value)}
        />
      </Form>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}
