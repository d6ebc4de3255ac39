import type { SessionState } from '../session-state.ts';
import type { Want } from './lease.ts';
import { quotasOf } from './meters.ts';
import { capOf, type Means } from './purse.ts';
import { usedUpReason } from './refusal.ts';
import { spentIn } from './spending.ts';
import { windowBounds, windowKey } from './window.ts';

export type VolumeAnswer =
  | { type: 'room' }
  /** The ledger has to be asked for more first. */
  | { type: 'short'; wants: Want[] }
  /** `retryAfterMs` is when the quota begins anew; left out where it never does by itself. */
  | { type: 'used_up'; reason: string; retryAfterMs?: number };

/** Taken beside what a POST needs, so that a session seldom has to ask. */
const spare = { events: 100, bytes: 256 * 1024 };

/**
 * Whether the quotas of events and of bytes have room for what a POST would store; `state` is the session without it. Where the
 * ledger does not answer there is: what was stored then is counted afterwards, and an agent's events are not lost.
 */
export function askVolume(state: SessionState, post: { events: number; bytes: () => number }, means: Means): VolumeAnswer {
  const wants: Want[] = [];
  let isShort = false;
  for (const quota of quotasOf(means.policy.limits)) {
    const { id: budgetId, unit, window } = quota;
    if (unit !== 'events' && unit !== 'bytes') continue;
    const upTo = spentIn(state, window, unit, means.nowMs) + (unit === 'events' ? post.events : post.bytes());
    const key = windowKey(window, means.nowMs);
    // Asked for together, as budgets are.
    wants.push({ budgetId, window: key, upTo, wish: upTo + spare[unit] });
    if (upTo <= capOf(means, quota, means.nowMs)) continue;
    const denial = means.denials.find((denied) => denied.budgetId === budgetId && denied.window === key);
    if (denial && upTo > denial.most) {
      const { endMs } = windowBounds(window, means.nowMs);
      const reason = usedUpReason(quota, denial.spent);
      return { type: 'used_up', reason, ...(endMs !== null && { retryAfterMs: endMs - means.nowMs }) };
    }
    isShort = true;
  }
  return !isShort || means.isUnreachable ? { type: 'room' } : { type: 'short', wants };
}
