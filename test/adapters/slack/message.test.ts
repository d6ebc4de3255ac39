import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slackBlocks } from '../../../worker/adapters/slack/blocks.ts';
import { editSlack } from '../../../worker/adapters/slack/edit.ts';
import { sendSlack, sendSlackWebhook } from '../../../worker/adapters/slack/message.ts';
import { attempt, notification, recordingPorts } from '../sender-ports.ts';

const config = { token: 'xoxb-1234567890', channel: 'C0123456789', areAnswered: false };
const webhook = { url: 'https://hooks.slack.example.com/services/T/B/x' };
const json = (body: object, init?: ResponseInit) => () => Response.json(body, init);
const waiting = notification({ actions: ['allow', 'deny', 'open'], callId: 'call_1' });

describe('a Slack app’s message', () => {
  it('carries the words, the facts, and a button that opens the page: nothing answers others yet', async () => {
    const { ports, requests } = recordingPorts(json({ ok: true, ts: '1.2' }));
    expect(await sendSlack(ports, config, waiting, attempt())).toEqual({ outcome: 'delivered', detail: 'Slack took it.' });
    const [request] = requests;
    expect(request?.url).toBe('https://slack.example.com/api/chat.postMessage');
    expect(request?.headers.get('authorization')).toBe('Bearer xoxb-1234567890');
    const body = JSON.parse(request?.body ?? '');
    expect(body).toMatchObject({
      channel: 'C0123456789',
      text: 'A session failed — “Fix the login race” failed after 12 minutes.',
      metadata: { event_type: 'flightdeck_notification', event_payload: { key: 'msg_abc' } },
    });
    const { elements } = body.blocks.at(-1);
    expect(elements).toEqual([
      {
        type: 'button',
        action_id: 'flightdeck_open',
        text: { type: 'plain_text', text: 'Open' },
        url: 'https://flightdeck.example/organizations/org_1/sessions/ses_1',
      },
    ]);
  });

  it('is refused with what to do, tried again where Slack has no time, and of unknown outcome where Slack does not know', async () => {
    const sent = (answer: () => Response) => sendSlack(recordingPorts(answer).ports, config, waiting, attempt());
    expect(await sent(json({ ok: false, error: 'not_in_channel' }))).toEqual({
      outcome: 'refused',
      detail: 'Slack said: not_in_channel. Invite the app to the channel.',
    });
    const busy = json({ ok: false, error: 'ratelimited' }, { status: 429, headers: { 'retry-after': '30' } });
    expect(await sent(busy)).toMatchObject({ outcome: 'retry', retryAfterMs: 30_000 });
    expect(await sent(json({ ok: false, error: 'service_unavailable' }))).toMatchObject({ outcome: 'retry' });
    expect(await sent(json({ ok: false, error: 'fatal_error' }))).toMatchObject({ outcome: 'unknown' });
    expect(await sent(() => new Response('<html>'))).toMatchObject({ outcome: 'unknown' });
    expect(await sent(() => new Response(null, { status: 502 }))).toMatchObject({ outcome: 'unknown' });
    expect(await sent(() => new Response(null, { status: 503 }))).toMatchObject({ outcome: 'retry' });
  });

  it('that may have arrived is looked for before it is repeated', async () => {
    const message = (key: string) => ({ metadata: { event_type: 'flightdeck_notification', event_payload: { key } } });
    const history = (messages: object[]) =>
      recordingPorts(({ url }) => Response.json(url.includes('history') ? { ok: true, messages } : { ok: true }));
    const again = attempt({ n: 2, mayHaveArrived: true });

    const there = history([message('msg_other'), message('msg_abc')]);
    expect(await sendSlack(there.ports, config, waiting, again)).toMatchObject({ outcome: 'delivered' });
    expect(there.requests.map(({ method }) => method)).toEqual(['GET']);
    expect(Number(new URL(there.requests[0]?.url ?? '').searchParams.get('oldest'))).toBe(again.firstAtMs / 1000 - 60);

    const absent = history([{}, message('msg_other')]);
    expect(await sendSlack(absent.ports, config, waiting, again)).toMatchObject({ outcome: 'delivered' });
    expect(absent.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('is changed where Slack said, or was found to say, that it is, however often', async () => {
    const posted = recordingPorts(json({ ok: true, channel: 'C1', ts: '1.2' }));
    const { place = '' } = await sendSlack(posted.ports, config, waiting, attempt());
    const message = { metadata: { event_type: 'flightdeck_notification', event_payload: { key: 'msg_abc' } }, ts: '1.3' };
    const found = recordingPorts(json({ ok: true, messages: [message] }));
    expect(await sendSlack(found.ports, config, waiting, attempt({ mayHaveArrived: true }))).toMatchObject({
      place: JSON.stringify({ channel: config.channel, ts: '1.3' }),
    });
    const { ports, requests } = recordingPorts(json({ ok: true, channel: 'C1', ts: '1.2' }));
    const edit = () =>
      editSlack(ports, { token: 'xoxb-1', place }, { text: 'Over.', blocks: [] }, attempt({ mayHaveArrived: true }));
    expect([await edit(), await edit()]).toMatchObject([{ outcome: 'delivered' }, { outcome: 'delivered' }]);
    expect(requests[0]?.url).toBe('https://slack.example.com/api/chat.update');
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ channel: 'C1', ts: '1.2', text: 'Over.', blocks: [] });
  });

  it('that may have arrived and cannot be looked for is left at that', async () => {
    const again = attempt({ mayHaveArrived: true });
    const blind = recordingPorts(json({ ok: false, error: 'missing_scope' }));
    expect(await sendSlack(blind.ports, config, waiting, again)).toMatchObject({ outcome: 'unknown', isFinal: true });
    const named = recordingPorts(json({ ok: true }));
    expect(await sendSlack(named.ports, { ...config, channel: '#alerts' }, waiting, again)).toMatchObject({ isFinal: true });
    expect(named.requests).toEqual([]);
    const busy = recordingPorts(json({ ok: false, error: 'ratelimited' }, { status: 429 }));
    expect(await sendSlack(busy.ports, config, waiting, again)).toMatchObject({ outcome: 'retry' });
  });
});

describe('an incoming webhook of Slack', () => {
  it('has the same button', async () => {
    const { ports, requests } = recordingPorts(() => new Response('ok'));
    expect(await sendSlackWebhook(ports, webhook, waiting, attempt())).toMatchObject({ outcome: 'delivered' });
    const { elements } = JSON.parse(requests[0]?.body ?? '').blocks.at(-1);
    expect(elements).toHaveLength(1);
  });

  it('repeats nothing that may have arrived', async () => {
    const lost = recordingPorts(() => {
      throw new Error('reset');
    });
    expect(await sendSlackWebhook(lost.ports, webhook, waiting, attempt())).toMatchObject({ outcome: 'unknown', isFinal: true });
    const again = recordingPorts(() => new Response('ok'));
    expect(await sendSlackWebhook(again.ports, webhook, waiting, attempt({ mayHaveArrived: true }))).toMatchObject({
      outcome: 'unknown',
      isFinal: true,
    });
    expect(again.requests).toEqual([]);
  });

  it('that is gone switches its channel off', async () => {
    const gone = recordingPorts(() => new Response('no_service', { status: 404 }));
    expect(await sendSlackWebhook(gone.ports, webhook, waiting, attempt())).toMatchObject({ outcome: 'refused', isGone: true });
  });
});

it('whatever a session is called, blocks keep Slack’s limits and nothing in them becomes a mention', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.nat(9).map((n) => '<é&😀'.repeat(590 + n)),
    fc.constant('<!channel> &'),
  );
  fc.assert(
    fc.property(text, text, fc.array(fc.record({ label: text, value: text }), { maxLength: 11 }), (title, body, facts) => {
      const blocks = slackBlocks(notification({ title, body, facts }), 'https://x.example');
      const header = Object(blocks[0]).text;
      expect(header.type).toBe('plain_text');
      expect(header.text.length).toBeLessThanOrEqual(150);
      const fields = blocks.flatMap((block) => Object(block).fields ?? []);
      expect(fields.length).toBeLessThanOrEqual(10);
      for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000);
      const section = Object(blocks[1]).text.text;
      expect(section.length).toBeLessThanOrEqual(3000);
      for (const marked of [section, ...fields.map((field) => field.text)]) {
        expect(marked).not.toMatch(/[<>]/);
        expect(marked.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
      }
    }),
    { numRuns: 20 },
  );
});
