import type { SenderPorts } from '../../adapters/sender.ts';
import { vapidKeys } from '../../credentials/vapid.ts';
import type { Env } from '../../env.ts';
import { hasteOf } from './haste.ts';
import { mailerOf } from './mailer.ts';

/** What senders need of this deployment; `leaving` is called before each request. */
export const senderPorts = (env: Env, origin: string | undefined, leaving: () => void): SenderPorts => ({
  fetch: (...request) => {
    leaving();
    return fetch(...request);
  },
  now: () => Date.now(),
  patienceMs: hasteOf(env).patienceMs,
  publicUrl: (env.PUBLIC_URL || origin || '').replace(/\/$/, ''),
  allowLoopback: env.ALLOW_LOOPBACK === '1',
  dnsApi: env.DNS_API ?? 'https://cloudflare-dns.com/dns-query',
  slackApi: env.SLACK_API || 'https://slack.com/api',
  pagerDutyApi: env.PAGERDUTY_API || 'https://events.pagerduty.com',
  vapid: vapidKeys(env.SIGNING_SECRET),
  mailer: mailerOf(env),
});
