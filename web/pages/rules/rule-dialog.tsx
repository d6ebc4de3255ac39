import { useMemo, useState } from 'preact/hooks';
import type { Project } from '../../../wire/identity.ts';
import {
  type NewRule,
  type Rule,
  RuleAction,
  RuleMoment,
  type RulePatch,
  type RuleVerdict,
  Unanswered,
} from '../../../wire/rule.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, SelectField } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { actionNames, momentNames, unansweredNames } from '../../models/approvals/rules-words.ts';
import { asError } from '../../models/as-error.ts';
import { formModel } from '../../models/form.ts';

interface RuleDialogProps {
  /** What it begins with: a rule that is changed has an id. Null: closed. */
  rule: Partial<Rule> | null;
  projects: readonly Project[];
  onClose: () => void;
  onCreate: (rule: Partial<NewRule> & { name: string }) => Promise<unknown>;
  onChange: (id: string, patch: RulePatch) => Promise<unknown>;
  onTry: (rule: object, tool: string, text: string) => Promise<RuleVerdict>;
}

/** A rule as a sentence: when this is called there, do that. */
export function RuleDialog({ rule, projects, onClose, onCreate, onChange, onTry }: RuleDialogProps) {
  const form = useMemo(
    () =>
      formModel<Values>(initialOf(rule ?? {}), {
        check: (values) => ({
          name: values.name.trim() === '' ? 'Give the rule a name; the agent reads it.' : undefined,
          tool: looksAtNothing(values) ? 'Say what it looks at, or write * where every call is meant.' : undefined,
          aboveMicroUsd: costIn(values) === undefined ? 'An amount in dollars, such as 1 or 0.50.' : undefined,
          waitSeconds: waitIn(values) === undefined ? 'Whole minutes or parts of one, such as 4 or 0.5.' : undefined,
        }),
        async submit(values) {
          const body = bodyOf(values);
          if (rule?.id) await onChange(rule.id, body);
          else await onCreate(body);
          onClose();
        },
        now: Date.now,
      }),
    [rule],
  );
  const values = form.values.value;
  const errors = form.errors.value;
  const field = (name: keyof Values, label: string, placeholder: string, hint?: string) => (
    <Field
      label={label}
      name={name}
      placeholder={placeholder}
      autocomplete="off"
      spellcheck={false}
      hint={hint}
      value={values[name]}
      error={errors[name]}
      onInput={(event) => form.set(name, event.currentTarget.value)}
    />
  );
  const select = (name: keyof Values, label: string, words: Record<string, string>, hint?: string) => (
    <SelectField label={label} value={values[name]} error={errors[name]} hint={hint} onChange={(value) => form.set(name, value)}>
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
      title={rule?.id ? 'Edit rule' : 'New rule'}
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
      <form
        class="rule-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        {field('name', 'Name', 'publishing', 'The agent reads it when it is asked or refused.')}
        {select('on', 'When', momentNames)}
        {field('tool', 'and the tool is', 'any', '* stands for anything: Bash, mcp__*')}
        {field(
          'command',
          'and its command is like',
          'any',
          'Each part of a command line is looked at: rm -rf *. It is no sandbox.',
        )}
        {field('path', 'and it names a file like', 'any', 'infra/*, *.env')}
        {field('aboveMicroUsd', 'and it is expected to cost more than ($)', 'any')}
        {select('collision', 'and another live session', { no: 'does not matter', yes: 'is in the same file' })}
        {select('projectId', 'in', { '': 'every project', ...Object.fromEntries(projects.map(({ id, name }) => [id, name])) })}
        {select('action', 'then', actionNames)}
        {values.action === 'ask' && (
          <>
            {field(
              'waitSeconds',
              'and wait (minutes)',
              '4',
              'At most as long as the agent’s hook: 5 minutes by HTTP or curl, as long as you like by the flightdeck command.',
            )}
            {select(
              'unanswered',
              'and if nobody answers',
              unansweredNames,
              values.unanswered === 'defer'
                ? 'Only a headless Claude Code can leave and come back; for others it is a denial.'
                : undefined,
            )}
          </>
        )}
      </form>
      <Trial onTry={(tool, text) => onTry(bodyOf(values), tool, text)} />
      {form.failure.value && <Notice tone="bad">{form.failure.value}</Notice>}
    </Dialog>
  );
}

/** A call that somebody thinks of, held against the rule before anybody has to live with it. */
function Trial({ onTry }: { onTry: (tool: string, text: string) => Promise<RuleVerdict> }) {
  const [tool, setTool] = useState('Bash');
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<string>();
  const run = async () => {
    try {
      const { matches, why } = await onTry(tool, text);
      setAnswer(matches ? 'This call would match.' : `This call would not match: ${why}.`);
    } catch (error) {
      setAnswer(asError(error).message);
    }
  };
  return (
    <fieldset class="rule-trial">
      <legend>Try it on a call</legend>
      <Field label="Tool" value={tool} onInput={(event) => setTool(event.currentTarget.value)} />
      <Field label="Command or file" value={text} onInput={(event) => setText(event.currentTarget.value)} />
      <Button onClick={run}>Try</Button>
      <p role="status">{answer}</p>
    </fieldset>
  );
}

type Values = Record<
  | 'name'
  | 'on'
  | 'tool'
  | 'command'
  | 'path'
  | 'aboveMicroUsd'
  | 'collision'
  | 'projectId'
  | 'action'
  | 'waitSeconds'
  | 'unanswered',
  string
>;

const initialOf = (rule: Partial<Rule>): Values => ({
  name: rule.name ?? '',
  on: rule.on ?? 'call',
  tool: rule.tool ?? '',
  command: rule.command ?? '',
  path: rule.path ?? '',
  aboveMicroUsd: typeof rule.aboveMicroUsd === 'number' ? String(rule.aboveMicroUsd / 1_000_000) : '',
  collision: rule.collision ? 'yes' : 'no',
  projectId: rule.projectId ?? '',
  action: rule.action ?? 'ask',
  waitSeconds: String((rule.waitSeconds ?? 240) / 60),
  unanswered: rule.unanswered ?? 'deny',
});

/** Micro-dollars; null where nothing is said, undefined where the words are no amount. */
function costIn({ aboveMicroUsd }: Values): number | null | undefined {
  const words = aboveMicroUsd.trim().replace(/^\$/, '');
  if (words === '') return null;
  return /^\d+(\.\d{1,6})?$/.test(words) ? Math.round(Number(words) * 1_000_000) : undefined;
}

const looksAtNothing = ({ tool, command, path, aboveMicroUsd, collision }: Values): boolean =>
  collision === 'no' && [tool, command, path, aboveMicroUsd].every((words) => words.trim() === '');

const waitIn = ({ waitSeconds }: Values): number | undefined =>
  /^\d+(\.\d{1,3})?$/.test(waitSeconds.trim()) ? Math.round(Number(waitSeconds) * 60) : undefined;

function bodyOf(values: Values) {
  const pattern = (words: string) => (words.trim() === '' ? null : words.trim());
  return {
    name: values.name.trim(),
    on: RuleMoment.parse(values.on),
    tool: pattern(values.tool),
    command: pattern(values.command),
    path: pattern(values.path),
    aboveMicroUsd: costIn(values) ?? null,
    collision: values.collision === 'yes',
    projectId: pattern(values.projectId),
    action: RuleAction.parse(values.action),
    waitSeconds: waitIn(values) ?? 240,
    unanswered: Unanswered.parse(values.unanswered),
  };
}
