import type { AlertRule } from '../../../wire/alert.ts';
import { limits } from '../../../wire/limits.ts';
import type { Facts } from './facts.ts';
import { isQuiet } from './quiet.ts';
import { type Reading, type Subject, subjectTypes } from './reading.ts';

const minuteMs = 60_000;
/** A session that its room told of reaches the index within seconds; until then it is not gone. */
const graceMs = 5 * minuteMs;

/** What the next decision about an alert depends on. */
export interface AlertState {
  id: string;
  ruleId: string;
  subject: string;
  firedAtMs: number;
  resolvedAtMs: number | null;
  /** Of the facts that it was fired or resolved by. */
  version: number;
  /** Nobody contradicting, it is over by then. */
  untilMs: number | null;
  /** How often channels were told, and whether they are still to be. */
  tells: number;
  isUntold: boolean;
  isAcknowledged: boolean;
  snoozedUntilMs: number | null;
}

/** The alerts there are: those that are open, and the last one of a rule and its subject. */
export interface Past {
  open: readonly AlertState[];
  last(ruleId: string, subject: string): AlertState | undefined;
}

export type Change =
  | { type: 'fire'; reading: Reading; tell: boolean }
  | { type: 'resolve'; alert: AlertState; because: 'over' | 'gone' | 'rule'; version: number; tell: boolean }
  /** Whom quiet hours, or a snooze, kept from hearing of it hears now. */
  | { type: 'tell'; alert: AlertState }
  /** It lasts longer than it was thought to. */
  | { type: 'extend'; alert: AlertState; version: number; untilMs: number };

/**
 * What the readings change. Repeating it once the changes are made changes nothing, so double ticks and retries fire once; a tick that is
 * missing is made up for by the next, because a reading is of how things are and not of what happened.
 */
export function changesFor(
  rules: readonly AlertRule[],
  facts: Facts,
  readings: readonly Reading[],
  past: Past,
  nowMs: number,
): Change[] {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  const said = new Map(readings.map((reading) => [keyOf(reading.rule.id, reading.subject.id), reading]));
  const changes = past.open.flatMap((alert): Change[] => {
    const reading = said.get(keyOf(alert.ruleId, alert.subject));
    const change = changeOf(alert, ruleOf.get(alert.ruleId), reading, facts, nowMs);
    return change ? [change] : [];
  });
  const open = new Map(past.open.map((alert) => [keyOf(alert.ruleId, alert.subject), alert]));
  const told = new Set(changes.flatMap((change) => (change.type === 'tell' ? [change.alert.id] : [])));
  const standingOf = (reading: Reading): Standing => {
    const { rule, subject, holds } = reading;
    const alert = open.get(keyOf(rule.id, subject.id));
    if (alert) return alert.tells > 0 || told.has(alert.id) ? 'heard' : 'unheard';
    if (!holds || !mayFire(reading, past.last(rule.id, subject.id), nowMs)) return 'none';
    return isQuiet(rule.quietHours, nowMs) ? 'unheard' : 'heard';
  };
  let room = limits.maxOpenAlerts - past.open.length;
  for (const [key, reading] of said) {
    if (room <= 0) break;
    const standing = open.has(key) ? 'none' : standingOf(reading);
    if (standing === 'none' || isSaidBy(readings, reading, standing, standingOf)) continue;
    changes.push({ type: 'fire', reading, tell: standing === 'heard' });
    room -= 1;
  }
  return changes;
}

/** Of an alert that is open or begins now: whether channels have heard, or now hear, of it. */
type Standing = 'none' | 'unheard' | 'heard';

/** What becomes of an alert that is open. */
function changeOf(
  alert: AlertState,
  rule: AlertRule | undefined,
  reading: Reading | undefined,
  facts: Facts,
  nowMs: number,
): Change | undefined {
  const over = (because: 'over' | 'gone' | 'rule', version = alert.version): Change => ({
    type: 'resolve',
    alert,
    because,
    version,
    // Who heard that it began hears that it is over, quiet hours or not: it asks nothing of anybody.
    tell: alert.tells > 0,
  });
  if (!rule?.enabled) return over('rule');
  const isNews = reading !== undefined && reading.version >= alert.version;
  if (isNews && !reading.holds) return over('over', reading.version);
  if (reading === undefined && isGone(alert, rule, facts)) return over('gone');
  const untilMs = isNews ? reading.untilMs : undefined;
  if (untilMs === undefined && alert.untilMs !== null && alert.untilMs <= nowMs) return over('over');
  if (untilMs !== undefined && untilMs > (alert.untilMs ?? 0))
    return { type: 'extend', alert, version: reading?.version ?? alert.version, untilMs };
  const isSnoozed = alert.snoozedUntilMs !== null && alert.snoozedUntilMs > nowMs;
  if (alert.isUntold && !alert.isAcknowledged && !isSnoozed && !isQuiet(rule.quietHours, nowMs)) return { type: 'tell', alert };
  return undefined;
}

function isGone(alert: AlertState, { kind }: AlertRule, { sessions, budgets, quotas, atMs }: Facts): boolean {
  const type: Subject['type'] = subjectTypes[kind];
  switch (type) {
    case 'session': {
      const isMissing = sessions?.isWhole === true && !sessions.items.some(({ id }) => id === alert.subject);
      return isMissing && alert.firedAtMs < atMs - graceMs;
    }
    case 'budget':
      return budgets !== undefined && alert.version <= atMs;
    case 'quota':
      return quotas !== undefined && alert.version <= atMs;
    case 'failures':
      return false;
    default:
      return type satisfies never;
  }
}

/**
 * Whether another rule says more of the same budget, to all who would hear of it: one that is spent is not nearly spent, too. What nobody
 * hears of, for its quiet hours or its throttle, takes the word from nobody who may speak.
 */
const isSaidBy = (
  readings: readonly Reading[],
  { rule, subject }: Reading,
  standing: Standing,
  standingOf: (reading: Reading) => Standing,
): boolean =>
  rule.kind === 'budget_used' &&
  readings.some((other) => {
    const saysMore =
      other.holds &&
      other.rule.kind === rule.kind &&
      other.subject.id === subject.id &&
      other.rule.threshold > rule.threshold &&
      rule.channelIds.every((id) => other.rule.channelIds.includes(id));
    if (!saysMore) return false;
    const above = standingOf(other);
    return above === 'heard' || above === standing;
  });

/** Not from what is older than the end of the last one, and not again too soon. */
function mayFire({ rule, version }: Reading, last: AlertState | undefined, nowMs: number): boolean {
  if (!last) return true;
  return version >= last.version && nowMs >= last.firedAtMs + rule.throttleMinutes * minuteMs;
}

const keyOf = (ruleId: string, subject: string): string => `${ruleId}\n${subject}`;
