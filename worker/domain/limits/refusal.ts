import type { Budget } from '../../../wire/budget.ts';
import { dollars } from './dollars.ts';

const period = { session: '', day: ' a day', month: ' a month', lifetime: '' } as const;
const subject = {
  session: 'each session',
  project: 'this project',
  user: 'this person',
  organization: 'this organization',
} as const;

/** What the agent reads when a budget refuses it: which, how much, what was spent, and what to do. */
export function spentReason({ scope, window, unit, limit, action }: Budget, spent: number): string {
  const todo = todos[action];
  return `The budget of ${amount(limit, unit)}${period[window]} for ${subject[scope]} is spent (${amount(spent, unit)} so far). ${todo}`;
}

const todos: Record<Budget['action'], string> = {
  stop: 'Stop and summarise.',
  pause: 'Stop here and wait to be resumed.',
  ask: 'A person decides whether this call may cross it.',
  warn: '',
};

/** What it reads when nobody can say whether there is money. */
export const uncheckedReason = ({ scope }: Budget): string =>
  `The budget for ${subject[scope]} cannot be checked at the moment. Stop here and try again in a minute.`;

/** Money as people write it, tokens as a number. */
export const amount = (value: number, unit: Budget['unit']): string =>
  unit === 'tokens' ? `${value.toLocaleString('en-US')} tokens` : dollars(value);
