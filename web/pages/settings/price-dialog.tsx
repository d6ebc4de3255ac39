import { useMemo } from 'preact/hooks';
import { limits } from '../../../wire/limits.ts';
import type { ListPrice, NewPrice } from '../../../wire/price.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/states.tsx';
import { dollarsToEdit, parseDollars } from '../../models/costs/amount.ts';
import { nameProblem } from '../../models/field-problems.ts';
import { formModel } from '../../models/form.ts';

interface PriceDialogProps {
  /** What is known of the model: its list price is where most own prices begin. */
  initial: { model: string; catalogue: ListPrice | null };
  onClose: () => void;
  onAdd: (price: NewPrice) => Promise<void>;
}

const kinds = [
  { name: 'input', label: 'Input' },
  { name: 'output', label: 'Output' },
  { name: 'cacheRead', label: 'Read from cache' },
  { name: 'cacheWrite', label: 'Written to cache' },
] as const;

const priced = (text: string) =>
  parseDollars(text, { max: limits.maxPriceMicroUsd, tooMuch: 'A price this high is a typing error.' });

/** What is wrong with a price, if anything. */
function problemOf(text: string): string | undefined {
  const amount = priced(text);
  return amount.ok ? undefined : amount.message;
}

const microUsdOf = (text: string): number => {
  const amount = priced(text);
  return amount.ok ? amount.microUsd : 0;
};

export function PriceDialog({ initial, onClose, onAdd }: PriceDialogProps) {
  const form = useMemo(
    () =>
      formModel(
        {
          model: initial.model,
          from: new Date().toISOString().slice(0, 10),
          ...Object.fromEntries(kinds.map(({ name }) => [name, initial.catalogue ? dollarsToEdit(initial.catalogue[name]) : ''])),
        } as Record<'model' | 'from' | (typeof kinds)[number]['name'], string>, // Each kind has its entry.
        {
          check: ({ model, from, ...amounts }) => ({
            model: nameProblem(model, 'the model’s name'),
            from: /^\d{4}-\d\d-\d\d$/.test(from) ? undefined : 'Write the day as 2026-11-21.',
            ...Object.fromEntries(kinds.map(({ name }) => [name, problemOf(amounts[name])])),
          }),
          async submit({ model, from, input, output, cacheRead, cacheWrite }) {
            await onAdd({
              model,
              from,
              input: microUsdOf(input),
              output: microUsdOf(output),
              cacheRead: microUsdOf(cacheRead),
              cacheWrite: microUsdOf(cacheWrite),
            });
            onClose();
          },
          now: Date.now,
        },
      ),
    [initial],
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
    <Dialog
      open
      title="New price"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            Add price
          </Button>
        </>
      }
    >
      <Form class="price-form" onSubmit={form.submit}>
        <Field
          {...field('model')}
          label="Model"
          hint="As the agent names it. A * at the end stands for any rest."
          spellcheck={false}
        />
        <Field {...field('from')} label="From this day on (UTC)" hint="Of several the latest that has begun counts." />
        {kinds.map(({ name, label }) => (
          <Field key={name} {...field(name)} label={label} hint="Dollars for a million tokens" inputMode="decimal" />
        ))}
      </Form>
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}
