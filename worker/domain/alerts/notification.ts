import type { Alert, AlertKind } from '../../../wire/alert.ts';
import type { Notification, NotificationAction } from '../../../wire/notification.ts';

/** The `n`th time that channels hear that an alert is open; it comes again after a snooze. */
export const firedNotification = (organizationId: string, alert: Alert, n: number, atMs: number): Notification => ({
  ...about(organizationId, alert),
  key: firedKey(alert.id, n),
  kind: 'fired',
  title: alert.title,
  body: alert.body,
  at: new Date(atMs).toISOString(),
  actions: [...(actionsFor[alert.kind] ?? []), 'open'],
});

export const resolvedNotification = (organizationId: string, alert: Alert, atMs: number): Notification => ({
  ...about(organizationId, alert),
  key: resolvedKey(alert.id),
  kind: 'resolved',
  title: `Over: ${alert.title}`,
  body: becauseWords[alert.resolvedBecause ?? 'over'],
  at: new Date(atMs).toISOString(),
  actions: ['open'],
});

/** What became of an alert, in a sentence that ends with whoever did it. */
export interface Deed {
  what: string;
  by?: { userId: string; name: string };
}

/** What messages that told of a matter are to say of it from now on. */
export interface MessageChange {
  /** Names it among the changes of each message for ever. */
  name: string;
  /** Those that told that it began. */
  keys: string[];
  deeds: Deed[];
  at: string;
}

/** What the messages about an alert are to say now that somebody saw it or that it, or its call, is over; `tells` as for `keysOf`. */
export function messageChange(alert: Alert, tells: number, isCallOver: boolean, atMs: number): MessageChange {
  const { id, acknowledged, snoozed, resolvedAt, resolvedBecause = 'over' } = alert;
  const stage = resolvedAt === null ? (snoozed?.at ?? '') : 'resolved';
  const deeds: Deed[] = [];
  if (acknowledged) deeds.push({ what: 'Acknowledged', by: personIn(acknowledged) });
  if (snoozed && Date.parse(snoozed.until) > atMs) deeds.push({ what: snoozeWords(snoozed), by: personIn(snoozed) });
  if (resolvedAt !== null) deeds.push({ what: becauseWords[resolvedBecause] });
  else if (isCallOver) deeds.push({ what: 'This call waits no longer.' });
  return {
    name: [stage, acknowledged ? 'seen' : '', isCallOver ? 'answered' : ''].filter(Boolean).join('/'),
    keys: Array.from({ length: tells }, (_, index) => firedKey(id, index + 1)),
    deeds,
    at: new Date(atMs).toISOString(),
  };
}

const personIn = ({ userId, name }: NonNullable<Alert['acknowledged']>) => ({ userId, name });

const snoozeWords = ({ at, until }: NonNullable<Alert['snoozed']>): string => {
  const minutes = Math.round((Date.parse(until) - Date.parse(at)) / 60_000);
  return `Snoozed for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
};

/** The keys of everything that channels were told of an alert. */
export const keysOf = (alert: Alert, tells: number): string[] => [
  ...Array.from({ length: tells }, (_, index) => firedKey(alert.id, index + 1)),
  ...(alert.resolvedAt === null || tells === 0 ? [] : [resolvedKey(alert.id)]),
];

const firedKey = (id: string, n: number): string => `${id}/fired/${n}`;
const resolvedKey = (id: string): string => `${id}/resolved`;

function about(organizationId: string, alert: Alert) {
  const { id, severity, link, sessionId, callId, ruleName } = alert;
  return {
    severity,
    link: `/${organizationId}${link}`,
    ...(sessionId !== undefined && { sessionId }),
    ...(callId !== undefined && { callId }),
    dedupKey: id,
    facts: [{ label: 'Rule', value: ruleName }],
  };
}

const actionsFor: Partial<Record<AlertKind, NotificationAction[]>> = {
  call_waiting: ['allow', 'deny'],
  session_over_budget: ['raise'],
  session_cost: ['pause'],
  session_errors: ['pause'],
  collision: ['pause'],
};

const becauseWords = {
  over: 'It holds no longer.',
  gone: 'What it was about is gone.',
  rule: 'Its rule was switched off or deleted.',
} as const satisfies Record<NonNullable<Alert['resolvedBecause']>, string>;
