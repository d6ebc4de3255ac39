import { Webhook } from 'standardwebhooks';
import type { Notification } from '../../../wire/notification.ts';
import { admitUrl } from '../outside/resolve.ts';
import { ask, byStatus, type Send } from '../sender.ts';

export interface WebhookConfig {
  url: string;
  /** `whsec_…`; signed with each, the newest first, so that a secret is changed without a gap. */
  secrets: string[];
}

/**
 * An outgoing webhook by Standard Webhooks 1.0 (https://www.standardwebhooks.com): `webhook-id` is the same for every attempt, and
 * `webhook-signature` holds a signature for each secret in force.
 */
export const sendWebhook: Send<WebhookConfig, Notification> = async (ports, config, notification, attempt) => {
  const admitted = await admitUrl(ports, config.url);
  if (!admitted.ok) return admitted.sent;
  const now = new Date(ports.now());
  const body = JSON.stringify(webhookBody(notification, ports.publicUrl));
  const signatures = config.secrets.map((secret) => new Webhook(secret).sign(attempt.idempotencyKey, now, body));
  const asked = await ask(ports, admitted.url.href, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Flightdeck-Webhooks/1.0',
      'webhook-id': attempt.idempotencyKey,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    },
    body,
  });
  if (!asked.ok) return asked.sent;
  if (asked.answer.status === 410)
    return {
      outcome: 'refused',
      detail: 'It answered 410: it wants no more deliveries, so the channel is switched off.',
      isGone: true,
    };
  const sent = byStatus(asked.answer, ports.now());
  // The specification has every failure tried again: a receiver that is being repaired may answer anything.
  return sent.outcome === 'refused' ? { ...sent, outcome: 'retry' } : sent;
};

/** `type`, `timestamp` and `data`, as the specification recommends. */
export const webhookBody = ({ key: _, link, at, kind, ...told }: Notification, publicUrl: string) => ({
  type: `alert.${kind}`,
  timestamp: at,
  data: { ...told, url: `${publicUrl}${link}` },
});
