import { useEffect, useState } from 'preact/hooks';
import type { SessionBudget } from '../../../wire/session.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { money } from '../../format.ts';
import { parseDollars } from '../../models/amount.ts';

interface BudgetDialogProps {
  open: boolean;
  budget: SessionBudget | null;
  spentMicroUsd: number;
  onClose: () => void;
  onSave: (limitMicroUsd: number | null) => Promise<void>;
}

/** What a session may cost: its agent is stopped before the tool call that would cross it. */
export function BudgetDialog({ open, budget, spentMicroUsd, onClose, onSave }: BudgetDialogProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (!open) return;
    setText(budget ? String(budget.limitMicroUsd / 1_000_000) : '');
    setFailure(undefined);
  }, [open]);

  const save = async (limitMicroUsd: number | null) => {
    setBusy(true);
    try {
      await onSave(limitMicroUsd);
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : 'The budget was not saved. Try again.');
    } finally {
      setBusy(false);
    }
  };
  const submit = () => {
    const amount = parseDollars(text);
    if (amount.ok) return save(amount.microUsd);
    setFailure(amount.message);
  };
  const amount = parseDollars(text);
  const bites = amount.ok && amount.microUsd <= spentMicroUsd;

  return (
    <Dialog
      open={open}
      title="Budget of this session"
      onClose={onClose}
      actions={
        <>
          {budget && budget.budgetId === undefined && (
            <Button kind="quiet" busy={busy} onClick={() => save(null)}>
              Take away
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={busy} onClick={submit}>
            Set budget
          </Button>
        </>
      }
    >
      <Form onSubmit={submit}>
        <Field
          label="It may cost, in dollars"
          value={text}
          inputMode="decimal"
          autocomplete="off"
          placeholder="5.00"
          hint={
            bites
              ? `${money(spentMicroUsd)} is spent already: this stops the agent at its next tool call.`
              : `${money(spentMicroUsd)} is spent so far. The agent is stopped before the tool call that would cross the limit.`
          }
          error={failure}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setFailure(undefined);
          }}
        />
      </Form>
    </Dialog>
  );
}
