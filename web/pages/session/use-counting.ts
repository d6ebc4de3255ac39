import { useEffect, useMemo } from 'preact/hooks';
import type { NewSessionBudget, SessionSummary } from '../../../wire/session.ts';
import { client, once, read } from '../../api.ts';
import { BudgetsModel } from '../../models/budgets.ts';
import { SessionFamilyModel } from '../../models/session-family.ts';
import { useOrganization } from '../../organization-scope.ts';
import { onWake, timePorts } from '../../socket-ports.ts';

const { budgets: route, sessions } = client.api;

/** What counts a session's spending with that of others: the organization's budgets, and the sessions that it started. */
export function useCounting(id: string, session: SessionSummary | null) {
  const { onFeed } = useOrganization();
  const [budgets, family] = useMemo(
    () =>
      [
        new BudgetsModel({
          ...timePorts,
          list: async () => (await read(route.$get())).items,
          create: (json) => read(route.$post({ json }, once())),
          change: (budgetId, json) => read(route[':id'].$patch({ param: { id: budgetId }, json })),
          remove: async (budgetId) => {
            await read(route[':id'].$delete({ param: { id: budgetId } }));
          },
        }),
        new SessionFamilyModel(id, {
          parent: (parentId) => read(sessions[':id'].$get({ param: { id: parentId } })),
          children: async (parent) => (await read(sessions.$get({ query: { parent, limit: '100' } }))).items,
        }),
      ] as const,
    [id],
  );
  useEffect(() => {
    budgets.load();
    family.load();
    const leave = onFeed(family.apply);
    // Nobody looks at a hidden tab: it catches up when it is seen again.
    const stopWaking = onWake(() => budgets.refreshSoon());
    return () => {
      leave();
      stopWaking();
      budgets.close();
    };
  }, [budgets, family]);
  const parentId = session?.parentId ?? null;
  useEffect(() => {
    if (parentId !== null) family.loadParent(parentId);
  }, [family, parentId]);
  useEffect(() => {
    if (budgets.budgets.peek() !== null && !document.hidden) budgets.refreshSoon();
  }, [budgets, session?.costMicroUsd, session?.status]);
  return {
    budgets,
    family,
    /** Sets a limit of the session that started this one. */
    async limitParent(json: NewSessionBudget) {
      if (parentId !== null) family.knowParent(await read(sessions[':id'].budget.$put({ param: { id: parentId }, json })));
    },
  };
}
