import type { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';
import { evolve } from '../evolve.ts';
import type { SessionOwner } from '../ingest.ts';
import { isEnded } from '../session.ts';
import { newSession, type SessionState, summaryOf } from '../session-state.ts';

/** The state of a session whose events are read one by one; `startedAt` is its summary's. */
export const foldFrom = (owner: SessionOwner, startedAt: string): SessionState => newSession(owner, Date.parse(startedAt));

export const foldEvent = (state: SessionState, event: ExportedEvent): SessionState => evolve(state, event);

interface Import {
  storedBytes: number;
  nowMs: number;
  importId: string;
  parentId: string | null;
  /** What the file calls the session. */
  from: string;
}

/**
 * A session as it is once it was imported: its totals follow from its events, what its agent's hooks told beside them is its
 * summary's, and nothing of it is live. One that still ran when it was exported was cut off by that.
 */
export function importedState(
  folded: SessionState,
  session: ExportedSummary,
  { storedBytes, nowMs, importId, parentId, from }: Import,
): SessionState {
  const { title, tags, model, cwd, repository, gitBranch, status, refusedCount, activity } = session;
  const idle = newSession(folded.owner, folded.startedAtMs);
  return {
    ...folded,
    ...{ title, tags, model, cwd, root: cwd, repository, gitBranch, refusedCount, activity },
    status: isEnded(status) ? status : 'cancelled',
    lastEventAtMs: Date.parse(session.lastEventAt),
    endedAtMs: Date.parse(session.endedAt ?? session.lastEventAt),
    branch: session.branch ?? null,
    // A machine of another organization was to start it.
    request: null,
    parent: parentId === null ? null : { id: parentId, is: 'found' },
    storedBytes,
    openCalls: idle.openCalls,
    reserved: idle.reserved,
    reservedTokens: idle.reservedTokens,
    isAdmitted: false,
    block: null,
    waitSinceMs: null,
    touches: idle.touches,
    collisions: [],
    recentHooks: [],
    approvals: [],
    grants: [],
    messages: [],
    imported: { atMs: nowMs, importId, session, from },
  };
}

/** The summary that a session is exported with. An imported one to which nothing was added is exported as it came. */
export function exportedSummary(state: SessionState, policy?: Parameters<typeof summaryOf>[1]): ExportedSummary {
  // What holds it, waits or meets it now is nothing of its history.
  const {
    imported: _,
    hold: __,
    approvals: ___,
    collisions: ____,
    request: _____,
    recentHooks: ______,
    ...summary
  } = summaryOf(state, policy);
  const { imported } = state;
  if (!imported || imported.session.lastSeq !== state.lastSeq) return summary;
  const { eventCount, toolCallCount, errorCount, tokens, costMicroUsd, unpricedCalls, redactionCount } = summary;
  // What follows from the events is what it is, whatever the file said.
  return { ...imported.session, eventCount, toolCallCount, errorCount, tokens, costMicroUsd, unpricedCalls, redactionCount };
}
