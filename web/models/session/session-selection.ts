import { computed, createModel, type ReadonlySignal, signal } from '@preact/signals';
import type { ListGroup } from '../sessions/list-order.ts';

/** Which rows of a list are chosen. What no longer stands in the list, or is filtered away, is not: nothing unseen is acted on. */
export const SelectionModel = createModel((groups: ReadonlySignal<readonly ListGroup[]>) => {
  const marked = signal<ReadonlySet<string>>(new Set());
  const choosing = signal(false);
  /** Where a range begins: the row that was chosen or let go last. */
  let anchor: string | null = null;

  const order = computed(() => groups.value.flatMap(({ ids }) => ids));
  const chosen = computed(() => order.value.filter((id) => marked.value.has(id)));

  return {
    /** In the order of the list. */
    chosen,
    /** A tap on a row chooses it. */
    isTapping: computed(() => choosing.value),
    /** Somebody is at it. */
    isOn: computed(() => choosing.value || chosen.value.length > 0),
    /** Of all rows that are loaded. */
    isAll: computed(() => chosen.value.length > 0 && chosen.value.length === order.value.length),
    /** The same, for a row to look itself up in. */
    marked: computed(() => marked.value),
    toggle(id: string) {
      anchor = id;
      // What is hidden at this moment would come back with the next filter.
      const next = new Set(chosen.peek());
      if (!next.delete(id)) next.add(id);
      marked.value = next;
    },
    /** Chooses everything from the last row that was touched to this one, whichever stands first. */
    extend(id: string) {
      marked.value = new Set([...chosen.peek(), ...between(order.peek(), anchor ?? id, id)]);
      anchor = id;
    },
    all() {
      marked.value = new Set(order.peek());
    },
    begin() {
      choosing.value = true;
    },
    clear() {
      anchor = null;
      choosing.value = false;
      marked.value = new Set();
    },
  };
});

/** Both ends and what stands between them; the second alone where the first is not there. */
function between(order: readonly string[], one: string, other: string): readonly string[] {
  const [from, to] = [order.indexOf(one), order.indexOf(other)];
  if (from === -1 || to === -1) return [other];
  return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}
