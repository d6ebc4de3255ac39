import { computed, createModel, signal } from '@preact/signals';
import type { SessionCosts } from '../../../wire/session-costs.ts';

export interface SessionCostsPorts {
  costs(): Promise<SessionCosts>;
  /** Runs a task later; answers how to call it off. */
  schedule(task: () => void, inMs: number): () => void;
}

/** A running session spends every few seconds; what it consists of is read no more often than this. */
const refreshMs = 5000;

/** What a session's cost consists of; null until it is known, and where it cannot be read: the totals above it stand. */
export const SessionCostsModel = createModel((ports: SessionCostsPorts) => {
  const costs = signal<SessionCosts | null>(null);
  let callOff: (() => void) | undefined;
  let isOver = false;

  const load = async () => {
    const found = await ports.costs().catch(() => null);
    if (found && !isOver) costs.value = found;
  };

  return {
    costs: computed(() => costs.value),
    load,
    refreshSoon() {
      callOff ??= ports.schedule(() => {
        callOff = undefined;
        load();
      }, refreshMs);
    },
    close() {
      isOver = true;
      callOff?.();
      callOff = undefined;
    },
  };
});
