import { useMemo } from 'preact/hooks';
import { nameProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';
import { Button } from '../button.tsx';
import { Field } from '../field.tsx';
import { Form } from '../form.tsx';
import { Notice } from '../states.tsx';

interface NameFormProps {
  label: string;
  /** The name in force; another one from outside takes the field's place. */
  name: string;
  hint?: string;
  autocomplete?: string;
  maxLength: number;
  onRename: (name: string) => Promise<void>;
}

/** A name in place, with a button that wakes once it differs. */
export function NameForm({ label, name, hint, autocomplete = 'off', maxLength, onRename }: NameFormProps) {
  const form = useMemo(
    () =>
      formModel(
        { name },
        {
          check: (values) => ({ name: nameProblem(values.name, 'a name') }),
          submit: (values) => onRename(values.name.trim()),
          now: Date.now,
        },
      ),
    [name],
  );
  const value = form.values.value.name;
  return (
    <Form
      class="settings-form"
      onSubmit={() => {
        if (value.trim() !== name) form.submit();
      }}
    >
      <div class="field-with-button">
        <Field
          label={label}
          name="name"
          autocomplete={autocomplete}
          maxLength={maxLength}
          value={value}
          hint={hint}
          error={form.errors.value.name}
          onInput={(event) => form.set('name', event.currentTarget.value)}
        />
        <Button type="submit" busy={form.busy.value} disabled={value.trim() === name}>
          Save
        </Button>
      </div>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Form>
  );
}
