import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { BudgetDetail } from '../../../wire/budget.ts';
import type { LimitsAnswer } from '../../../wire/organization-limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { makeRig } from '../rig.ts';

/** A person with an agent, and budgets to hold it. */
export async function makeLedgerRig(name: string) {
  const rig = await makeRig(name);
  const organizationId = rig.account.organization.id;
  const ledger = () => env.BUDGET_LEDGER.getByName(organizationId);
  const purseOf = (sessionId: string) =>
    runInDurableObject(rig.room(sessionId), (room) => Reflect.get(Reflect.get(Reflect.get(room, 'core'), 'till'), 'purse'));
  const hook = (session: string, event: string, fields: object = {}) =>
    rig.hook({ session_id: session, hook_event_name: event, ...fields });
  return {
    ...rig,
    ledger,
    purseOf,
    hook,
    call: (session: string, id: string) =>
      hook(session, 'PreToolUse', { tool_name: 'Bash', tool_use_id: id, tool_input: { command: 'ls' } }),
    usage: (session: string, requestId: string, costMicroUsd: number, tokens = 1) =>
      rig.post('/hooks/events', {
        agent: 'claude-code',
        sessionId: session,
        events: [
          {
            id: requestId,
            type: 'usage',
            costMicroUsd,
            usage: { input: tokens, output: 0, cacheRead: 0, cacheWrite: 0, model: 'claude-opus-5-5' },
          },
        ],
      }),
    /** A session that has begun and that the ledger knows of. */
    started: async (session: string): Promise<SessionSummary> => {
      await hook(session, 'UserPromptSubmit', { prompt: 'work' });
      const summary = await rig.sessionOf('claude-code', session);
      if (!summary) throw new Error('no session');
      await vi.waitUntil(async () => (await purseOf(summary.id)).isRegistered);
      return summary;
    },
    budget: (body: object) =>
      rig.browser.json<BudgetDetail>('/api/budgets', { body: { scope: 'organization', window: 'lifetime', ...body } }),
    /** Until a session's room knows of the budget as it is now. */
    known: (sessionId: string, { id, limit }: BudgetDetail) =>
      vi.waitUntil(async () =>
        (await purseOf(sessionId)).policy.budgets.some((budget: BudgetDetail) => budget.id === id && budget.limit === limit),
      ),
    limits: (body: object) => rig.browser.json<LimitsAnswer>('/api/limits', { method: 'PATCH', body }),
    /** Lets the room's alarm run as if it were so much later. */
    alarmAfter: async (sessionId: string, ms: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
      await runDurableObjectAlarm(rig.room(sessionId)).finally(() => vi.useRealTimers());
    },
    standing: (id: string) => rig.browser.json<BudgetDetail>(`/api/budgets/${id}`),
    raise: (id: string, limit: number) =>
      rig.browser.json<BudgetDetail>(`/api/budgets/${id}`, { method: 'PATCH', body: { limit } }),
  };
}

export const stopped = (reason: unknown) => ({
  hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'deny', permissionDecisionReason: reason },
  continue: false,
  stopReason: reason,
});
