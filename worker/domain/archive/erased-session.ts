import type { Alert } from '../../../wire/alert.ts';

/** What stands where an alert or a message told of a session that was erased with its person. */
export const erasedTitle = 'A session that was erased';

/** An alert that says no more of its session than that there was one. */
export const alertOfErased = (alert: Alert): Alert => ({ ...alert, title: erasedTitle, body: '' });

/** The same of what is, or was, on its way out: a notification, or a report to a code host. */
export function payloadOfErased(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  const session: unknown = Reflect.get(payload, 'session');
  if (typeof session !== 'object' || session === null) return { ...payload, title: erasedTitle, body: '', facts: [] };
  return { ...payload, session: { ...session, title: erasedTitle, outcome: '' } };
}
