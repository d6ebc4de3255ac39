import { expect, it } from 'vitest';
import { sendPagerDuty } from '../../../worker/adapters/pagerduty/event.ts';
import { attempt, notification, recordingPorts } from '../sender-ports.ts';

const config = { routingKey: 'R0UTINGKEY0000000000000000000000' };
const accepted = () => Response.json({ status: 'success', message: 'Event processed' }, { status: 202 });

it('what fires triggers an alert, what resolves it carries the same dedup key, and a long key is shortened alike', async () => {
  const { ports, requests } = recordingPorts(accepted);
  for (const dedupKey of ['alert-1', 'x'.repeat(300)]) {
    await sendPagerDuty(ports, config, notification({ dedupKey }), attempt());
    await sendPagerDuty(ports, config, notification({ dedupKey, kind: 'resolved' }), attempt());
  }
  const events = requests.map(({ body }) => JSON.parse(body));
  expect(requests[0]?.url).toBe('https://pagerduty.example.com/v2/enqueue');
  expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve', 'trigger', 'resolve']);
  expect(events[0]).toEqual({
    routing_key: config.routingKey,
    event_action: 'trigger',
    dedup_key: 'alert-1',
    client: 'Flightdeck',
    client_url: 'https://flightdeck.example/organizations/org_1/sessions/ses_1',
    links: [{ href: 'https://flightdeck.example/organizations/org_1/sessions/ses_1', text: 'Open in Flightdeck' }],
    payload: {
      summary: 'A session failed: “Fix the login race” failed after 12 minutes.',
      source: 'Flightdeck',
      severity: 'critical',
      timestamp: '2026-11-27T11:59:58.000Z',
      custom_details: { Cost: '$1.20' },
    },
  });
  expect(events[1].dedup_key).toBe('alert-1');
  expect(events[2].dedup_key).toBe(events[3].dedup_key);
  expect(events[2].dedup_key).toHaveLength(64);
});

it('a test wakes nobody for long: it is resolved at once', async () => {
  const { ports, requests } = recordingPorts(accepted);
  expect(await sendPagerDuty(ports, config, notification({ kind: 'test' }), attempt())).toMatchObject({ outcome: 'delivered' });
  expect(requests.map(({ body }) => JSON.parse(body).event_action)).toEqual(['trigger', 'resolve']);
});

it('a test that could not be resolved has not arrived yet: it is sent again', async () => {
  const { ports } = recordingPorts(({ body }) =>
    JSON.parse(body).event_action === 'trigger' ? accepted() : new Response(null, { status: 500 }),
  );
  expect(await sendPagerDuty(ports, config, notification({ kind: 'test' }), attempt())).toMatchObject({ outcome: 'retry' });
});

it('a wrong key is refused with PagerDuty’s words, and too many events are sent later', async () => {
  const wrong = () => Response.json({ status: 'invalid event', errors: ['Invalid routing key'] }, { status: 400 });
  const sent = (answer: () => Response) => sendPagerDuty(recordingPorts(answer).ports, config, notification(), attempt());
  expect(await sent(wrong)).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('Invalid routing key') });
  expect(await sent(() => new Response(null, { status: 429 }))).toMatchObject({ outcome: 'retry' });
});
