import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { NewClaim, RequestStatus, SessionRequest, WorkReport } from '../../../wire/work.ts';
import type { Draft } from '../draft.ts';
import { redactText } from '../redact/redact-text.ts';
import { isEnded } from '../session.ts';
import { claimedDraft, endedDraft, neverBegun, neverBegunDraft, unclaimedDraft } from './notes.ts';
import { ended, isOver } from './request.ts';

/** A request as its queue keeps it. */
export interface WorkEntry {
  request: SessionRequest;
  /** What its session has not been told yet, the oldest first. */
  untold: Draft[];
  /** The machine's right to it; null while no machine has it. */
  lease: { claimId: string; untilMs: number } | null;
  /** Somebody cancelled it while a machine has it. */
  isStopped: boolean;
}

export type Person = SessionRequest['requestedBy'];

/** What a machine can start: repositories in our own spelling. */
export type Claim = NewClaim & { by: Person };

/** Whether a machine can start what waits. What names a repository is for those who have that, or get it. */
export function fits(
  { agent, projectId, repository }: Pick<SessionRequest, 'agent' | 'projectId' | 'repository'>,
  { agents, projectIds, repositories, clones }: Pick<NewClaim, 'agents' | 'projectIds' | 'repositories' | 'clones'>,
): boolean {
  if (!agents.includes(agent) || (projectIds && !projectIds.includes(projectId))) return false;
  return repository === null || clones || repositories.includes(repository);
}

/** The machine has it from now on, for as long as it reports. */
export function claimed(entry: WorkEntry, { claimId, machine, by }: Claim, nowMs: number): WorkEntry {
  const at = new Date(nowMs).toISOString();
  const request: SessionRequest = {
    ...entry.request,
    status: 'claimed',
    machine: { name: machine, by, since: at },
    claims: entry.request.claims + 1,
    updatedAt: at,
  };
  return {
    ...entry,
    request,
    lease: { claimId, untilMs: nowMs + limits.workLeaseMs },
    untold: [...entry.untold, claimedDraft(request, claimId)],
  };
}

/** What came of a report; a refusal tells a machine that it must stop the agent. */
export type Reported = { ok: true; entry: WorkEntry } | { ok: false };

/** A machine said something of what it has. One whose lease went to another has nothing to say. */
export function reported(entry: WorkEntry, report: WorkReport, nowMs: number): Reported {
  const { request, lease } = entry;
  if (lease?.claimId !== report.claimId) return { ok: false };
  const told = { ...entry, request: withWords(request, report, nowMs) };
  switch (report.state) {
    case 'preparing':
    case 'running': {
      const status = report.state === 'running' ? 'running' : request.status;
      const untilMs = nowMs + limits.workLeaseMs;
      return { ok: true, entry: { ...told, request: { ...told.request, status }, lease: { ...lease, untilMs } } };
    }
    case 'completed':
    case 'failed':
    case 'cancelled':
      return { ok: true, entry: over(told, entry.isStopped ? 'cancelled' : report.state, nowMs) };
    case 'returned':
      return { ok: true, entry: entry.isStopped ? over(told, 'cancelled', nowMs) : back(told, nowMs) };
    default:
      return report.state satisfies never;
  }
}

function withWords(request: SessionRequest, { words, tail }: WorkReport, nowMs: number): SessionRequest {
  return {
    ...request,
    ...(words !== undefined && { words: redactText(words).text }),
    ...(tail !== undefined && { tail: redactText(tail).text }),
    updatedAt: new Date(nowMs).toISOString(),
  };
}

/** It is over, and its session hears of that in case its agent could not say so. */
function over(entry: WorkEntry, status: 'completed' | 'failed' | 'cancelled', nowMs: number): WorkEntry {
  const request = ended(entry.request, status, nowMs);
  return { ...entry, request, lease: null, untold: [...entry.untold, endedDraft(request)] };
}

/** It waits for another machine, as if this one had never had it. */
function back({ request, ...entry }: WorkEntry, nowMs: number): WorkEntry {
  const queued: SessionRequest = {
    ...request,
    status: 'queued',
    claims: request.claims - 1,
    updatedAt: new Date(nowMs).toISOString(),
  };
  return { ...entry, request: queued, lease: null, untold: [...entry.untold, unclaimedDraft(request, 'returned')] };
}

/** A machine that said nothing for as long as its lease has lost it: another may take it, unless too many went away over it. */
export function lapsed(entry: WorkEntry, nowMs: number): WorkEntry {
  const { request, lease } = entry;
  if (!lease || lease.untilMs > nowMs) return entry;
  if (entry.isStopped) return over(entry, 'cancelled', nowMs);
  const words = `${request.machine?.name ?? 'Its machine'} went away over it.`;
  const told = { ...entry, request: { ...request, words, updatedAt: new Date(nowMs).toISOString() } };
  if (request.claims >= limits.maxClaimsPerRequest) return over(told, 'failed', nowMs);
  const queued: SessionRequest = { ...told.request, status: 'queued' };
  return { ...told, request: queued, lease: null, untold: [...entry.untold, unclaimedDraft(request, 'gone')] };
}

/** Somebody wants it no more: one that waits is over, and the machine that has it hears of that with its next report. */
export function cancelled(entry: WorkEntry, by: Person, nowMs: number): WorkEntry {
  if (isOver(entry.request.status)) return entry;
  if (entry.lease) {
    const stop = entry.request.stop ?? { by, at: new Date(nowMs).toISOString() };
    return { ...entry, isStopped: true, request: { ...entry.request, stop } };
  }
  return { ...entry, request: ended(entry.request, 'cancelled', nowMs) };
}

/**
 * What follows once its session was told `draft`, and is as `session` says; null: it was deleted. Nothing is started whose session is over, or
 * was begun by somebody else, and a session that no agent ever spoke for does not stay queued.
 */
export function afterTelling(entry: WorkEntry, draft: Draft, session: SessionSummary | null, nowMs: number): WorkEntry {
  const { request } = entry;
  const untold = entry.untold.filter(({ key }) => key !== draft.key);
  if (session === null && isOver(request.status)) return { ...entry, untold: [] };
  if (session === null) return { ...entry, request: ended(request, 'cancelled', nowMs), lease: null, untold: [] };
  if (isOver(request.status)) {
    const hasNeverBegun = draft.key === endedDraft(request).key && session.status === 'queued';
    if (!hasNeverBegun) return { ...entry, untold };
    const silent = neverBegun(request);
    return { ...entry, request: silent, untold: [...untold, neverBegunDraft(silent)] };
  }
  const action = draft.control?.action;
  if (isEnded(session.status) && (action === 'claimed' || action === 'unclaimed'))
    return { ...entry, request: ended(request, statusOf(session), nowMs), lease: null, untold };
  // A machine says that it runs before it does: until then nobody should have spoken for a session that is claimed for the first time.
  const isFirst = action === 'claimed' && request.status === 'claimed' && request.claims === 1;
  if (!isFirst || session.status === 'queued') return { ...entry, untold };
  const words = 'Somebody has started its agent by hand.';
  return { ...entry, request: { ...ended(request, 'cancelled', nowMs), words }, lease: null, untold };
}

/** What a session that is over came to, as its request has it. */
function statusOf({ status }: Pick<SessionSummary, 'status'>): RequestStatus {
  if (status === 'completed') return 'completed';
  return status === 'cancelled' ? 'cancelled' : 'failed';
}
