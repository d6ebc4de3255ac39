import type { ComparedFigures, ComparedSide } from '../../../wire/comparison.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { Snapshot } from '../../../wire/snapshot.ts';
import { durationMsOf } from '../session.ts';

/** Who is compared: a session with its latest snapshot, or a snapshot with its session up to there. */
export interface Compared {
  session: SessionSummary;
  snapshot: Snapshot | null;
  isSnapshot: boolean;
}

/** The last event of it that counts. */
export const lastSeqOf = ({ session, snapshot, isSnapshot }: Compared): number =>
  isSnapshot && snapshot ? Math.min(snapshot.seq, session.lastSeq) : session.lastSeq;

export function comparedSide(compared: Compared, eventsRead: number): ComparedSide {
  const { session, snapshot, isSnapshot } = compared;
  const { title, agent, model, status, startedAt, endedAt } = session;
  return {
    sessionId: session.id,
    ...{ title, agent, model, status, startedAt, endedAt, snapshot },
    outcome: isSnapshot ? null : (session.outcome ?? null),
    figures: isSnapshot ? null : figuresOf(session),
    eventsRead,
    eventsLeftOut: Math.max(0, lastSeqOf(compared) - eventsRead),
  };
}

function figuresOf(session: SessionSummary): ComparedFigures {
  const { costMicroUsd, unpricedCalls, tokens, errorCount, toolCallCount } = session;
  return { costMicroUsd, unpricedCalls, tokens, durationMs: durationMsOf(session), errorCount, toolCallCount };
}
