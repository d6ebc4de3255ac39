import * as z from 'zod/mini';
import { bodyOf, type Fault, Misuse, standIn } from './stand-in.ts';

// https://developer.pagerduty.com/docs/send-alert-event
const Event = z.strictObject({
  routing_key: z.string().check(z.regex(/^[A-Za-z0-9]{32}$/)),
  event_action: z.enum(['trigger', 'resolve', 'acknowledge']),
  dedup_key: z.string().check(z.minLength(1), z.maxLength(255)),
  client: z.optional(z.string()),
  client_url: z.optional(z.url()),
  links: z.optional(z.array(z.strictObject({ href: z.url(), text: z.string() }))),
  payload: z.strictObject({
    summary: z.string().check(z.minLength(1), z.maxLength(1024)),
    source: z.string().check(z.minLength(1)),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
});

/** Events API v2: incidents by routing key and dedup key, in the order in which they were triggered first. */
export async function standInForPagerDuty(fault?: () => Fault | null) {
  const incidents = new Map<string, Map<string, 'open' | 'resolved'>>();
  const service = await standIn({
    name: 'PagerDuty',
    ...(fault && { fault }),
    take: (call) => {
      if (call.method !== 'POST' || call.path !== '/v2/enqueue') throw new Misuse('no such method');
      const { routing_key, event_action, dedup_key } = bodyOf(call, Event);
      const known = incidents.get(routing_key) ?? new Map<string, 'open' | 'resolved'>();
      incidents.set(routing_key, known);
      if (event_action === 'trigger') known.set(dedup_key, 'open');
      if (event_action === 'resolve' && known.has(dedup_key)) known.set(dedup_key, 'resolved');
      return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key } };
    },
  });
  return { ...service, incidents };
}
