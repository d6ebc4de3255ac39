import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { NewSessionBudget, SessionSummary } from '../../../wire/session.ts';
import { client, once, read } from '../../api.ts';
import type { LiveState } from '../../live-socket.ts';
import { BudgetsModel } from '../../models/costs/budgets.ts';
import { SessionFamilyModel } from '../../models/session/session-family.ts';
import { useOrganization } from '../../organization-scope.ts';
import { onWake, timePorts } from '../../socket-ports.ts';

const { budgets: route, sessions } = client.api;

/**
 * What counts a session's spending with that of others: the organization's budgets, and the sessions that it started. Nothing is asked
 * for while the server cannot be reached; once it can, both are read again.
 */
export function useCounting(id: string, session: SessionSummary | null, connection: LiveState['type']) {
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
    const stopWaking = onWake(() => !wasOffline.current && budgets.refreshSoon());
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
  const isOffline = connection === 'offline';
  const counted = useRef<{ costMicroUsd: number; status: string } | null>(null);
  useEffect(() => {
    if (!session) return;
    const before = counted.current;
    counted.current = session;
    // What the page opens with is no news: the budgets were read a moment ago.
    if (!before || (before.costMicroUsd === session.costMicroUsd && before.status === session.status)) return;
    if (!isOffline && !document.hidden) budgets.refreshSoon();
  }, [budgets, session?.costMicroUsd, session?.status]);
  const wasOffline = useRef(false);
  useEffect(() => {
    if (isOffline) budgets.close();
    else if (wasOffline.current) {
      budgets.refreshSoon();
      family.load();
    }
    wasOffline.current = isOffline;
  }, [budgets, family, isOffline]);
  return {
    budgets,
    family,
    /** Sets a limit of the session that started this one. */
    async limitParent(json: NewSessionBudget) {
      if (parentId !== null) family.knowParent(await read(sessions[':id'].budget.$put({ param: { id: parentId }, json })));
    },
  };
}
