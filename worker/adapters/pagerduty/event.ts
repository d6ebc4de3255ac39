import { createHash } from 'node:crypto';
import type { Notification } from '../../../wire/notification.ts';
import { ask, byStatus, type Send } from '../sender.ts';

/** PagerDuty refuses longer ones (https://developer.pagerduty.com/docs/send-alert-event). */
const maxSummary = 1024;
const maxDedupKey = 255;

/**
 * PagerDuty Events API v2: what fires triggers an alert, and what resolves it carries the same dedup key. The key makes a repeated event the
 * same alert, so that one whose answer was lost is simply sent again.
 */
export const sendPagerDuty: Send<{ routingKey: string }, Notification> = async (ports, { routingKey }, notification) => {
  const send = (action: 'trigger' | 'resolve') =>
    ask(ports, `${ports.pagerDutyApi}/v2/enqueue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(pagerDutyEvent(routingKey, notification, action, ports.publicUrl)),
    });
  const asked = await send(notification.kind === 'resolved' ? 'resolve' : 'trigger');
  if (!asked.ok) return asked.sent;
  const sent = byStatus(asked.answer, ports.now());
  if (notification.kind !== 'test' || sent.outcome !== 'delivered') return sent;
  // Nobody is to be woken for long by a test: it has arrived when it is over again.
  const resolved = await send('resolve');
  return resolved.ok ? byStatus(resolved.answer, ports.now()) : resolved.sent;
};

export const pagerDutyEvent = (
  routingKey: string,
  { dedupKey, title, body, severity, at, facts, link }: Notification,
  action: 'trigger' | 'resolve',
  publicUrl: string,
) => ({
  routing_key: routingKey,
  event_action: action,
  dedup_key: dedupKey.length <= maxDedupKey ? dedupKey : createHash('sha256').update(dedupKey).digest('hex'),
  client: 'Flightdeck',
  client_url: `${publicUrl}${link}`,
  links: [{ href: `${publicUrl}${link}`, text: 'Open in Flightdeck' }],
  payload: {
    summary: `${title}: ${body}`.slice(0, maxSummary),
    source: 'Flightdeck',
    severity,
    timestamp: at,
    custom_details: Object.fromEntries(facts.map(({ label, value }) => [label, value])),
  },
});
