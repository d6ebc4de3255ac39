import * as z from 'zod';
import { slackTexts } from '../../adapters/slack/strict-slack.ts';
import { bodyOf, type Call, expectHeader, type Fault, Misuse, standIn } from './stand-in.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage */
const Message = z.strictObject({
  channel: z.string().regex(/^[CGD][A-Z0-9]{6,20}$/),
  ...slackTexts,
  unfurl_links: z.boolean().optional(),
  metadata: z.strictObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }),
});
type Message = z.infer<typeof Message>;

/** https://docs.slack.dev/reference/methods/chat.update */
const Update = z.strictObject({
  channel: z.string().regex(/^[CGD][A-Z0-9]{6,20}$/),
  ts: z.string().regex(/^\d{10}\.\d{6}$/),
  ...slackTexts,
});

const Incoming = z.strictObject(slackTexts);

interface Kept extends Message {
  ts: string;
  isEdited?: boolean;
}

/** Slack's Web API for one bot token. */
export async function standInForSlack(token: string, fault?: () => Fault | null) {
  const messages = new Map<string, Kept[]>();
  const post = (call: Call) => {
    expectHeader(call, 'content-type', 'application/json; charset=utf-8');
    const message = bodyOf(call, Message);
    const { channel } = message;
    const there = messages.get(channel) ?? [];
    const ts = (Date.now() / 1000).toFixed(6);
    messages.set(channel, [...there, { ...message, ts }]);
    return { status: 200, body: { ok: true, channel, ts } };
  };
  const update = (call: Call) => {
    expectHeader(call, 'content-type', 'application/json; charset=utf-8');
    const { channel, ts, text, blocks } = bodyOf(call, Update);
    const there = messages.get(channel) ?? [];
    if (!there.some((message) => message.ts === ts)) return { status: 200, body: { ok: false, error: 'message_not_found' } };
    messages.set(
      channel,
      there.map((message) => (message.ts === ts ? { ...message, text, blocks, isEdited: true } : message)),
    );
    return { status: 200, body: { ok: true, channel, ts, text } };
  };
  const history = ({ query }: Call) => {
    const limit = Number(query.get('limit') ?? 100);
    if (!(limit >= 1 && limit <= 999)) throw new Misuse(`limit ${query.get('limit')}`);
    const found = (messages.get(query.get('channel') ?? '') ?? []).filter(
      ({ ts }) => Number(ts) > Number(query.get('oldest') ?? 0),
    );
    const shown = found.toReversed().slice(0, limit);
    const isWithMetadata = query.get('include_all_metadata') === 'true';
    const items = shown.map(({ ts, metadata }) => ({ type: 'message', ts, ...(isWithMetadata && { metadata }) }));
    return { status: 200, body: { ok: true, messages: items, has_more: found.length > limit } };
  };
  const service = await standIn({
    name: 'Slack',
    ...(fault && { fault }),
    take: (call) => {
      expectHeader(call, 'authorization', `Bearer ${token}`);
      if (call.method === 'POST' && call.path === '/chat.postMessage') return post(call);
      if (call.method === 'POST' && call.path === '/chat.update') return update(call);
      if (call.method === 'GET' && call.path === '/conversations.history') return history(call);
      throw new Misuse('no such method');
    },
  });
  return { ...service, messages };
}

/** Incoming webhooks, each path one; how many messages came to each. */
export async function standInForSlackWebhooks(fault?: () => Fault | null) {
  const arrived = new Map<string, number>();
  const service = await standIn({
    name: 'Slack’s webhooks',
    ...(fault && { fault }),
    take: (call) => {
      bodyOf(call, Incoming);
      arrived.set(call.path, (arrived.get(call.path) ?? 0) + 1);
      return { status: 200, body: 'ok' };
    },
  });
  return { ...service, arrived };
}
