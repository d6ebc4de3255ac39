import type { SessionSummary } from '../../../wire/session.ts';

export const startMs = Date.UTC(2026, 10, 21, 12);
export const isoAt = (ms: number): string => new Date(ms).toISOString();

/** A session as its room would flush it. */
export const summary = (id: string, rest: Partial<SessionSummary> = {}): SessionSummary => ({
  id,
  externalId: `external ${id}`,
  projectId: 'prj_1',
  userId: 'usr_1',
  agent: 'claude-code',
  title: 'A session',
  status: 'running',
  model: 'claude-opus-5-5',
  cwd: '/home/dev/project',
  repository: 'acme/app',
  gitBranch: 'main',
  startedAt: isoAt(startMs),
  endedAt: null,
  lastEventAt: isoAt(startMs),
  eventCount: 1,
  toolCallCount: 0,
  errorCount: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  costMicroUsd: 0,
  unpricedCalls: 0,
  budget: null,
  parentId: null,
  tags: [],
  lastSeq: 1,
  activity: 'thinking',
  refusedCount: 0,
  redactionCount: 0,
  ...rest,
});

/** The same session after `lastSeq` events, each a call of 100 micro-dollars and ten tokens in. */
export const sessionAfter = (id: string, lastSeq: number, rest: Partial<SessionSummary> = {}): SessionSummary =>
  summary(id, {
    lastSeq,
    eventCount: lastSeq,
    toolCallCount: lastSeq,
    costMicroUsd: 100 * lastSeq,
    tokens: { input: 10 * lastSeq, output: lastSeq, cacheRead: 2 * lastSeq, cacheWrite: 3 * lastSeq },
    ...rest,
  });
