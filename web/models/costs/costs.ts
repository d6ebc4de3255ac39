import { computed, createModel, signal } from '@preact/signals';
import type { CostReport } from '../../../wire/cost-report.ts';
import { asError } from '../as-error.ts';
import { type CostsView, daysOf, usualView } from './costs-view.ts';

export interface CostsPorts {
  report(query: { by: CostsView['by']; from: string; to: string }): Promise<CostReport>;
  now(): number;
}

/** The cost report of what is looked at. What was there stays until what is asked for has come. */
export const CostsModel = createModel((ports: CostsPorts) => {
  const view = signal<CostsView>(usualView);
  const report = signal<CostReport | null>(null);
  const failure = signal<Error | null>(null);
  const loading = signal(false);
  let asked = 0;

  const load = async () => {
    asked += 1;
    const mine = asked;
    loading.value = true;
    failure.value = null;
    const { by, range } = view.peek();
    try {
      const found = await ports.report({ by, ...daysOf(range, ports.now()) });
      if (mine === asked) report.value = found;
    } catch (error) {
      if (mine === asked) failure.value = asError(error);
    } finally {
      if (mine === asked) loading.value = false;
    }
  };

  return {
    view: computed(() => view.value),
    report: computed(() => report.value),
    failure: computed(() => failure.value),
    loading: computed(() => loading.value),
    load,
    show(next: CostsView) {
      view.value = next;
      return load();
    },
  };
});
