import type { NewRule, Rule, RuleConditions } from '../../../wire/rule.ts';
import { money, plural } from '../../format.ts';

export const actionNames = { ask: 'Ask a person', deny: 'Refuse it', warn: 'Only note it' } as const;
export const momentNames = { call: 'An agent calls a tool', permission: 'An agent would ask its own person' } as const;
export const unansweredNames = {
  deny: 'Deny it',
  allow: 'Allow it',
  terminal: 'Leave it to its terminal',
  defer: 'Let the agent leave and come back',
} as const;

/** What has to hold, as the end of a sentence that begins with “When”. */
export function conditionWords({ tool, command, path, aboveMicroUsd, collision }: RuleConditions): string {
  const parts = [
    tool && `the tool is ${tool}`,
    command && `its command is like ${command}`,
    path && `it names a file like ${path}`,
    typeof aboveMicroUsd === 'number' && `it is expected to cost more than ${money(aboveMicroUsd)}`,
    collision && 'another session is in the same file',
  ].filter((part): part is string => typeof part === 'string');
  return parts.join(' and ');
}

/** What the rule does then. */
export function outcomeWords({ action, waitSeconds, unanswered }: Pick<Rule, 'action' | 'waitSeconds' | 'unanswered'>): string {
  if (action !== 'ask') return `${actionNames[action]}.`;
  const then = { deny: 'denied', allow: 'allowed', terminal: 'left to its terminal', defer: 'put off' }[unanswered];
  return `Ask a person; ${then} if nobody answers within ${waitWords(waitSeconds)}.`;
}

/** `90 seconds`, `5 minutes`, `1 hour`. */
function waitWords(seconds: number): string {
  if (seconds % 3600 === 0) return plural(seconds / 3600, 'hour');
  return seconds % 60 === 0 ? plural(seconds / 60, 'minute') : plural(seconds, 'second');
}

/** Rules that most teams begin with. */
export const starters: { label: string; rule: Partial<NewRule> & { name: string } }[] = [
  { label: 'Ask before rm -rf', rule: { name: 'deleting folders', command: 'rm -rf *' } },
  { label: 'Ask before git push', rule: { name: 'pushing', command: 'git push*' } },
  { label: 'Refuse to touch .env', rule: { name: 'secrets stay here', path: '*.env', action: 'deny' } },
  { label: 'Ask above $1 a call', rule: { name: 'expensive calls', aboveMicroUsd: 1_000_000 } },
  { label: 'Note two sessions in one file', rule: { name: 'two in one file', collision: true, action: 'warn' } },
];
