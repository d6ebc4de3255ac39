import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { BudgetDetail, BudgetPatch } from '../../../wire/budget.ts';
import type { Member } from '../../../wire/identity.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { client, once, read } from '../../api.ts';
import { slowNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Page } from '../../components/shell/page.tsx';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../components/states.tsx';
import { showToast } from '../../components/toast.tsx';
import { asError } from '../../models/as-error.ts';
import { BudgetsModel } from '../../models/costs/budgets.ts';
import { amountOf } from '../../models/costs/budgets-words.ts';
import { itemList } from '../../models/item-list.ts';
import { mayManageBudgets } from '../../models/rights.ts';
import { useOrganization } from '../../organization-scope.ts';
import { timePorts } from '../../socket-ports.ts';
import { BudgetCard } from './budget-card.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import './budgets.css';

const { budgets: route, members: membersRoute, sessions: sessionsRoute } = client.api;

export function BudgetsPage() {
  const { organization, projects, connection, onFeed } = useOrganization();
  const manages = mayManageBudgets(organization.role);
  const members = useMemo(() => itemList<Member>((cursor) => read(membersRoute.$get({ query: { cursor, limit: '100' } }))), []);
  // Whom a budget held is among the latest; older ones keep their link and lose their name.
  const sessions = useMemo(
    () => itemList<SessionSummary>((cursor) => read(sessionsRoute.$get({ query: { cursor, limit: '100' } }))),
    [],
  );
  const model = useMemo(
    () =>
      new BudgetsModel({
        ...timePorts,
        list: async () => (await read(route.$get())).items,
        create: (json) => read(route.$post({ json }, once())),
        change: (id, json) => read(route[':id'].$patch({ param: { id }, json })),
        remove: async (id) => {
          await read(route[':id'].$delete({ param: { id } }));
        },
      }),
    [],
  );
  const editing = useSignal<BudgetDetail | 'new' | null>(null);
  const deleting = useSignal<BudgetDetail | null>(null);
  useEffect(() => {
    model.load();
    projects.load();
    members.load();
    sessions.load();
    const leave = onFeed((frame) => {
      if (frame.type !== 'session') return;
      const told = frame.session;
      const isKnown = ({ id, title }: SessionSummary) => id === told.id && title === told.title;
      sessions.update((items) => (items.some(isKnown) ? items : [told, ...items.filter(({ id }) => id !== told.id)]));
      model.refreshSoon();
    });
    return () => {
      leave();
      model.close();
    };
  }, []);

  const nameOf = ({ scope, scopeId }: BudgetDetail): string => {
    const project = () => projects.items.value?.find(({ id }) => id === scopeId)?.name ?? 'A project';
    if (scope === 'session') return scopeId === null ? 'Each session' : `Each session of ${project()}`;
    if (scope === 'organization') return organization.name;
    if (scope === 'project') return project();
    return members.items.value?.find(({ user }) => user.id === scopeId)?.user.name ?? 'A person';
  };
  const raise = async ({ id, limit, unit }: BudgetDetail, to: number) => {
    try {
      await model.change(id, { limit: to, ifLimit: limit });
      const run = () => void model.change(id, { limit, ifLimit: to }).catch(sayFailed);
      showToast(`The limit is ${amountOf(to, unit)} now.`, { action: { label: 'Undo', run } });
    } catch (error) {
      sayFailed(error);
    }
  };

  const budgets = model.budgets.value;
  const failure = model.failure.value;
  const edited = editing.value;
  const add = manages && (
    <Button kind="primary" icon="plus" onClick={() => (editing.value = 'new')}>
      New budget
    </Button>
  );
  return (
    <Page title="Budgets" connection={connection} actions={budgets && budgets.length > 0 && add}>
      {failure && !budgets && <ErrorState title="The budgets did not load" detail={failure.message} onRetry={model.load} />}
      {failure && budgets && <Notice tone="warn">These figures are not fresh: {failure.message}</Notice>}
      {!budgets && !failure && <Loading />}
      {budgets?.length === 0 && (
        <EmptyState icon="budgets" title="No budgets yet">
          <p>A budget stops an agent before it overspends: for each session, a project, one person or everybody.</p>
          {add}
        </EmptyState>
      )}
      {budgets && budgets.length > 0 && (
        <div class="budgets">
          {budgets.map((budget) => (
            <BudgetCard
              key={budget.id}
              budget={budget}
              subject={nameOf(budget)}
              nowMs={slowNow.value}
              organizationId={organization.id}
              titleOf={(sessionId) => sessions.items.value?.find(({ id }) => id === sessionId)?.title}
              manages={manages}
              onRaise={(to) => raise(budget, to)}
              onEdit={() => (editing.value = budget)}
              onDelete={() => (deleting.value = budget)}
            />
          ))}
        </div>
      )}
      <BudgetDialog
        open={edited !== null}
        budget={edited === null || edited === 'new' ? undefined : edited}
        projects={projects.items.value ?? []}
        members={members.items.value ?? []}
        onClose={() => (editing.value = null)}
        onCreate={model.create}
        onChange={(id: string, patch: BudgetPatch) => model.change(id, patch)}
      />
      <Confirm
        open={deleting.value !== null}
        title={`Delete the budget of ${deleting.value && nameOf(deleting.value)}?`}
        verb="Delete budget"
        onClose={() => (deleting.value = null)}
        onConfirm={async () => {
          if (deleting.value) await model.remove(deleting.value.id);
        }}
      >
        <p>Its picture goes with it, and sessions that it holds go on.</p>
      </Confirm>
    </Page>
  );
}

const sayFailed = (error: unknown) => showToast(`The budget is as it was: ${asError(error).message}`, { tone: 'bad' });

function Loading() {
  return (
    <div class="budgets" aria-busy="true">
      {[0, 1].map((key) => (
        <div key={key} class="budget">
          <Skeleton width={140} height={16} />
          <Skeleton width={220} />
          <Skeleton height={132} />
          <Skeleton width={260} />
        </div>
      ))}
    </div>
  );
}
