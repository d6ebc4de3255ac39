import type { Notification } from '../../wire/notification.ts';
import type { Attempt, SenderPorts } from '../../worker/adapters/sender.ts';
import { vapidKeys } from '../../worker/credentials/vapid.ts';

export interface Recorded {
  url: string;
  method: string;
  headers: Headers;
  body: string;
}

/** Ports whose receiver answers as `answer` says, and a record of what it was sent. */
export function recordingPorts(
  answer: (request: Recorded) => Response | Promise<Response>,
  overrides: Partial<SenderPorts> = {},
) {
  const requests: Recorded[] = [];
  const ports: SenderPorts = {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const recorded = { url: request.url, method: request.method, headers: request.headers, body: await request.text() };
      requests.push(recorded);
      return answer(recorded);
    },
    now: () => Date.parse('2026-11-27T12:00:00Z'),
    publicUrl: 'https://flightdeck.example',
    allowLoopback: false,
    dnsApi: '',
    slackApi: 'https://slack.example.com/api',
    pagerDutyApi: 'https://pagerduty.example.com',
    vapid: vapidKeys('00'.repeat(32)),
    mailer: null,
    ...overrides,
  };
  return { ports, requests };
}

export const attempt = (overrides: Partial<Attempt> = {}): Attempt => ({
  n: 1,
  idempotencyKey: 'msg_abc',
  firstAtMs: Date.parse('2026-11-27T12:00:00Z'),
  mayHaveArrived: false,
  memory: null,
  ...overrides,
});

export const notification = (overrides: Partial<Notification> = {}): Notification => ({
  key: 'alert-1:fired',
  kind: 'fired',
  severity: 'critical',
  title: 'A session failed',
  body: '“Fix the login race” failed after 12 minutes.',
  link: '/organizations/org_1/sessions/ses_1',
  sessionId: 'ses_1',
  dedupKey: 'alert-1',
  at: '2026-11-27T11:59:58.000Z',
  facts: [{ label: 'Cost', value: '$1.20' }],
  ...overrides,
});
