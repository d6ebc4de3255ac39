import * as z from 'zod/mini';
import { bodyOf, type Call, expectHeader, type Fault, Misuse, standIn } from './stand-in.ts';

// Limits of https://docs.slack.dev/reference/block-kit/blocks and /methods/chat.postMessage.

const text = (type: 'plain_text' | 'mrkdwn', length: number) =>
  z.strictObject({ type: z.literal(type), text: z.string().check(z.minLength(1), z.maxLength(length)) });

const Button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string().check(z.maxLength(255)),
  text: text('plain_text', 75),
  url: z.optional(z.url().check(z.maxLength(3000))),
  value: z.optional(z.string().check(z.maxLength(2000))),
  style: z.optional(z.enum(['primary', 'danger'])),
});

const blockId = z.optional(z.string().check(z.maxLength(255)));
const Blocks = z
  .array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('header'), block_id: blockId, text: text('plain_text', 150) }),
      z.strictObject({
        type: z.literal('section'),
        block_id: blockId,
        text: z.optional(text('mrkdwn', 3000)),
        fields: z.optional(z.array(text('mrkdwn', 2000)).check(z.minLength(1), z.maxLength(10))),
      }),
      z.strictObject({
        type: z.literal('context'),
        block_id: blockId,
        elements: z.array(text('mrkdwn', 2000)).check(z.maxLength(10)),
      }),
      z.strictObject({
        type: z.literal('actions'),
        block_id: blockId,
        elements: z.array(Button).check(z.minLength(1), z.maxLength(25)),
      }),
    ]),
  )
  .check(z.maxLength(50));

const Message = z.strictObject({
  channel: z.string().check(z.regex(/^[CGD][A-Z0-9]{6,20}$/)),
  text: z.string().check(z.minLength(1), z.maxLength(40_000)),
  blocks: Blocks,
  unfurl_links: z.optional(z.boolean()),
  metadata: z.strictObject({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }),
});

const Incoming = z.strictObject({ text: z.string().check(z.minLength(1), z.maxLength(40_000)), blocks: Blocks });

interface Kept {
  ts: string;
  metadata: z.infer<typeof Message>['metadata'];
}

/** Slack's Web API for one bot token. */
export async function standInForSlack(token: string, fault?: () => Fault | null) {
  const messages = new Map<string, Kept[]>();
  const post = (call: Call) => {
    const { channel, metadata } = bodyOf(call, Message);
    const there = messages.get(channel) ?? [];
    const ts = (Date.now() / 1000).toFixed(6);
    messages.set(channel, [...there, { ts, metadata }]);
    return { status: 200, body: { ok: true, channel, ts } };
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
