import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { Delivery } from '../../../wire/delivery.ts';
import type { Notification } from '../../../wire/notification.ts';
import { outboxOf } from '../../../worker/rooms/index.ts';
import type { Outgoing } from '../../../worker/rooms/outbox/outbox.ts';

/** An organization's outbox; `receive` answers what is sent to hosts under example.com, and DNS finds them all. */
export function makeOutboxRig(organizationId: string, receive: (request: Request) => Response | Promise<Response>) {
  const outbox = () => outboxOf(env, organizationId);
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    if (String(input).startsWith('nowhere:')) return Response.json({ Status: 0, Answer: [{ type: 1, data: '93.184.216.34' }] });
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    if (!hostname.endsWith('example.com')) throw new Error(`a request to ${hostname}`);
    return receive(request);
  });
  const deliveries = async (query: object = {}): Promise<Delivery[]> => (await outbox().deliveries(query)).items;
  return {
    outbox,
    deliveries,
    addWebhook: async (id: string, url = `https://${id}.example.com/`) => {
      const made = await outbox().addChannel(id, id, { kind: 'webhook', url });
      if (!made?.secret) throw new Error('no channel was made');
      return made.secret;
    },
    notify: (key: string, channelIds: string[]) => outbox().post({ notification: notificationOf(key), channelIds }),
    ship: (deliveries: Outgoing[]) => outbox().post({ deliveries }),
    ring: () => runDurableObjectAlarm(outbox()),
    /** Rings as if it were so much later. */
    later: async (ms: number) => {
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
      await runDurableObjectAlarm(outbox());
      now.mockRestore();
    },
    /** Until so many deliveries are over. */
    over: (count: number) =>
      vi.waitUntil(async () => (await deliveries()).filter(({ finishedAt }) => finishedAt).length === count),
  };
}

const notificationOf = (key: string): Notification => ({
  key,
  kind: 'fired',
  severity: 'warning',
  title: `Alert ${key}`,
  body: 'Something happened.',
  link: '/alerts',
  dedupKey: key,
  at: '2026-11-27T12:00:00.000Z',
  facts: [],
});
