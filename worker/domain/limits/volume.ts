import type { QuotaRefusal } from '../ingest.ts';
import type { SessionState } from '../session-state.ts';
import type { Short, Want } from './lease.ts';
import { quotasOf } from './meters.ts';
import { capOf, type Means } from './purse.ts';
import { usedUpReason } from './refusal.ts';
import { spentIn } from './spending.ts';
import { windowBounds, windowKey } from './window.ts';

/** Taken beside what a POST needs, so that a session seldom has to ask. */
const spare = { events: 100, bytes: 256 * 1024 };

/**
 * Why the quotas of events and of bytes refuse what a POST would store, or what the ledger has to be asked for first; undefined where
 * there is room. `state` is the session without it. Where the ledger does not answer there is: what was stored then is counted
 * afterwards, and an agent's events are not lost.
 */
export function volumeRefusal(
  state: SessionState,
  post: { events: number; bytes: () => number },
  means: Means,
): QuotaRefusal | Short | undefined {
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
      // Left out where the quota never begins anew by itself.
      return { ok: false, code: 'quota_exceeded', reason, ...(endMs !== null && { retryAfterMs: endMs - means.nowMs }) };
    }
    isShort = true;
  }
  return !isShort || means.isUnreachable ? undefined : { ok: false, code: 'short', wants };
}
