import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type HeldLimit, raisedTo } from '../../../../wire/held-limit.ts';
import { Button } from '../../../components/button.tsx';
import { Field } from '../../../components/field.tsx';
import { Form } from '../../../components/form.tsx';
import { showFailure } from '../../../components/toast.tsx';
import { parseAmount } from '../../../models/costs/amount.ts';
import { amountOf } from '../../../models/costs/budgets-words.ts';
import { raisesFor } from '../../../models/session/session-hold.ts';

interface RaiseCardProps {
  held: HeldLimit;
  /** What happens once it is raised. */
  then: ComponentChildren;
  onRaise: (extra: number) => Promise<void>;
}

/** A limit that holds a session, and how much more it may be: one tap, or any amount. */
export function RaiseCard({ held, then, onRaise }: RaiseCardProps) {
  const { unit } = held;
  const [busy, setBusy] = useState<number | 'other'>();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string>();
  const raise = async (extra: number, which: number | 'other') => {
    setBusy(which);
    try {
      await onRaise(extra);
      setText('');
    } catch (error) {
      showFailure(error);
    } finally {
      setBusy(undefined);
    }
  };
  const submit = () => {
    const read = parseAmount(text, unit);
    if (!read.ok) return setWrong(read.message);
    if (read.amount === 0) return setWrong('Raise it by more than nothing.');
    return raise(read.amount, 'other');
  };
  return (
    <div class="raise-card">
      <Form class="raise-choices" onSubmit={submit}>
        <span class="raise-label">Raise by</span>
        {raisesFor(held).map((extra) => (
          <Button
            key={extra}
            size="small"
            busy={busy === extra}
            disabled={busy !== undefined}
            title={`To ${amountOf(raisedTo(held, extra), unit)}`}
            aria-label={`Raise by ${amountOf(extra, unit)}, to ${amountOf(raisedTo(held, extra), unit)}`}
            onClick={() => raise(extra, extra)}
          >
            {amountOf(extra, unit)}
          </Button>
        ))}
        <span class="raise-other">
          <Field
            label={unit === 'tokens' ? 'Raise by another number of tokens' : 'Raise by another amount in dollars'}
            bare
            value={text}
            inputMode="decimal"
            autocomplete="off"
            placeholder={unit === 'tokens' ? 'or 50k' : 'or $0.50'}
            error={wrong}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setWrong(undefined);
            }}
          />
          {text !== '' && (
            <Button size="small" kind="primary" busy={busy === 'other'} disabled={busy !== undefined} onClick={submit}>
              Raise
            </Button>
          )}
        </span>
      </Form>
      <p class="muted">{then}</p>
    </div>
  );
}
