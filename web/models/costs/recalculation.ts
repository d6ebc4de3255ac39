import { computed, createModel, signal } from '@preact/signals';
import type { Recalculated, Recalculation } from '../../../wire/price.ts';
import { asError } from '../as-error.ts';

/** Looking what would change, showing it, changing it, done; or why not. */
export type RecalculationStep = 'ready' | 'looking' | 'found' | 'changing' | 'done';

export interface Tally {
  sessions: number;
  changed: number;
  deltaMicroUsd: number;
}

export interface RecalculationPorts {
  page(body: Recalculation): Promise<Recalculated>;
}

const nothing: Tally = { sessions: 0, changed: 0, deltaMicroUsd: 0 };

/** Recalculates an organization's costs page by page: first what would change, then, once a person agreed, the change. */
export const RecalculationModel = createModel((ports: RecalculationPorts) => {
  const step = signal<RecalculationStep>('ready');
  const tally = signal<Tally>(nothing);
  /** What the look before found. */
  const found = signal<Tally>(nothing);
  const failure = signal<Error | null>(null);
  let from = '';
  let run = 0;

  /** Whether it came to its end; undefined where it was left meanwhile. */
  const walk = async (dryRun: boolean): Promise<boolean | undefined> => {
    run += 1;
    const mine = run;
    tally.value = nothing;
    failure.value = null;
    let cursor: string | undefined;
    try {
      do {
        const page = await ports.page({ from, dryRun, cursor });
        if (mine !== run) return undefined;
        const { sessions, changed, deltaMicroUsd } = tally.peek();
        tally.value = {
          sessions: sessions + page.sessions,
          changed: changed + page.changed,
          deltaMicroUsd: deltaMicroUsd + page.deltaMicroUsd,
        };
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return true;
    } catch (error) {
      if (mine !== run) return undefined;
      failure.value = asError(error);
      return false;
    }
  };

  return {
    step: computed(() => step.value),
    tally: computed(() => tally.value),
    failure: computed(() => failure.value),
    /** How far the change is, of 1; null while nobody knows how much there is. */
    progress: computed(() =>
      step.value === 'changing' ? Math.min(1, tally.value.sessions / Math.max(1, found.value.sessions)) : null,
    ),
    async look(since: string) {
      from = since;
      step.value = 'looking';
      const isDone = await walk(true);
      if (isDone === undefined) return;
      found.value = tally.peek();
      step.value = isDone ? 'found' : 'ready';
    },
    async change() {
      step.value = 'changing';
      const isDone = await walk(false);
      if (isDone === undefined) return;
      // What was changed before it failed stays so, and is not changed again: going on is looking again.
      step.value = isDone ? 'done' : 'ready';
    },
    /** Leaves it: a page that is on its way comes to nothing here. */
    close() {
      run += 1;
      step.value = 'ready';
      failure.value = null;
      tally.value = nothing;
    },
  };
});
