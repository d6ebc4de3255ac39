import type { Notification } from '../../../wire/notification.ts';

/** What a channel's test button sends; `who` pressed it. */
export const testNotification = (key: string, organizationId: string, who: string, nowMs: number): Notification => ({
  key: `test:${key}`,
  kind: 'test',
  severity: 'info',
  title: 'A test from Flightdeck',
  body: `${who} tried this channel out. If you can read this, it works.`,
  link: `/${organizationId}/settings/integrations`,
  dedupKey: `test:${key}`,
  at: new Date(nowMs).toISOString(),
  facts: [],
});
