import type { Budget } from '../../../wire/budget.ts';
import { noPolicy, type Policy, policyIn } from '../../../wire/policy.ts';
import type { FoundTouch } from '../collision.ts';
import type { SessionOwner } from '../ingest.ts';
import { own } from '../own.ts';
import type { SessionState } from '../session-state.ts';
import { type OwnLimits, ownLimitsOf, type RoomPolicy } from './family.ts';
import type { Denial, Grant, LeaseLine, LeaseMessage, SessionBite, Want } from './lease.ts';
import { type Meter, quotasOf } from './meters.ts';
import { reservedIn, spentIn } from './spending.ts';
import { windowKey } from './window.ts';

/** What a room knows of money beyond its own session; one row of its storage. Plain JSON. */
export interface Purse {
  /** The ledger knows of this room and tells it of changes. */
  isRegistered: boolean;
  /** What concerns this session. */
  policy: RoomPolicy;
  /** The last message's number. */
  n: number;
  caps: Record<string, { window: string; cap: number }>;
  /** A message was sent and its answer has not come: what it granted is still to be claimed or given back. */
  owes: boolean;
  /** What the ledger was last told is spent. */
  told: Record<string, { window: string; spent: number }>;
  /** Where budgets that each session gets held this one, until the ledger has heard of it. */
  bites?: SessionBite[];
  /** What the ledger was last told a person lets it spend; only where it has children. */
  toldOwn?: OwnLimits;
}

export const emptyPurse: Purse = {
  isRegistered: false,
  policy: noPolicy,
  n: 0,
  owes: false,
  caps: {},
  told: {},
};

/** A purse as it was saved. Before policies had rules, budgets and rates stood beside its version. */
export function purseIn(saved: Partial<Purse> & Partial<Policy>): Purse {
  const { version, budgets, rates, ...purse } = saved;
  const known = { ...(version !== undefined && { version }), ...(budgets && { budgets }), ...(rates && { rates }) };
  return { ...emptyPurse, ...purse, policy: policyIn(saved.policy ?? known) };
}

/** What judging a POST needs of it. `denials` and `isUnreachable` are what the ledger just answered, or that it did not. */
export interface Means {
  nowMs: number;
  policy: RoomPolicy;
  caps: Purse['caps'];
  /** Other live sessions in the files that are asked about, where a rule wants to know. */
  collisions?: readonly FoundTouch[] | undefined;
  /** How long the client of this POST can wait for a person, ms; as long as the rule says where it is left out. */
  holdMs?: number | undefined;
  denials: readonly Denial[];
  isUnreachable: boolean;
}

export const noMeans: Means = { nowMs: 0, policy: noPolicy, caps: {}, denials: [], isUnreachable: false };

/** Whether a budget counts what this session spends. */
export function counts({ scope, scopeId }: Budget, { projectId, userId }: Pick<SessionOwner, 'projectId' | 'userId'>): boolean {
  if (scope === 'organization' || (scope === 'session' && scopeId === null)) return true;
  return scopeId === (scope === 'user' ? userId : projectId);
}

/** Those that sessions share; a room asks the ledger for its part of them. */
const leasedBudgets = ({ budgets, family }: Pick<RoomPolicy, 'budgets' | 'family'>): Budget[] => [
  ...budgets.filter(({ scope }) => scope !== 'session'),
  ...(family?.budgets ?? []),
];

/** Everything that a room leases: budgets, and the quotas that are set. */
export const metersOf = (policy: Pick<RoomPolicy, 'budgets' | 'family' | 'limits'>): Meter[] => [
  ...leasedBudgets(policy),
  ...quotasOf(policy.limits),
];

/** The part of a policy that concerns one session. */
export const policyFor = (policy: Policy, owner: Pick<SessionOwner, 'projectId' | 'userId'>): Policy => ({
  ...policy,
  budgets: policy.budgets.filter((budget) => counts(budget, owner)),
  rules: policy.rules.filter(({ projectId }) => projectId === null || projectId === owner.projectId),
  snapshots: Object.fromEntries(Object.entries(policy.snapshots).filter(([projectId]) => projectId === owner.projectId)),
});

/** What the room may use of a budget: what it was granted for this window. */
export function capOf({ caps }: Pick<Purse, 'caps'>, budget: Pick<Meter, 'id' | 'window'>, nowMs: number): number {
  const found = own(caps, budget.id);
  return found && found.window === windowKey(budget.window, nowMs) ? found.cap : 0;
}

/** How the room stands with each budget that it shares. A cap lost with an eviction is as high as what was used under it. */
export function linesOf(purse: Purse, state: SessionState, nowMs: number): LeaseLine[] {
  return metersOf(purse.policy).map((budget) => {
    const spent = spentIn(state, budget.window, budget.unit, nowMs);
    const used = spent + reservedIn(state, budget.unit);
    return {
      budgetId: budget.id,
      window: windowKey(budget.window, nowMs),
      cap: Math.max(used, capOf(purse, budget, nowMs)),
      used,
      spent,
    };
  });
}

/** The next message, and the purse that knows of it: to be saved before it is sent. `keeps` says whether idle money stays here. */
export function nextMessage(
  purse: Purse,
  state: SessionState,
  nowMs: number,
  { wants = [], keeps = false, closed = false }: { wants?: Want[]; keeps?: boolean; closed?: boolean },
): { purse: Purse; message: LeaseMessage } {
  const lines = linesOf(purse, state, nowMs).map((line) => (keeps ? line : { ...line, cap: line.used }));
  const n = purse.n + 1;
  const after: Purse = {
    ...purse,
    n,
    owes: true,
    caps: capsIn(lines),
    told: toldIn(lines),
    isRegistered: purse.isRegistered && !closed,
  };
  const told = {
    ...(closed && { closed }),
    ...(purse.bites && { bites: purse.bites }),
    ...(purse.policy.family?.isParent && { own: ownLimitsOf(state) }),
  };
  return {
    purse: told.own ? { ...after, toldOwn: told.own } : after,
    message: { roomId: state.owner.sessionId, n, lines, wants, ...told },
  };
}

/** The caps that lines state, or grants give. */
export const capsIn = (grants: readonly Grant[]): Purse['caps'] =>
  Object.fromEntries(grants.map(({ budgetId, window, cap }) => [budgetId, { window, cap }]));

const toldIn = (lines: readonly LeaseLine[]): Purse['told'] =>
  Object.fromEntries(lines.map(({ budgetId, window, spent }) => [budgetId, { window, spent }]));

/** The purse with what the ledger granted. */
export const granted = (purse: Purse, grants: readonly Grant[]): Purse => ({
  ...purse,
  owes: false,
  caps: { ...purse.caps, ...capsIn(grants) },
});

const soonMs = 2000;
const idleMs = 60_000;

/** When the room owes the ledger a word: soon where it is unknown, spent more than it held, or is over; else when it has been idle. */
export function ledgerDueAt(purse: Purse, state: SessionState, registerAtMs: number, nowMs: number): number | null {
  const isOver = state.endedAtMs !== null;
  const isUnknown = !purse.isRegistered || purse.policy.family?.isPending;
  if (isUnknown && !isOver) return registerAtMs;
  const lines = linesOf(purse, state, nowMs);
  const isUntold = lines.some(({ budgetId, window, spent }) => {
    const told = own(purse.told, budgetId);
    return spent !== (told?.window === window ? told.spent : 0);
  });
  const isIdle = lines.some(({ cap, used }) => cap > used);
  const isOverdrawn = metersOf(purse.policy).some((budget, index) => (lines[index]?.used ?? 0) > capOf(purse, budget, nowMs));
  const hasNews = purse.bites !== undefined || owesLimits(purse, state);
  if (isOver && (isUntold || isIdle || hasNews || purse.isRegistered)) return state.lastEventAtMs + soonMs;
  // Also where a budget was made while the session ran: what it has in use by then counts.
  if (purse.owes || hasNews || isOverdrawn) return state.lastEventAtMs + soonMs;
  return isUntold || isIdle ? state.lastEventAtMs + idleMs : null;
}

/** Whether its family has still to hear what a person lets a parent spend. */
function owesLimits({ policy, toldOwn }: Purse, state: SessionState): boolean {
  if (!policy.family?.isParent) return false;
  const { microUsd, tokens } = ownLimitsOf(state);
  return toldOwn?.microUsd !== microUsd || toldOwn.tokens !== tokens;
}

/** Whether a policy says something that a room has not heard: the policy, and the family, each only move on. */
export function isNewer(policy: RoomPolicy, known: RoomPolicy): boolean {
  if (policy.version > known.version || (policy.family?.version ?? 0) > (known.family?.version ?? 0)) return true;
  return known.family?.isPending === true && !policy.family?.isPending && policy.version === known.version;
}
