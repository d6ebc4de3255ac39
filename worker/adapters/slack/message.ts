import * as z from 'zod/mini';
import type { Notification } from '../../../wire/notification.ts';
import { admitUrl } from '../outside/resolve.ts';
import {
  type Answer,
  ask,
  byStatus,
  jsonOf,
  maxFoundBytes,
  orUnknown,
  type Send,
  type SenderPorts,
  type Sent,
} from '../sender.ts';
import { slackBlocks, slackText } from './blocks.ts';

/** What marks a message as ours, so that it is found again before it is repeated. */
const eventType = 'flightdeck_notification';

/** Slack stamps messages with its own clock, which may go a little before ours. */
const clockSkewMs = 60_000;

const Said = z.object({
  ok: z.boolean(),
  error: z.optional(z.string()),
  /** Of a message that was posted. */
  channel: z.optional(z.string()),
  ts: z.optional(z.string()),
});
const History = z.object({
  ok: z.literal(true),
  messages: z.array(
    z.object({
      ts: z.optional(z.string()),
      metadata: z.optional(z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })),
    }),
  ),
});

/** Errors that pass by themselves; of some of them Slack says that the message may be there. */
const passing = new Set(['ratelimited', 'rate_limited', 'service_unavailable', 'team_added_to_org']);
const unclear = new Set(['internal_error', 'fatal_error', 'request_timeout']);

/** By a Slack app's bot token (chat.postMessage); `areAnswered`: what its buttons do reaches us. Slack has no idempotency key: where a message may have arrived, it is looked for. */
export const sendSlack: Send<{ token: string; channel: string; areAnswered: boolean }, Notification> = async (
  ports,
  config,
  notification,
  attempt,
) => {
  const { idempotencyKey, mayHaveArrived, firstAtMs } = attempt;
  if (mayHaveArrived) {
    const found = await isThere(ports, config, idempotencyKey, firstAtMs);
    if (typeof found === 'object' && 'ts' in found) {
      const place = found.ts !== undefined && { place: placeOf(config.channel, found.ts) };
      return { outcome: 'delivered', detail: 'It had arrived: Slack has the message.', ...place };
    }
    if (found === 'unknown')
      return { outcome: 'unknown', isFinal: true, detail: 'It may have arrived; Slack does not let us look (channels:history).' };
    if (found !== 'absent') return found;
  }
  const asked = await ask(
    ports,
    `${ports.slackApi}/chat.postMessage`,
    post(config.token, {
      channel: config.channel,
      text: slackText(notification),
      blocks: slackBlocks(notification, ports.publicUrl, config.areAnswered),
      unfurl_links: false,
      metadata: { event_type: eventType, event_payload: { key: idempotencyKey } },
    }),
  );
  return asked.ok ? said(asked.answer, ports) : asked.sent;
};

/** By an incoming webhook, which has no way to look: what may have arrived is not repeated. */
export const sendSlackWebhook: Send<{ url: string }, Notification> = async (ports, { url }, notification, attempt) => {
  const unclear = 'It may have arrived; an incoming webhook does not let us look, so it is not repeated.';
  if (attempt.mayHaveArrived) return { outcome: 'unknown', isFinal: true, detail: unclear };
  const admitted = await admitUrl(ports, url);
  if (!admitted.ok) return admitted.sent;
  const body = { text: slackText(notification), blocks: slackBlocks(notification, ports.publicUrl) };
  const asked = await ask(ports, admitted.url.href, post(null, body));
  if (!asked.ok) return { ...asked.sent, isFinal: true };
  const sent = byStatus(asked.answer, ports.now());
  return asked.answer.status === 410 || asked.answer.text.trim() === 'no_service' ? { ...sent, isGone: true } : sent;
};

/** Slack answers 200 to nearly everything, and says in the body whether it did it. */
export function said(answer: Answer, ports: SenderPorts): Sent {
  const sent = orUnknown(byStatus(answer, ports.now()), answer);
  const read = Said.safeParse(jsonOf(answer.text));
  if (sent.outcome !== 'delivered' || !read.success) return sent.outcome === 'delivered' ? { ...sent, outcome: 'unknown' } : sent;
  const { ok, error = 'no reason', channel, ts } = read.data;
  if (ok) return { outcome: 'delivered', detail: 'Slack took it.', ...(channel && ts && { place: placeOf(channel, ts) }) };
  if (passing.has(error)) return { ...sent, outcome: 'retry', detail: `Slack said: ${error}.` };
  if (unclear.has(error)) return { outcome: 'unknown', detail: `Slack said: ${error}; it may have arrived.` };
  return { outcome: 'refused', detail: `Slack said: ${error}.${hints[error] ?? ''}` };
}

const hints: Record<string, string> = {
  not_in_channel: ' Invite the app to the channel.',
  channel_not_found: ' Check the channel, and invite the app where it is private.',
  invalid_auth: ' Copy the bot token again.',
  token_revoked: ' Install the app again and copy its bot token.',
  missing_scope: ' Give the app the scope chat:write and install it again.',
};

/** Whether the channel has a message of this key; a failure to look that may pass is tried again. */
async function isThere(
  ports: SenderPorts,
  { token, channel }: { token: string; channel: string },
  key: string,
  sinceMs: number,
): Promise<{ ts: string | undefined } | 'absent' | 'unknown' | Sent> {
  // Of a name Slack tells no history, only of an id.
  if (channel.startsWith('#')) return 'unknown';
  const query = new URLSearchParams({
    channel,
    oldest: String((sinceMs - clockSkewMs) / 1000),
    include_all_metadata: 'true',
    limit: '200',
  });
  const init = { headers: { authorization: `Bearer ${token}` } };
  const asked = await ask(ports, `${ports.slackApi}/conversations.history?${query}`, init, maxFoundBytes);
  // Looking changes nothing: it is tried again as if it had not been.
  if (!asked.ok) return { ...asked.sent, outcome: 'retry' };
  const sent = byStatus(asked.answer, ports.now());
  if (sent.outcome === 'retry') return sent;
  const read = History.safeParse(jsonOf(asked.answer.text));
  if (!read.success) return 'unknown';
  const ours = read.data.messages.find(
    ({ metadata }) => metadata?.event_type === eventType && metadata.event_payload.key === key,
  );
  return ours ? { ts: ours.ts } : 'absent';
}

/** What `editSlack` finds a message by. */
const placeOf = (channel: string, ts: string): string => JSON.stringify({ channel, ts });

export const post = (token: string | null, body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json; charset=utf-8', ...(token !== null && { authorization: `Bearer ${token}` }) },
  body: JSON.stringify(body),
});
