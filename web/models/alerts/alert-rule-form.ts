import { AlertKind, type AlertRule, kindSpec, thresholdProblem } from '../../../wire/alert.ts';
import { Severity } from '../../../wire/notification.ts';
import type { WantedAlertRule } from './alert-rules.ts';

export type AlertRuleValues = Record<
  | 'name'
  | 'kind'
  | 'threshold'
  | 'windowMinutes'
  | 'projectId'
  | 'severity'
  | 'throttleMinutes'
  | 'quietFrom'
  | 'quietTo'
  | 'timeZone'
  /** Ids, separated by commas. */
  | 'channelIds',
  string
>;

/** What the form begins with; `timeZone` is the reader's own. */
export function alertRuleValues(rule: Partial<AlertRule>, timeZone: string): AlertRuleValues {
  const kind = rule.kind ?? 'session_failed';
  return {
    name: rule.name ?? '',
    kind,
    threshold: shownThreshold(kind, rule.threshold ?? kindSpec(kind).least),
    windowMinutes: String(rule.windowMinutes ?? 60),
    projectId: rule.projectId ?? '',
    severity: rule.severity ?? 'warning',
    throttleMinutes: String(rule.throttleMinutes ?? 30),
    quietFrom: rule.quietHours?.from ?? '',
    quietTo: rule.quietHours?.to ?? '',
    timeZone: rule.quietHours?.timeZone ?? timeZone,
    channelIds: (rule.channelIds ?? []).join(','),
  };
}

/** Money is written in dollars. */
const shownThreshold = (kind: AlertKind, threshold: number): string =>
  kindSpec(kind).unit === 'micro_usd' ? String(threshold / 1_000_000) : String(threshold);

/** Undefined where the words are no number of that kind. */
function thresholdIn({ kind: name, threshold }: Pick<AlertRuleValues, 'kind' | 'threshold'>): number | undefined {
  const kind = AlertKind.parse(name);
  const { unit } = kindSpec(kind);
  if (unit === null) return 0;
  const words = threshold.trim().replace(/^\$/, '');
  if (!/^\d+(\.\d{1,6})?$/.test(words)) return undefined;
  const value = unit === 'micro_usd' ? Math.round(Number(words) * 1_000_000) : Number(words);
  return Number.isInteger(value) ? value : undefined;
}

const wholeIn = (words: string): number | undefined => (/^\d{1,6}$/.test(words.trim()) ? Number(words) : undefined);

/** Words by field for what can be judged here. */
export function alertRuleProblems(values: AlertRuleValues): Partial<Record<keyof AlertRuleValues, string>> {
  const threshold = thresholdIn(values);
  const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
  const { hasWindow } = kindSpec(AlertKind.parse(values.kind));
  const isQuiet = values.quietFrom !== '' || values.quietTo !== '';
  return {
    name: values.name.trim() === '' ? 'Give the rule a name.' : undefined,
    threshold: threshold === undefined ? 'Enter a number.' : thresholdProblem({ kind: AlertKind.parse(values.kind), threshold }),
    windowMinutes: hasWindow && wholeIn(values.windowMinutes) === undefined ? 'Whole minutes, such as 60.' : undefined,
    throttleMinutes: wholeIn(values.throttleMinutes) === undefined ? 'Whole minutes; 0 for none.' : undefined,
    quietFrom: isQuiet && !clock.test(values.quietFrom) ? 'A time, such as 22:00.' : undefined,
    quietTo: isQuiet && !clock.test(values.quietTo) ? 'A time, such as 07:00.' : undefined,
  };
}

/** Which field shows what is wrong with a path of that body. */
export const alertRuleField = (path: string): string =>
  ({
    quietHours: 'quietFrom',
    'quietHours.from': 'quietFrom',
    'quietHours.to': 'quietTo',
    'quietHours.timeZone': 'timeZone',
  })[path] ?? path;

/** The body that the values say, once they have no problems. */
export function alertRuleBody(values: AlertRuleValues): WantedAlertRule {
  const { quietFrom: from, quietTo: to, timeZone } = values;
  return {
    name: values.name.trim(),
    kind: AlertKind.parse(values.kind),
    threshold: thresholdIn(values) ?? 0,
    windowMinutes: wholeIn(values.windowMinutes) ?? 60,
    projectId: values.projectId === '' ? null : values.projectId,
    severity: Severity.parse(values.severity),
    throttleMinutes: wholeIn(values.throttleMinutes) ?? 0,
    quietHours: from === '' ? null : { from, to, timeZone },
    channelIds: values.channelIds.split(',').filter(Boolean),
  };
}
