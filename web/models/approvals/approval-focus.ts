import { computed, createModel, type ReadonlySignal, signal } from '@preact/signals';
import { type ApprovalKey, keyOf } from './approvals.ts';

interface Focus {
  /** Null while nothing waits. */
  key: string | null;
  index: number;
}

/** A key that is pressed sooner after its card got the focus was meant for another card, or for none. */
export const seenAfterMs = 700;

/** The card that the keys of the approvals work on: the same call, whatever comes, goes or is answered around it. */
export const ApprovalFocusModel = createModel((items: ReadonlySignal<readonly ApprovalKey[]>) => {
  let held: Focus = { key: null, index: 0 };
  /** Moves whenever somebody did. */
  const moves = signal(0);
  let drawn: { key: string | null; sinceMs: number } = { key: null, sinceMs: 0 };

  const focused = computed(() => {
    moves.value;
    held = kept(held, items.value);
    return held;
  });
  const goTo = (index: number) => {
    const item = items.peek()[index];
    if (!item) return;
    held = { key: keyOf(item), index };
    moves.value += 1;
  };

  return {
    index: computed(() => focused.value.index),
    key: computed(() => focused.value.key),
    go: (wanted: ApprovalKey) => goTo(items.peek().findIndex((item) => keyOf(item) === keyOf(wanted))),
    move(step: number) {
      const last = items.peek().length - 1;
      goTo(Math.max(0, Math.min(last, focused.peek().index + step)));
    },
    /** The screen shows the focus on this card, and did not before. */
    draw(key: string | null, nowMs: number) {
      drawn = { key, sinceMs: nowMs };
    },
    /** Whether whoever pressed a key at this moment had seen that it is for the card that has the focus now. */
    wasSeen(pressedMs: number): boolean {
      const { key } = focused.peek();
      return key !== null && drawn.key === key && pressedMs - drawn.sinceMs >= seenAfterMs;
    },
  };
});

/** A card keeps the focus for as long as it waits; then the one in its place has it. */
function kept({ key, index }: Focus, items: readonly ApprovalKey[]): Focus {
  const found = items.findIndex((item) => keyOf(item) === key);
  const next = found >= 0 ? found : Math.min(index, Math.max(0, items.length - 1));
  const item = items[next];
  return { key: item ? keyOf(item) : null, index: next };
}
