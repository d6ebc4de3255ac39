import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { FailMode, LimitsAnswer, LimitsPatch, QuotaUse } from '../../../wire/organization-limits.ts';
import { Field, SelectField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { QuotaGauge } from '../../components/settings/quota-gauge.tsx';
import { Section } from '../../components/settings/section.tsx';
import { Notice } from '../../components/states.tsx';
import { Submit } from '../../components/submit.tsx';
import { showToast } from '../../components/toast.tsx';
import {
  type BucketName,
  bucketFields,
  type LimitField,
  limitProblems,
  limitsPatch,
  quotaFields,
  textsOf,
  timeFields,
} from '../../models/costs/organization-limits.ts';
import { formModel } from '../../models/form.ts';
import { mayManageBudgets } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';

interface LimitsFormProps {
  answer: LimitsAnswer;
  /** Answers with what is to be said about it. */
  onSave: (patch: LimitsPatch) => Promise<string | undefined>;
}

const modes: Record<FailMode, string> = { open: 'Let the agent go on', closed: 'Hold the agent' };

/** The limits in force, and what an admin makes of them. */
export function LimitsForm({ answer: { limits, usage }, onSave }: LimitsFormProps) {
  const { organization, projects } = useOrganization();
  const manages = mayManageBudgets(organization.role);
  const fail = useSignal(limits.fail);
  const failByProject = useSignal<Record<string, FailMode>>(limits.failByProject);
  const warning = useSignal<string | undefined>(undefined);
  const form = useMemo(
    () =>
      formModel(textsOf(limits), {
        check: limitProblems,
        submit: async (texts) => {
          const patch = { ...limitsPatch(texts, limits), fail: fail.peek(), failByProject: failByProject.peek() };
          warning.value = await onSave(patch);
          showToast('Saved: in force in every live session within two seconds.');
        },
        now: Date.now,
      }),
    // Read again every few minutes: only other limits may take away what somebody types.
    [JSON.stringify(limits)],
  );
  const input = ({ path, label, hint, mayBeEmpty }: LimitField, use?: QuotaUse) => (
    <Field
      key={path}
      label={label}
      inputMode="decimal"
      disabled={!manages}
      value={form.values.value[path]}
      placeholder={mayBeEmpty ? 'No limit' : undefined}
      hint={use ? <QuotaGauge use={use} /> : hint}
      error={form.errors.value[path]}
      onInput={(event) => form.set(path, event.currentTarget.value)}
    />
  );
  const setProject = (id: string, mode: string) => {
    const { [id]: _, ...others } = failByProject.value;
    failByProject.value = mode === 'open' || mode === 'closed' ? { ...others, [id]: mode } : others;
  };
  return (
    <Form class="limits-form" onSubmit={form.submit}>
      <Section
        title="Quotas"
        lead="How much this organization may use. Admins are warned from 80 %; what goes beyond is refused. Days and months are UTC."
      >
        {warning.value && <Notice tone="warn">{warning.value}</Notice>}
        <div class="limit-fields">
          {quotaFields.map((field) =>
            input(
              field,
              usage.find(({ quota }) => quota === field.path),
            ),
          )}
        </div>
      </Section>
      <Section title="Time">
        <div class="limit-fields">{timeFields.map((field) => input(field))}</div>
      </Section>
      <Section
        title="When Flightdeck does not answer"
        lead="What the flightdeck command does with a tool call while it cannot reach us. A project may differ."
      >
        <div class="limit-fields">
          <SelectField
            label="Organization"
            value={fail.value}
            disabled={!manages}
            onChange={(mode) => (fail.value = mode === 'closed' ? 'closed' : 'open')}
          >
            <option value="open">{modes.open}</option>
            <option value="closed">{modes.closed}</option>
          </SelectField>
          {projects.items.value?.map(({ id, name }) => (
            <SelectField
              key={id}
              label={name}
              value={failByProject.value[id] ?? ''}
              disabled={!manages}
              onChange={(mode) => setProject(id, mode)}
            >
              <option value="">As the organization</option>
              <option value="open">{modes.open}</option>
              <option value="closed">{modes.closed}</option>
            </SelectField>
          ))}
        </div>
      </Section>
      <Section title="Rates" lead="Events come through token buckets: so many at once, and so many more each minute.">
        <div class="limit-fields">{names.flatMap(bucketFields).map((field) => input(field))}</div>
      </Section>
      {manages ? (
        <Submit verb="Save limits" busy={form.busy.value} failure={form.failure.value} retryAtMs={form.retryAtMs.value} />
      ) : (
        <p class="muted">Admins of {organization.name} change these.</p>
      )}
    </Form>
  );
}

const names: BucketName[] = ['perSession', 'perToken', 'perUser', 'perOrganization'];
