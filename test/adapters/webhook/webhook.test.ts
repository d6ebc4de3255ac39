import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Sent } from '../../../worker/adapters/sender.ts';
import { sendWebhook } from '../../../worker/adapters/webhook/webhook.ts';
import { attempt, notification, recordingPorts } from '../sender-ports.ts';

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const url = 'https://hooks.example.com/in';
const config = { url, secrets: [secretOf(2), secretOf(1)] };

const answered = (response: () => Response, overrides = {}): Promise<Sent> =>
  sendWebhook(recordingPorts(response, overrides).ports, config, notification(), attempt());

describe('an outgoing webhook', () => {
  it('verifies with the reference library under each secret in force, and under no other', async () => {
    const now = Date.now();
    const { ports, requests } = recordingPorts(() => new Response('thanks'), { now: () => now });
    expect(await sendWebhook(ports, config, notification(), attempt())).toEqual({
      outcome: 'delivered',
      detail: 'It answered 200: thanks',
    });
    const [request] = requests;
    if (!request) throw new Error('nothing was sent');
    const headers = Object.fromEntries(request.headers);
    for (const secret of config.secrets)
      expect(new Webhook(secret).verify(request.body, headers)).toEqual({
        type: 'alert.fired',
        timestamp: '2026-11-27T11:59:58.000Z',
        data: {
          severity: 'critical',
          title: 'A session failed',
          body: '“Fix the login race” failed after 12 minutes.',
          sessionId: 'ses_1',
          dedupKey: 'alert-1',
          facts: [{ label: 'Cost', value: '$1.20' }],
          url: 'https://flightdeck.example/organizations/org_1/sessions/ses_1',
        },
      });
    expect(() => new Webhook(secretOf(3)).verify(request.body, headers)).toThrow();
    expect(() => new Webhook(secretOf(1)).verify(`${request.body} `, headers)).toThrow();
    expect(headers['webhook-id']).toBe('msg_abc');
  });

  it('is tried again after any failure, when its receiver says where it does, and is over where it is gone', async () => {
    expect(await answered(() => new Response(null, { status: 500 }))).toMatchObject({ outcome: 'retry' });
    expect(await answered(() => new Response('no', { status: 400 }))).toMatchObject({
      outcome: 'retry',
      detail: 'It answered 400: no',
    });
    const busy = () => new Response(null, { status: 429, headers: { 'retry-after': '120' } });
    expect(await answered(busy)).toMatchObject({ outcome: 'retry', retryAfterMs: 120_000 });
    const dated = () => new Response(null, { status: 503, headers: { 'retry-after': 'Fri, 27 Nov 2026 12:01:00 GMT' } });
    expect(await answered(dated)).toMatchObject({ outcome: 'retry', retryAfterMs: 60_000 });
    expect(await answered(() => new Response(null, { status: 410 }))).toMatchObject({ outcome: 'refused', isGone: true });
  });

  it('follows no redirect, wherever it leads', async () => {
    const { ports, requests } = recordingPorts(
      () => new Response(null, { status: 307, headers: { location: 'http://127.0.0.1/' } }),
    );
    expect(await sendWebhook(ports, config, notification(), attempt())).toMatchObject({ outcome: 'retry' });
    expect(requests.map((request) => request.url)).toEqual([url]);
  });

  it('may have arrived where its answer was lost', async () => {
    const lost = () => {
      throw new Error('connection reset');
    };
    expect(await answered(lost)).toEqual({ outcome: 'unknown', detail: 'The connection failed: connection reset' });
  });

  it('reads no more of an answer than its words need', async () => {
    const endless = new ReadableStream({ pull: (stream) => stream.enqueue(new TextEncoder().encode('x'.repeat(65_536))) });
    const { detail } = await answered(() => new Response(endless, { status: 500 }));
    expect(detail.length).toBeLessThan(300);
  });

  it('goes nowhere inside', async () => {
    const { ports, requests } = recordingPorts(() => new Response());
    const inside = { ...config, url: 'https://169.254.169.254/latest/meta-data' };
    expect(await sendWebhook(ports, inside, notification(), attempt())).toMatchObject({ outcome: 'refused' });
    expect(requests).toEqual([]);
  });
});
