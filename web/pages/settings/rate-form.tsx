import { useMemo } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import type { Rate, ToolRate } from '../../../wire/rate.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/states.tsx';
import { dollarsToEdit, parseDollars } from '../../models/costs/amount.ts';
import { nameProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';

interface RateFormProps {
  /** The one that is changed, in its own row; undefined makes a new one. */
  rate?: ToolRate;
  onCancel: () => void;
  onSave: (tool: string, rate: Rate) => Promise<void>;
}

const amountOf = (text: string) =>
  parseDollars(text, { max: limits.maxRateMicroUsd, tooMuch: 'A rate this high is a typing error.' });
const problemOf = (text: string): string | undefined => {
  const amount = amountOf(text);
  return amount.ok ? undefined : amount.message;
};
const microUsdOf = (text: string): number => {
  const amount = amountOf(text);
  return amount.ok ? amount.microUsd : 0;
};

export function RateForm({ rate, onCancel, onSave }: RateFormProps) {
  const form = useMemo(
    () =>
      formModel(
        {
          tool: rate?.tool ?? '',
          perExecutionMicroUsd: rate ? dollarsToEdit(rate.perExecutionMicroUsd) : '',
          perKbMicroUsd: dollarsToEdit(rate?.perKbMicroUsd ?? 0),
        },
        {
          check: ({ tool, perExecutionMicroUsd, perKbMicroUsd }) => ({
            tool: nameProblem(tool, 'the tool’s name'),
            perExecutionMicroUsd: problemOf(perExecutionMicroUsd),
            perKbMicroUsd: problemOf(perKbMicroUsd),
          }),
          submit: ({ tool, perExecutionMicroUsd, perKbMicroUsd }) =>
            onSave(tool, {
              perExecutionMicroUsd: microUsdOf(perExecutionMicroUsd),
              perKbMicroUsd: microUsdOf(perKbMicroUsd),
            }),
          now: Date.now,
        },
      ),
    [rate],
  );
  const values = form.values.value;
  const errors = form.errors.value;
  const field = (name: keyof typeof values) => ({
    name,
    autocomplete: 'off',
    value: values[name],
    error: errors[name],
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => form.set(name, currentTarget.value),
  });
  return (
    <Form class="rate-form" onSubmit={form.submit}>
      {rate ? (
        <strong class="truncate mono rate-form-tool">{rate.tool}</strong>
      ) : (
        <Field {...field('tool')} label="Tool" spellcheck={false} />
      )}
      <Field {...field('perExecutionMicroUsd')} label="Dollars a call" inputMode="decimal" />
      <Field {...field('perKbMicroUsd')} label="Dollars a kilobyte" inputMode="decimal" />
      <div class="rate-form-verbs">
        <Button size="small" kind="primary" busy={form.busy.value} onClick={form.submit}>
          Save
        </Button>
        <Button size="small" kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
      {/* Enter saves. */}
      <button type="submit" hidden />
    </Form>
  );
}
