import { computed, createModel, signal } from '@preact/signals';
import type { Snapshot } from '../../../wire/snapshot.ts';
import { asError } from '../as-error.ts';

/** A snapshot of a session that an address names, and that is not among those that were listed. */
export const LinkedSnapshotModel = createModel((sessionId: string, ports: { one(id: string): Promise<Snapshot> }) => {
  const snapshot = signal<Snapshot | null>(null);
  const failure = signal<Error | null>(null);
  const isElsewhere = signal(false);
  /** Only what was asked for last is shown. */
  let asked = 0;
  return {
    snapshot: computed(() => snapshot.value),
    failure: computed(() => failure.value),
    /** There is such a snapshot, of another session. */
    isElsewhere: computed(() => isElsewhere.value),
    /** Null: the address names none any more, or one that is listed. */
    async load(id: string | null) {
      asked += 1;
      const mine = asked;
      snapshot.value = null;
      failure.value = null;
      isElsewhere.value = false;
      if (id === null) return;
      try {
        const found = await ports.one(id);
        if (mine !== asked) return;
        if (found.sessionId === sessionId) snapshot.value = found;
        else isElsewhere.value = true;
      } catch (error) {
        if (mine === asked) failure.value = asError(error);
      }
    },
  };
});
