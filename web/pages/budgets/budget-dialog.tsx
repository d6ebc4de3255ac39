import { useEffect, useMemo, useRef } from 'preact/hooks';
import {
  BudgetAction,
  type BudgetDetail,
  type BudgetPatch,
  BudgetScope,
  BudgetUnit,
  BudgetWindow,
  type NewBudget,
} from '../../../wire/budget.ts';
import type { Member, Project } from '../../../wire/identity.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { amountToEdit, parseAmount } from '../../models/costs/amount.ts';
import { actionNames, amountOf } from '../../models/costs/budgets-words.ts';
import { formModel } from '../../models/form.ts';

interface BudgetDialogProps {
  open: boolean;
  /** The one that is changed; undefined makes a new one. */
  budget?: BudgetDetail;
  projects: readonly Project[];
  members: readonly Member[];
  onClose: () => void;
  onCreate: (budget: NewBudget) => Promise<unknown>;
  onChange: (id: string, patch: BudgetPatch) => Promise<unknown>;
}

const scopeWords = {
  organization: 'The whole organization',
  session: 'Each session by itself',
  project: 'One project',
  user: 'One person',
} as const;
const windowNames = { day: 'Each day (UTC)', month: 'Each month (UTC)', lifetime: 'For good' } as const;
const subjectNames = { organization: '', session: 'Of', project: 'Project', user: 'Person' } as const;
const unitNames = { micro_usd: 'Dollars', tokens: 'Tokens' } as const;

/** Makes a budget, or changes what it allows; what it counts stays. */
export function BudgetDialog({ open, budget, projects, members, onClose, onCreate, onChange }: BudgetDialogProps) {
  const limit = useRef<HTMLInputElement>(null);
  const form = useMemo(
    () =>
      formModel<Record<keyof ReturnType<typeof initialOf>, string>>(initialOf(budget), {
        check: (values) => ({
          limit: wrongIn(amountIn(values)),
          softPercent: percentIn(values.softPercent) === undefined ? 'A whole number from 1 to 100.' : undefined,
          scopeId:
            (values.scope === 'project' || values.scope === 'user') && values.scopeId === ''
              ? 'Choose what it counts.'
              : undefined,
        }),
        async submit(values) {
          const read = amountIn(values);
          const patch = {
            limit: read.ok ? read.amount : 0,
            softPercent: percentIn(values.softPercent) ?? 80,
            action: BudgetAction.parse(values.action),
          };
          if (budget) await onChange(budget.id, patch);
          else {
            const scope = BudgetScope.parse(values.scope);
            const scopeId = scope === 'organization' || values.scopeId === '' ? null : values.scopeId;
            const window = scope === 'session' ? scope : BudgetWindow.parse(values.window);
            const unit = BudgetUnit.parse(values.unit);
            await onCreate({ scope, scopeId, window, unit, ...patch });
          }
          onClose();
        },
        now: Date.now,
      }),
    [open, budget?.id],
  );
  useEffect(() => {
    if (open) limit.current?.select();
  }, [open]);

  const values = form.values.value;
  const errors = form.errors.value;
  // A project is no person: what was chosen for one kind means nothing for another.
  const changeScope = (scope: string) => {
    form.set('scope', scope);
    form.set('scopeId', '');
  };
  const read = amountIn(values);
  const isBelow = budget !== undefined && budget.scope !== 'session' && read.ok && read.amount <= budget.spent;
  return (
    <Dialog
      open={open}
      title={budget ? 'Edit budget' : 'New budget'}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            {budget ? 'Save budget' : 'Create budget'}
          </Button>
        </>
      }
    >
      <form
        class="budget-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        {!budget && (
          <>
            <SelectField label="Counts" value={values.scope} onChange={changeScope}>
              <Options words={scopeWords} />
            </SelectField>
            {values.scope !== 'organization' && (
              <SelectField
                label={subjectNames[BudgetScope.parse(values.scope)]}
                value={values.scopeId}
                error={errors.scopeId}
                onChange={(value) => form.set('scopeId', value)}
              >
                <option value="">{values.scope === 'session' ? 'All projects' : 'Choose…'}</option>
                {values.scope === 'user'
                  ? members.map(({ user }) => <option value={user.id}>{user.name}</option>)
                  : projects.map(({ id, name }) => <option value={id}>{name}</option>)}
              </SelectField>
            )}
            {values.scope !== 'session' && (
              <SelectField label="Begins anew" value={values.window} onChange={(value) => form.set('window', value)}>
                <Options words={windowNames} />
              </SelectField>
            )}
            <SelectField label="In" value={values.unit} onChange={(value) => form.set('unit', value)}>
              <Options words={unitNames} />
            </SelectField>
          </>
        )}
        <Field
          label={values.unit === 'tokens' ? 'Limit in tokens' : 'Limit in dollars'}
          name="limit"
          inputMode="decimal"
          inputRef={limit}
          autocomplete="off"
          value={values.limit}
          error={errors.limit}
          onInput={(event) => form.set('limit', event.currentTarget.value)}
        />
        <SelectField label="At the limit" value={values.action} onChange={(value) => form.set('action', value)}>
          <Options words={actionNames} />
        </SelectField>
        <Field
          label="Warns from (%)"
          name="softPercent"
          inputMode="numeric"
          autocomplete="off"
          value={values.softPercent}
          error={errors.softPercent}
          onInput={(event) => form.set('softPercent', event.currentTarget.value)}
        />
      </form>
      {isBelow && budget && values.action !== 'warn' && (
        <Notice tone="warn">
          {amountOf(budget.spent, budget.unit)} is spent already: with this limit no session may spend more.
        </Notice>
      )}
      {!budget && read.ok && read.amount === 0 && values.action !== 'warn' && (
        <Notice tone="warn">A limit of 0 holds every session that it counts at once, until it is raised or deleted.</Notice>
      )}
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}

function Options({ words }: { words: Record<string, string> }) {
  return (
    <>
      {Object.entries(words).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </>
  );
}

const initialOf = (budget?: BudgetDetail) => ({
  scope: budget?.scope ?? 'organization',
  scopeId: budget?.scopeId ?? '',
  window: budget?.window ?? 'day',
  unit: budget?.unit ?? 'micro_usd',
  limit: budget ? amountToEdit(budget.limit, budget.unit) : '',
  action: budget?.action ?? 'stop',
  softPercent: String(budget?.softPercent ?? 80),
});

const amountIn = ({ limit, unit }: { limit: string; unit: string }) => parseAmount(limit, BudgetUnit.parse(unit));
const wrongIn = (read: ReturnType<typeof amountIn>) => (read.ok ? undefined : read.message);

const percentIn = (words: string): number | undefined => {
  const percent = Number(words.trim());
  return Number.isInteger(percent) && percent >= 1 && percent <= 100 ? percent : undefined;
};
