import type { AlertKind, AlertRule, AlertRulePatch, NewAlertRule } from '../../../wire/alert.ts';

/** What an organization changed of the built-in rules, by their ids, and its own rules. */
export interface AlertBook {
  changes: Record<string, AlertRulePatch>;
  own: AlertRule[];
}

export const emptyBook: AlertBook = { changes: {}, own: [] };

const rule = (kind: AlertKind, id: string, rest: Pick<AlertRule, 'name'> & Partial<AlertRule>): AlertRule => ({
  id: `alr_${id}`,
  isBuiltIn: true,
  isChanged: false,
  enabled: true,
  kind,
  threshold: 0,
  windowMinutes: 60,
  projectId: null,
  severity: 'warning',
  throttleMinutes: 30,
  quietHours: null,
  channelIds: [],
  ...rest,
});

/** On in every organization until somebody says otherwise. */
export const builtInRules: readonly AlertRule[] = [
  rule('session_failed', 'session_failed', { name: 'A session failed' }),
  // The next question may come a minute after the first was answered.
  rule('call_waiting', 'call_waiting', { name: 'A call waits for a person', throttleMinutes: 0 }),
  rule('session_stuck', 'session_stuck', { name: 'A session is stuck', threshold: 15 }),
  rule('collision', 'collision', { name: 'Two sessions edit one file' }),
  rule('session_over_budget', 'session_over_budget', { name: 'A budget holds a session' }),
  rule('budget_used', 'budget_soft', { name: 'A budget is nearly spent', threshold: 80, throttleMinutes: 6 * 60 }),
  rule('budget_used', 'budget_spent', {
    name: 'A budget is spent',
    threshold: 100,
    severity: 'critical',
    throttleMinutes: 6 * 60,
  }),
  rule('hooks_refused', 'hooks_refused', { name: 'Hooks are refused', threshold: 10 }),
  rule('quota_used', 'quota_used', { name: 'A quota is nearly used up', threshold: 80, throttleMinutes: 6 * 60 }),
];

/** Every rule of an organization: the built-in ones as it changed them, then its own. */
export const rulesOf = ({ changes, own }: AlertBook): AlertRule[] => [
  ...builtInRules.map((builtIn) => {
    const change = Object.hasOwn(changes, builtIn.id) ? changes[builtIn.id] : undefined;
    return change ? { ...builtIn, ...defined(change), isChanged: true } : builtIn;
  }),
  ...own,
];

export const ownRule = (id: string, rule: NewAlertRule): AlertRule => ({ id, isBuiltIn: false, isChanged: false, ...rule });

export const changedRule = (before: AlertRule, patch: AlertRulePatch): AlertRule => ({ ...before, ...defined(patch) });

/** A patch without what it leaves out: an `undefined` in it would undo what stands. */
const defined = (patch: AlertRulePatch): Partial<AlertRule> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
