import type { SessionSummary } from '../../../wire/session.ts';

/**
 * What of a session alert rules look at the moment that it changes, as one word; empty while there is nothing to say. Whatever else they
 * look at may wait for the next minute.
 */
export function alarmingIn({ status, approvals = [], collisions = [] }: SessionSummary): string {
  const said = [
    ['failed', 'timed_out', 'budget_exceeded'].includes(status) ? status : '',
    approvals[0]?.id ?? '',
    collisions.length === 0 ? '' : String(collisions.length),
  ];
  return said.some(Boolean) ? said.join('/') : '';
}
