import type { AlertRule } from '../../../wire/alert.ts';
import type { Facts, SessionFact } from '../../../worker/domain/alerts/facts.ts';

/** Monday, 23 November 2026, 00:00 UTC. */
export const startMs = Date.UTC(2026, 10, 23);
export const minuteMs = 60_000;

export const alertRule = (changes: Partial<AlertRule> = {}): AlertRule => ({
  id: 'alr_1',
  isBuiltIn: false,
  isChanged: false,
  name: 'A rule',
  enabled: true,
  kind: 'session_failed',
  threshold: 0,
  windowMinutes: 60,
  projectId: null,
  severity: 'warning',
  throttleMinutes: 0,
  quietHours: null,
  channelIds: [],
  ...changes,
});

export const sessionFactOf = (changes: Partial<SessionFact> = {}): SessionFact => ({
  id: 'ses_1',
  projectId: 'prj_1',
  title: 'Fix the login race',
  agent: 'claude-code',
  status: 'running',
  lastSeq: 1,
  lastEventAtMs: startMs,
  endedAtMs: null,
  costMicroUsd: 0,
  errorCount: 0,
  eventCount: 1,
  recentHooks: [],
  asks: 0,
  ...changes,
});

export const factsOf = (sessions: SessionFact[], changes: Partial<Facts> = {}): Facts => ({
  atMs: startMs,
  sessions: { items: sessions, isWhole: true },
  ...changes,
});
