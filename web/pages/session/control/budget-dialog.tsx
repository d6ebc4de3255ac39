import { useEffect, useState } from 'preact/hooks';
import type { BudgetUnit } from '../../../../wire/budget.ts';
import type { NewSessionBudget, SessionSummary } from '../../../../wire/session.ts';
import { tokenSum } from '../../../../wire/session-usage.ts';
import { Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Field } from '../../../components/field.tsx';
import { Form } from '../../../components/form.tsx';
import { Notice } from '../../../components/states.tsx';
import { asError } from '../../../models/as-error.ts';
import { parseAmount } from '../../../models/costs/amount.ts';
import { amountOf } from '../../../models/costs/budgets-words.ts';
import { type BudgetTexts, budgetChange, budgetTexts, isOwn } from '../../../models/session/session-budget-form.ts';
import '../session-form.css';

interface BudgetDialogProps {
  open: boolean;
  session: SessionSummary;
  onClose: () => void;
  onSave: (budget: NewSessionBudget) => Promise<void>;
}

/** What a session may spend, in dollars, in tokens or both: its agent is stopped before the call that would cross either. */
export function BudgetDialog({ open, session, onClose, onSave }: BudgetDialogProps) {
  const [texts, setTexts] = useState<BudgetTexts>({ micro_usd: '', tokens: '' });
  const [errors, setErrors] = useState<Partial<BudgetTexts>>({});
  const [failure, setFailure] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!open) return;
    setTexts(budgetTexts(session));
    setErrors({});
    setFailure(undefined);
  }, [open]);

  const save = async (change: NewSessionBudget) => {
    setBusy(true);
    try {
      await onSave(change);
      onClose();
    } catch (error) {
      setFailure(asError(error).message);
    } finally {
      setBusy(false);
    }
  };
  const submit = () => {
    const read = budgetChange(session, texts);
    if (!read.ok) return setErrors(read.errors);
    return read.change === null ? onClose() : save(read.change);
  };
  const owned = {
    ...(isOwn(session.budget) && { limitMicroUsd: null }),
    ...(isOwn(session.tokenBudget) && { limitTokens: null }),
  };
  const field = (unit: BudgetUnit, label: string, placeholder: string, spent: number) => (
    <Field
      label={label}
      value={texts[unit]}
      inputMode="decimal"
      autocomplete="off"
      placeholder={placeholder}
      hint={spentHint(texts[unit], unit, spent)}
      error={errors[unit]}
      onInput={(event) => {
        setTexts({ ...texts, [unit]: event.currentTarget.value });
        setErrors({});
        setFailure(undefined);
      }}
    />
  );

  return (
    <Dialog
      open={open}
      title="Budget of this session"
      onClose={onClose}
      actions={
        <>
          {Object.keys(owned).length > 0 && (
            <Button kind="quiet" busy={busy} onClick={() => save(owned)}>
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
      <Form class="session-form" onSubmit={submit}>
        <p class="muted">
          The agent is stopped before the call that would cross a limit. Leave empty what should not be limited.
        </p>
        {field('micro_usd', 'It may cost, in dollars', 'no limit', session.costMicroUsd)}
        {field('tokens', 'It may use, in tokens of every kind', 'no limit', tokenSum(session.tokens))}
        {/* Enter in a form of two fields submits it only where a button does. */}
        <button type="submit" hidden />
      </Form>
      {failure && <Notice tone="bad">{failure}</Notice>}
    </Dialog>
  );
}

function spentHint(text: string, unit: BudgetUnit, spent: number): string {
  const limit = parseAmount(text, unit);
  const soFar = `${amountOf(spent, unit)} ${unit === 'tokens' ? 'used' : 'spent'}`;
  if (limit.ok && limit.amount <= spent) return `${soFar} already: this stops the agent at its next call or prompt.`;
  return `${soFar} so far.`;
}
