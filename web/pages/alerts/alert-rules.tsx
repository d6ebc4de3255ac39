import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { AlertRule } from '../../../wire/alert.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { showFailure, showToast } from '../../components/toast.tsx';
import { AlertRulesModel } from '../../models/alerts/alert-rules.ts';
import { conditionWords, kindNames, severityNames, tellingWords } from '../../models/alerts/alerts-words.ts';
import { mayManageBudgets } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { AlertRuleDialog } from './alert-rule-dialog.tsx';

const route = client.api['alert-rules'];

/** What counts as wrong, and whom it tells. */
export function AlertRules() {
  const { organization, projects } = useOrganization();
  const manages = mayManageBudgets(organization.role);
  const model = useMemo(
    () =>
      new AlertRulesModel({
        list: async () => (await read(route.$get())).items,
        create: (json) => read(route.$post({ json }, once())),
        change: (id, json) => read(route[':id'].$patch({ param: { id }, json })),
        remove: async (id) => {
          await read(route[':id'].$delete({ param: { id } }));
        },
      }),
    [],
  );
  const editing = useSignal<Partial<AlertRule> | null>(null);
  const removing = useSignal<AlertRule | null>(null);
  useEffect(() => {
    model.load();
  }, []);
  const rules = model.rules.value;
  const failure = model.failure.value;
  const toggle = async ({ id, enabled, name }: AlertRule) => {
    try {
      await model.change(id, { enabled: !enabled });
      showToast(`“${name}” is ${enabled ? 'off' : 'on'}.`);
    } catch (error) {
      showFailure(error);
    }
  };
  const scopeOf = ({ projectId }: AlertRule) =>
    projectId === null ? '' : `, in ${projects.items.value?.find(({ id }) => id === projectId)?.name ?? 'one project'}`;
  if (!rules && failure) return <ErrorState title="The alert rules did not load" detail={failure.message} onRetry={model.load} />;
  if (!rules) return <Skeleton width={320} />;
  return (
    <>
      {failure && <Notice tone="warn">This list is not fresh: {failure.message}</Notice>}
      {manages ? (
        <p>
          <Button kind="primary" icon="plus" onClick={() => (editing.value = {})}>
            New alert rule
          </Button>
        </p>
      ) : (
        <p class="muted">You may look on: changing alert rules needs the role admin or above.</p>
      )}
      {rules.map((rule) => (
        <article key={rule.id} class="alert-rule" aria-label={rule.name} data-off={!rule.enabled}>
          <h2>
            {rule.name}
            {!rule.enabled && <span class="muted"> (off)</span>}
          </h2>
          <p>
            {severityNames[rule.severity]}: {kindNames[rule.kind]}, {conditionWords(rule)}
            {scopeOf(rule)}
          </p>
          <p class="muted">{tellingWords(rule)}</p>
          {manages && (
            <div class="alert-verbs">
              <Button size="small" onClick={() => (editing.value = rule)}>
                Edit
              </Button>
              <Button size="small" kind="quiet" onClick={() => toggle(rule)}>
                {rule.enabled ? 'Switch off' : 'Switch on'}
              </Button>
              {(rule.isChanged || !rule.isBuiltIn) && (
                <Button size="small" kind="quiet" onClick={() => (removing.value = rule)}>
                  {rule.isBuiltIn ? 'Reset' : 'Delete'}
                </Button>
              )}
            </div>
          )}
        </article>
      ))}
      <AlertRuleDialog
        rule={editing.value}
        projects={projects.items.value ?? []}
        onClose={() => (editing.value = null)}
        onCreate={model.create}
        onChange={model.change}
        onTry={(json) => read(route.try.$post({ json }))}
      />
      <Confirm
        open={removing.value !== null}
        title={`${removing.value?.isBuiltIn ? 'Reset' : 'Delete'} “${removing.value?.name ?? ''}”?`}
        verb={removing.value?.isBuiltIn ? 'Reset rule' : 'Delete rule'}
        onClose={() => (removing.value = null)}
        onConfirm={async () => {
          if (removing.value) await model.remove(removing.value.id);
        }}
      >
        <p>
          {removing.value?.isBuiltIn
            ? 'It is again as Flightdeck brought it: on, with its own threshold, and without channels.'
            : 'Its open alerts are over with it; the history keeps them.'}
        </p>
      </Confirm>
    </>
  );
}
