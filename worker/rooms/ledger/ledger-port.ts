import type { RoomPolicy } from '../../domain/limits/family.ts';
import type { LeaseAnswer } from '../../domain/limits/lease.ts';
import type { Env } from '../../env.ts';
import { budgetLedger } from '../index.ts';
import type { LedgerPort } from '../session/till.ts';
import { within } from '../within.ts';

/** An agent waits for the answer, of the first call's introduction too: two tries fit into the two seconds after which a verdict is cut off. */
const askMs = 900;

/** The organization's ledger over RPC; what takes too long counts as unreachable. */
export const ledgerPort = (env: Env): LedgerPort => ({
  register: (owner) => within(askMs, async (): Promise<RoomPolicy> => budgetLedger(env, owner.organizationId).register(owner)),
  ask: ({ organizationId }, message) =>
    within(askMs, async (): Promise<LeaseAnswer> => budgetLedger(env, organizationId).ask(message)),
});
