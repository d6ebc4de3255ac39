import type { Approval } from '../../wire/approval.ts';
import type { BranchOrigin } from '../../wire/branch.ts';
import { type Refusal, type Tokens, UsageSource } from '../../wire/event.ts';
import type { ExportedSummary } from '../../wire/export.ts';
import { noPolicy, type Policy } from '../../wire/policy.ts';
import type { FileCollision, RecentHooks, SessionStatus, SessionSummary } from '../../wire/session.ts';
import { type CostParts, noCosts } from './cost-parts.ts';
import type { SessionOwner } from './ingest.ts';
import type { Decided, Grant } from './limits/approvals.ts';
import { shownBudgets } from './limits/session-limit.ts';
import type { WindowStarts } from './limits/spending.ts';
import type { Message } from './messages.ts';
import type { Turn } from './session.ts';
import type { Stream } from './stream.ts';

/** Best first: a session's totals are those of the first source that it has. */
export const usageSources = UsageSource.options;

/** What one source of usage adds up to. */
export interface UsageTotal {
  tokens: Tokens;
  costMicroUsd: number;
  unpricedCalls: number;
}

export const noUsage: UsageTotal = {
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costMicroUsd: 0,
  unpricedCalls: 0,
};

/** A tool call whose end has not been told. */
export interface OpenCall {
  seq: number;
  atMs: number;
  tool: string;
  subagentId?: string;
  /** The subagent that this call started, once known. */
  startedSubagent?: string;
  /** Micro-dollars set aside for it by its tool's rate. */
  reservedMicroUsd?: number;
}

/** Open calls from the oldest on: a record lists ids that look like numbers first, whenever they came. */
export const byAge = (openCalls: Readonly<Record<string, OpenCall>>): [string, OpenCall][] =>
  Object.entries(openCalls).sort(([, one], [, other]) => one.seq - other.seq);

/** One archived run of events. */
export interface Segment {
  from: number;
  to: number;
  key: string;
  bytes: number;
}

/**
 * All that a room knows of its session beside the log itself. It is saved at each flush and is otherwise the fold of the log rows
 * after the last save, so nothing here may depend on anything but events. Plain JSON.
 */
export interface SessionState {
  owner: SessionOwner;
  /** The session that started it: named by its agent, then found by the ledger or not. */
  parent: { id: string; is: 'named' | 'found' | 'ignored' } | null;
  /** Where it left its parent; null unless a person branched it off. */
  branch: BranchOrigin | null;
  /** What asked for it, and which machine has it; null where its agent simply began. */
  request: NonNullable<SessionSummary['request']> | null;
  lastSeq: number;
  status: SessionStatus;
  title: string;
  titledByPerson: boolean;
  tags: string[];
  model: string | null;
  cwd: string | null;
  /** Where its paths count from: the repository's root where a hook told it, else the folder that the session began in. */
  root: string | null;
  repository: string | null;
  gitBranch: string | null;
  startedAtMs: number;
  /** Since when it runs: its start, or when it last went on after it was held or over; later by what it waited for people. */
  runSinceMs: number;
  waitSinceMs: number | null;
  endedAtMs: number | null;
  lastEventAtMs: number;
  eventCount: number;
  toolCallCount: number;
  errorCount: number;
  redactionCount: number;
  refusedCount: number;
  recentHooks: RecentHooks;
  usage: Partial<Record<UsageSource, UsageTotal>>;
  /** What `usage` and `toolCostMicroUsd` consist of. */
  costs: CostParts;
  activity: string;
  /** What its agent said last, cut; empty before it said anything. */
  outcome: string;
  turn: Turn;
  openCalls: Record<string, OpenCall>;
  /** The last calls that ended: a batch hook accuses none of them, and a start that comes late opens none of them again. */
  settledCalls: string[];
  /** Calls that we closed ourselves: a late answer of theirs is no new call. */
  closedCalls: string[];
  /** What a person let this session spend; null where nobody did, and what each session gets holds. */
  budgetLimitMicroUsd: number | null;
  budgetLimitTokens: number | null;
  /** Money set aside, by who will spend it: `main` or a subagent's id. Each is one model call that is not reported yet. */
  reserved: Record<string, number>;
  /** Moving average of what a model call costs, micro-dollars. */
  stepMicroUsd: number;
  /** The same in tokens. */
  reservedTokens: Record<string, number>;
  stepTokens: number;
  /** What tool calls cost by their rates. */
  toolCostMicroUsd: number;
  /** Its events as JSON texts, UTF-8 bytes, in the log or in the archive. */
  storedBytes: number;
  /** It is live and something that it asked was let through: it takes one of the places of `liveSessions`. */
  isAdmitted: boolean;
  windowStarts: WindowStarts;
  /** While set, nothing is let through. */
  block: Refusal | null;
  /** Files that it touched, by the radar's name, and when the radar was told last. */
  touches: Record<string, number>;
  collisions: FileCollision[];
  /** Calls that wait for a person, the oldest first. */
  approvals: Approval[];
  decisions: Decided[];
  grants: Grant[];
  /** What the agent has not read yet. */
  messages: Message[];
  streams: Record<string, Stream>;
  /** Streams from the least to the most recently used. */
  streamOrder: string[];
  /** When it was imported, as what (while nothing is added to it, that is what it is exported as again), and what it was called before. */
  imported: { atMs: number; importId: string; session: ExportedSummary; from?: string } | null;
}

export function newSession(owner: SessionOwner, nowMs: number): SessionState {
  return {
    owner,
    parent: owner.parentId === undefined ? null : { id: owner.parentId, is: 'named' },
    branch: null,
    request: null,
    lastSeq: 0,
    status: 'running',
    title: '',
    titledByPerson: false,
    tags: [],
    model: null,
    cwd: null,
    root: null,
    repository: null,
    gitBranch: null,
    startedAtMs: nowMs,
    runSinceMs: nowMs,
    waitSinceMs: null,
    endedAtMs: null,
    lastEventAtMs: nowMs,
    eventCount: 0,
    toolCallCount: 0,
    errorCount: 0,
    redactionCount: 0,
    refusedCount: 0,
    recentHooks: [],
    usage: {},
    costs: noCosts,
    activity: 'starting',
    outcome: '',
    turn: 'none',
    openCalls: {},
    settledCalls: [],
    closedCalls: [],
    budgetLimitMicroUsd: null,
    budgetLimitTokens: null,
    reserved: {},
    stepMicroUsd: 0,
    reservedTokens: {},
    stepTokens: 0,
    toolCostMicroUsd: 0,
    storedBytes: 0,
    isAdmitted: false,
    windowStarts: { day: { key: '', microUsd: 0, tokens: 0 }, month: { key: '', microUsd: 0, tokens: 0 } },
    block: null,
    touches: {},
    collisions: [],
    approvals: [],
    decisions: [],
    grants: [],
    messages: [],
    streams: {},
    streamOrder: [],
    imported: null,
  };
}

/** The best source of usage heard so far: what it tells is what counts. */
export const chargedSource = ({ usage }: Pick<SessionState, 'usage'>): UsageSource | undefined =>
  usageSources.find((name) => usage[name]);

/** The usage that counts. */
export function chargedUsage(state: Pick<SessionState, 'usage'>): UsageTotal {
  const source = chargedSource(state);
  return (source && state.usage[source]) ?? noUsage;
}

/** Micro-dollars spent: model calls and, by their rates, tool calls. */
export const spentOf = (state: SessionState): number => chargedUsage(state).costMicroUsd + state.toolCostMicroUsd;

/** Micro-dollars set aside for model calls that are not reported yet, and for tool calls that have not ended. */
export function reservedOf({ reserved, openCalls }: SessionState): number {
  const steps = Object.values(reserved).reduce((sum, amount) => sum + amount, 0);
  return Object.values(openCalls).reduce((sum, { reservedMicroUsd = 0 }) => sum + reservedMicroUsd, steps);
}

/** The session as others see it; `policy` holds what each session gets. */
export function summaryOf(state: SessionState, policy: Pick<Policy, 'budgets'> = noPolicy): SessionSummary {
  const { owner } = state;
  const { tokens, unpricedCalls } = chargedUsage(state);
  return {
    id: owner.sessionId,
    externalId: owner.externalId,
    projectId: owner.projectId,
    userId: owner.userId,
    agent: owner.agent,
    title: state.title,
    status: state.status,
    model: state.model,
    cwd: state.cwd,
    repository: state.repository,
    gitBranch: state.gitBranch,
    startedAt: new Date(state.startedAtMs).toISOString(),
    endedAt: state.endedAtMs === null ? null : new Date(state.endedAtMs).toISOString(),
    lastEventAt: new Date(state.lastEventAtMs).toISOString(),
    eventCount: state.eventCount,
    toolCallCount: state.toolCallCount,
    errorCount: state.errorCount,
    tokens,
    costMicroUsd: spentOf(state),
    unpricedCalls,
    ...shownBudgets(state, policy),
    ...(state.block && { hold: state.block }),
    ...(state.collisions.length > 0 && { collisions: state.collisions }),
    ...(state.approvals.length > 0 && { approvals: state.approvals }),
    ...(state.messages.length > 0 && { unreadMessages: state.messages.length }),
    // A branch stays where it came from, whether or not its parent's budgets count it.
    parentId: state.parent && (state.branch || state.parent.is === 'found') ? state.parent.id : null,
    ...(state.branch && { branch: state.branch }),
    ...(state.request && { request: state.request }),
    ...(state.outcome !== '' && { outcome: state.outcome }),
    tags: state.tags,
    lastSeq: state.lastSeq,
    activity: state.activity,
    refusedCount: state.refusedCount,
    ...(state.recentHooks.some(({ refused }) => refused > 0) && { recentHooks: state.recentHooks }),
    redactionCount: state.redactionCount,
    ...(state.imported && { imported: importedOf(state.imported) }),
  };
}

const importedOf = ({ atMs, from }: NonNullable<SessionState['imported']>): SessionSummary['imported'] => ({
  at: new Date(atMs).toISOString(),
  ...(from !== undefined && { from }),
});
