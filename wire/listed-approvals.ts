import type { ListedApproval } from './approval.ts';
import type { SessionSummary } from './session.ts';

/** What waits in a session, as the organization's list has it. */
export function listedApprovals(session: SessionSummary): ListedApproval[] {
  const { id: sessionId, title: sessionTitle, agent, projectId, userId, cwd, approvals = [] } = session;
  return approvals.map((approval) => ({ ...approval, sessionId, sessionTitle, agent, projectId, userId, cwd }));
}
