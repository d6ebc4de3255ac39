import { useEffect, useMemo } from 'preact/hooks';
import { AlertKind, type AlertRule, type AlertRulePatch, type AlertTrial, kindSpec } from '../../../wire/alert.ts';
import type { Channel } from '../../../wire/channel.ts';
import type { Project } from '../../../wire/identity.ts';
import { client, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { Form } from '../../components/form.tsx';
import { Notice } from '../../components/states.tsx';
import {
  type AlertRuleValues,
  alertRuleBody,
  alertRuleField,
  alertRuleProblems,
  alertRuleValues,
} from '../../models/alerts/alert-rule-form.ts';
import type { WantedAlertRule } from '../../models/alerts/alert-rules.ts';
import { kindNames, severityNames } from '../../models/alerts/alerts-words.ts';
import { formModel } from '../../models/form.ts';
import { itemList } from '../../models/item-list.ts';
import { AlertRuleTrial } from './alert-rule-trial.tsx';
import { ChannelChoice } from './channel-choice.tsx';

interface AlertRuleDialogProps {
  /** What it begins with: a rule that is changed has an id. Null: closed. */
  rule: Partial<AlertRule> | null;
  projects: readonly Project[];
  onClose: () => void;
  onCreate: (rule: WantedAlertRule) => Promise<unknown>;
  onChange: (id: string, patch: AlertRulePatch) => Promise<unknown>;
  onTry: (rule: WantedAlertRule) => Promise<AlertTrial>;
}

const thresholdLabels = {
  minutes: 'for at least (minutes)',
  percent: 'from (percent)',
  micro_usd: 'from ($)',
  count: 'from (how many)',
} as const;

/** A rule as a sentence: when this is so, for so long, tell these. */
export function AlertRuleDialog({ rule, projects, onClose, onCreate, onChange, onTry }: AlertRuleDialogProps) {
  const channels = useMemo(() => itemList<Channel>(() => read(client.api.channels.$get())), []);
  useEffect(() => {
    if (rule) channels.load();
  }, [rule]);
  const form = useMemo(
    () =>
      formModel<AlertRuleValues>(alertRuleValues(rule ?? {}, Intl.DateTimeFormat().resolvedOptions().timeZone), {
        check: alertRuleProblems,
        fieldOf: alertRuleField,
        async submit(values) {
          const { kind, ...body } = alertRuleBody(values);
          if (rule?.id) await onChange(rule.id, body);
          else await onCreate({ kind, ...body });
          onClose();
        },
        now: Date.now,
      }),
    [rule],
  );
  const values = form.values.value;
  const errors = form.errors.value;
  const { unit, hasWindow, isGlobal } = kindSpec(AlertKind.parse(values.kind));
  const field = (name: keyof AlertRuleValues, label: string, placeholder: string, hint?: string) => (
    <Field
      label={label}
      name={name}
      placeholder={placeholder}
      autocomplete="off"
      hint={hint}
      value={values[name]}
      error={errors[name]}
      onInput={(event) => form.set(name, event.currentTarget.value)}
    />
  );
  const select = (name: keyof AlertRuleValues, label: string, words: Record<string, string>, disabled = false) => (
    <SelectField
      label={label}
      value={values[name]}
      error={errors[name]}
      disabled={disabled}
      onChange={(value) => form.set(name, value)}
    >
      {Object.entries(words).map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </SelectField>
  );
  return (
    <Dialog
      open={rule !== null}
      title={rule?.id ? 'Edit alert rule' : 'New alert rule'}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={form.busy.value} onClick={form.submit}>
            {rule?.id ? 'Save rule' : 'Create rule'}
          </Button>
        </>
      }
    >
      <Form class="alert-rule-form" onSubmit={form.submit}>
        {field('name', 'Name', 'Dear sessions')}
        {select('kind', 'When', kindNames, rule?.id !== undefined)}
        {unit && field('threshold', thresholdLabels[unit], '10')}
        {hasWindow && field('windowMinutes', 'within (minutes)', '60')}
        {!isGlobal &&
          select('projectId', 'in', {
            '': 'every project',
            ...Object.fromEntries(projects.map(({ id, name }) => [id, name])),
          })}
        {select('severity', 'it is', severityNames)}
        {field('throttleMinutes', 'not again for the same thing within (minutes)', '30', '0: as often as it happens.')}
        <div class="alert-quiet">
          {field('quietFrom', 'Quiet from', '22:00')}
          {field('quietTo', 'to', '07:00')}
          {field('timeZone', 'in', 'Europe/Berlin')}
        </div>
        <ChannelChoice
          channels={channels}
          chosen={values.channelIds.split(',').filter(Boolean)}
          onChange={(ids) => form.set('channelIds', ids.join(','))}
        />
      </Form>
      <AlertRuleTrial
        // What was tried is not what the rule says any more.
        key={JSON.stringify({ ...values, name: '', channelIds: '' })}
        onTry={async () => {
          const problem = Object.values(alertRuleProblems({ ...values, name: values.name || 'tried' })).find(Boolean);
          if (problem) throw new Error(problem);
          return onTry({ ...alertRuleBody(values), name: values.name.trim() || 'tried' });
        }}
      />
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}
