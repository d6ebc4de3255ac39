import type { RuleList } from '../../wire/rule.ts';
import type { Account } from '../local/account.ts';

const rules = [
  { name: 'publishing', command: 'npm publish*', waitSeconds: 3600 },
  { name: 'secrets stay here', path: '*.env', action: 'deny' },
  { name: 'two in one file', collision: true, action: 'warn' },
];

/** What this organization wants to be asked about; a rule that is there already stays as it is. */
export async function demoRules(account: Account): Promise<void> {
  const { items } = await account.call<RuleList>('GET', '/api/rules');
  for (const rule of rules.filter(({ name }) => items.every((known) => known.name !== name)))
    await account.call('POST', '/api/rules', rule);
}
