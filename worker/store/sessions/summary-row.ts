import { getTableColumns } from 'drizzle-orm';
import type { BranchOrigin } from '../../../wire/branch.ts';
import { SessionStatus, type SessionSummary } from '../../../wire/session.ts';
import { sessions } from '../schema/sessions.ts';

/** What a list shows; the parts of a session's cost would be most of an answer. */
const { costs: _, settledCosts: __, ...listed } = getTableColumns(sessions);

export { listed };

type Listed = Omit<typeof sessions.$inferSelect, 'costs' | 'settledCosts'>;

export function summaryOf(row: Listed): SessionSummary {
  const status = SessionStatus.safeParse(row.status);
  return {
    id: row.id,
    externalId: row.externalId,
    projectId: row.projectId,
    userId: row.userId,
    agent: row.agent,
    title: row.title,
    // A status of a later version, read by an older one in the middle of a deployment.
    status: status.success ? status.data : 'running',
    model: row.model,
    cwd: row.cwd,
    repository: row.repository,
    gitBranch: row.gitBranch,
    startedAt: new Date(row.startedAtMs).toISOString(),
    endedAt: row.endedAtMs === null ? null : new Date(row.endedAtMs).toISOString(),
    lastEventAt: new Date(row.lastEventAtMs).toISOString(),
    eventCount: row.eventCount,
    toolCallCount: row.toolCallCount,
    errorCount: row.errorCount,
    tokens: {
      input: row.inputTokens,
      output: row.outputTokens,
      cacheRead: row.cacheReadTokens,
      cacheWrite: row.cacheWriteTokens,
    },
    costMicroUsd: row.costMicroUsd,
    unpricedCalls: row.unpricedCalls,
    budget: budgetOf(row),
    parentId: row.parentId,
    ...(row.branch !== null && { branch: JSON.parse(row.branch) as BranchOrigin }),
    ...(row.outcome !== null && { outcome: row.outcome }),
    tags: JSON.parse(row.tags) as string[],
    lastSeq: row.flushedSeq,
    activity: row.activity,
    refusedCount: row.refusedCount,
    redactionCount: row.redactionCount,
    ...(row.importedAtMs !== null && {
      imported: {
        at: new Date(row.importedAtMs).toISOString(),
        ...(row.importedFrom !== null && { from: row.importedFrom }),
      },
    }),
  };
}

function budgetOf(row: Listed): SessionSummary['budget'] {
  const { budgetLimitMicroUsd: limitMicroUsd, costMicroUsd: spentMicroUsd, reservedMicroUsd } = row;
  return limitMicroUsd === null ? null : { limitMicroUsd, spentMicroUsd, reservedMicroUsd };
}
