import type { Alert, AlertKind, AlertRule } from '../../../wire/alert.ts';
import type { Severity } from '../../../wire/notification.ts';
import { clockTime, money, plural, relative, shortDate } from '../../format.ts';

export const kindNames = {
  session_failed: 'A session fails or times out',
  call_waiting: 'A call waits for a person',
  session_waiting: 'A session waits for its person',
  session_stuck: 'A running session says nothing',
  session_over_budget: 'A budget holds a session',
  collision: 'Two sessions edit one file',
  hooks_refused: 'Limits refuse a session’s hooks',
  session_cost: 'A session has cost much',
  session_errors: 'Calls of a session fail',
  failed_sessions: 'Many sessions fail',
  budget_used: 'A budget is being used up',
  quota_used: 'A quota is being used up',
} as const satisfies Record<AlertKind, string>;

export const severityNames = { info: 'Info', warning: 'Warning', critical: 'Critical' } as const satisfies Record<
  Severity,
  string
>;

/** `for 15 minutes`: when the condition is met. */
export function conditionWords({
  kind,
  threshold,
  windowMinutes,
}: Pick<AlertRule, 'kind' | 'threshold' | 'windowMinutes'>): string {
  switch (kind) {
    case 'call_waiting':
    case 'session_waiting':
    case 'session_stuck':
      return threshold === 0 ? 'at once' : `for ${plural(threshold, 'minute')}`;
    case 'hooks_refused':
      return `more than ${threshold} % of them`;
    case 'budget_used':
    case 'quota_used':
      return `from ${threshold} % on`;
    case 'session_cost':
      return `from ${money(threshold)} on`;
    case 'session_errors':
      return `from ${plural(threshold, 'failed call')} on`;
    case 'failed_sessions':
      return `${threshold} or more within ${plural(windowMinutes, 'minute')}`;
    case 'session_failed':
    case 'session_over_budget':
    case 'collision':
      return 'at once';
    default:
      return kind satisfies never;
  }
}

/** Whom it tells, how often, and when not. */
export function tellingWords({ channelIds, throttleMinutes, quietHours }: AlertRule): string {
  const parts = [
    channelIds.length === 0 ? 'Shown here' : `Shown here and told to ${plural(channelIds.length, 'channel')}`,
    throttleMinutes === 0 ? undefined : `not again within ${plural(throttleMinutes, 'minute')}`,
    quietHours ? `quiet from ${quietHours.from} to ${quietHours.to} (${quietHours.timeZone})` : undefined,
  ];
  return parts.filter(Boolean).join(', ');
}

/** What people, or the clock, did about it; empty where nobody did anything. */
export function deedWords({ acknowledged, snoozed, resolvedAt, resolvedBecause, isQuiet }: Alert, nowMs: number): string {
  if (resolvedAt !== null) return `${endWords[resolvedBecause ?? 'over']} ${relative(Date.parse(resolvedAt), nowMs)}`;
  if (acknowledged) return `${acknowledged.name} knows of it`;
  const untilMs = snoozed ? Date.parse(snoozed.until) : 0;
  if (snoozed && untilMs > nowMs) return `${snoozed.name} snoozed it until ${shortDate(untilMs, nowMs)}, ${clockTime(untilMs)}`;
  return isQuiet ? 'nobody was told yet: quiet hours' : '';
}

const endWords = { over: 'over', gone: 'gone with what it was about', rule: 'over with its rule' } as const;

export const outcomeNames = {
  waiting: 'waiting',
  sending: 'on its way',
  delivered: 'delivered',
  refused: 'refused',
  unknown: 'unknown: it may have arrived',
} as const;
