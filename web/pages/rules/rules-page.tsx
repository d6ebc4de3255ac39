import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Rule } from '../../../wire/rule.ts';
import { client, once, read } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { RulesModel } from '../../models/approvals/rules.ts';
import { conditionWords, momentNames, outcomeWords, starters } from '../../models/approvals/rules-words.ts';
import { mayManageBudgets } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { RuleDialog } from './rule-dialog.tsx';
import './rules.css';

const route = client.api.rules;

/** Which calls wait for a person, are refused, or only noted. */
export function RulesPage() {
  const { organization, projects } = useOrganization();
  const manages = mayManageBudgets(organization.role);
  const model = useMemo(
    () =>
      new RulesModel({
        list: async () => (await read(route.$get())).items,
        create: (json) => read(route.$post({ json }, once())),
        change: (id, json) => read(route[':id'].$patch({ param: { id }, json })),
        remove: async (id) => {
          await read(route[':id'].$delete({ param: { id } }));
        },
      }),
    [],
  );
  const editing = useSignal<Partial<Rule> | null>(null);
  const deleting = useSignal<Rule | null>(null);
  useEffect(() => {
    model.load();
    if (projects.items.peek() === null) projects.load();
  }, []);
  const rules = model.rules.value;
  const failure = model.failure.value;
  const projectName = ({ projectId }: Rule) =>
    projectId === null ? 'every project' : (projects.items.value?.find(({ id }) => id === projectId)?.name ?? 'one project');
  const offers = manages && (
    <div class="rule-starters">
      {rules !== null && rules.length > 0 && <span class="muted">Often used:</span>}
      {starters.map(({ label, rule }) => (
        <Button key={label} size="small" onClick={() => (editing.value = rule)}>
          {label}
        </Button>
      ))}
    </div>
  );
  return (
    <Page
      title="Rules"
      actions={
        manages && (
          <Button kind="primary" icon="plus" onClick={() => (editing.value = {})}>
            New rule
          </Button>
        )
      }
    >
      {failure && !rules && <ErrorState title="The rules did not load" detail={failure.message} onRetry={model.load} />}
      {!rules && !failure && (
        <div class="rules" aria-busy="true">
          <Skeleton width={180} height={18} />
          <Skeleton width={360} />
        </div>
      )}
      {rules && (
        <div class="rules">
          {failure && <Notice tone="warn">This list is not fresh: {failure.message}</Notice>}
          {!manages && <p class="muted">You may look on: changing rules needs the role admin or above.</p>}
          {rules.length === 0 && (
            <EmptyState icon="shield" title="No rules yet">
              <p>A rule makes a call wait for a person, refuses it, or notes it, before it runs. Begin with one of these:</p>
            </EmptyState>
          )}
          {rules.map((rule) => (
            <article key={rule.id} class="rule" aria-label={rule.name}>
              <h2>{rule.name}</h2>
              <p>
                {rule.on === 'permission' && <>{momentNames.permission}: when </>}
                {rule.on === 'call' && 'When '}
                {conditionWords(rule)}, in {projectName(rule)}
              </p>
              <p class="muted">{outcomeWords(rule)}</p>
              {manages && (
                <div class="rule-verbs">
                  <Button size="small" onClick={() => (editing.value = rule)}>
                    Edit
                  </Button>
                  <Button size="small" kind="quiet" onClick={() => (editing.value = copyOf(rule))}>
                    Duplicate
                  </Button>
                  <Button size="small" kind="quiet" onClick={() => (deleting.value = rule)}>
                    Delete
                  </Button>
                </div>
              )}
            </article>
          ))}
          {offers}
        </div>
      )}
      <RuleDialog
        rule={editing.value}
        projects={projects.items.value ?? []}
        onClose={() => (editing.value = null)}
        onCreate={model.create}
        onChange={model.change}
        onTry={(rule, tool, text) => read(route.try.$post({ json: { rule, tool, input: { command: text, file_path: text } } }))}
      />
      <Confirm
        open={deleting.value !== null}
        title={`Delete the rule “${deleting.value?.name ?? ''}”?`}
        verb="Delete rule"
        onClose={() => (deleting.value = null)}
        onConfirm={async () => {
          if (deleting.value) await model.remove(deleting.value.id);
        }}
      >
        <p>Calls that it would stop run from now on. What waits because of it keeps waiting for its answer.</p>
      </Confirm>
    </Page>
  );
}

const copyOf = ({ id: _, createdAt: __, ...rule }: Rule): Partial<Rule> => ({ ...rule, name: `${rule.name} (copy)` });
