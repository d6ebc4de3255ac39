import { computed, createModel, signal } from '@preact/signals';
import type { BudgetDetail, BudgetPatch, NewBudget } from '../../../wire/budget.ts';
import { asError } from '../as-error.ts';

export interface BudgetPorts {
  list(): Promise<BudgetDetail[]>;
  create(budget: NewBudget): Promise<BudgetDetail>;
  change(id: string, patch: BudgetPatch): Promise<BudgetDetail>;
  remove(id: string): Promise<void>;
  /** Runs a task later; answers how to call it off. */
  schedule(task: () => void, inMs: number): () => void;
}

/** Spending moves with every model call; the pictures need not move more often than this. */
const refreshMs = 5000;

/** An organization's budgets, those that need a person first. */
export const BudgetsModel = createModel((ports: BudgetPorts) => {
  const budgets = signal<readonly BudgetDetail[] | null>(null);
  const failure = signal<Error | null>(null);
  let callOff: (() => void) | undefined;

  const load = async () => {
    try {
      budgets.value = inOrder(await ports.list());
      failure.value = null;
    } catch (error) {
      failure.value = asError(error);
    }
  };
  const put = (budget: BudgetDetail) => {
    const others = (budgets.peek() ?? []).filter(({ id }) => id !== budget.id);
    budgets.value = inOrder([...others, budget]);
    return budget;
  };

  return {
    budgets: computed(() => budgets.value),
    /** Of the last reading; what is known stays. */
    failure: computed(() => failure.value),
    load,
    /** Something was spent somewhere: the figures are read again, soon and not too often. */
    refreshSoon() {
      callOff ??= ports.schedule(() => {
        callOff = undefined;
        load();
      }, refreshMs);
    },
    create: async (budget: NewBudget) => put(await ports.create(budget)),
    async change(id: string, patch: BudgetPatch) {
      try {
        return put(await ports.change(id, patch));
      } catch (error) {
        // Somebody else may have been first: what they set is shown.
        void load();
        throw error;
      }
    },
    async remove(id: string) {
      await ports.remove(id);
      budgets.value = (budgets.peek() ?? []).filter((budget) => budget.id !== id);
    },
    close() {
      callOff?.();
      callOff = undefined;
    },
  };
});

const urgency = { spent: 0, soft: 1, within: 2 } as const;

/** Stable whatever is spent: a card moves only when its budget bites. */
const inOrder = (all: readonly BudgetDetail[]): BudgetDetail[] =>
  [...all].sort((a, b) => urgency[a.state] - urgency[b.state] || (a.id < b.id ? -1 : 1));

/** What raising it by one tap offers: a quarter more, half more, twice as much; always room for something. */
export function raises({ limit, unit, spent }: Pick<BudgetDetail, 'limit' | 'unit' | 'spent'>): number[] {
  const step = unit === 'tokens' ? 1000 : 10_000;
  const from = Math.max(limit, spent, step * 100);
  const steps = [0.25, 0.5, 1].map((share) => from + Math.ceil((from * share) / step) * step);
  return [...new Set(steps)];
}
