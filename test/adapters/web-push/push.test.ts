import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { sendPush } from '../../../worker/adapters/web-push/push.ts';
import { vapidKeys } from '../../../worker/credentials/vapid.ts';
import { attempt, notification, type Recorded, recordingPorts } from '../sender-ports.ts';
import { pushBrowser } from './push-browser.ts';

const browser = () => pushBrowser('https://push.example.com/send/abc');

async function pushed(overrides: Parameters<typeof notification>[0] = {}) {
  const bodies: Buffer[] = [];
  const { ports, requests } = recordingPorts(() => new Response(null, { status: 201 }), { now: () => Date.now() });
  const keep: typeof fetch = async (input, init) => {
    bodies.push(Buffer.from(await new Request(input, init).arrayBuffer()));
    return ports.fetch(input, init);
  };
  const { target, read } = browser();
  const sent = await sendPush({ ...ports, fetch: keep }, target, notification(overrides), attempt());
  const [request] = requests;
  const [body] = bodies;
  if (!request || !body) throw new Error('nothing was pushed');
  return { sent, request, body, said: read(body) };
}

describe('a push', () => {
  it('decrypts in the browser that it is for, by a reference library, to the words and the exact page', async () => {
    const { sent, said } = await pushed();
    expect(sent).toMatchObject({ outcome: 'delivered' });
    expect(said).toEqual({
      title: 'A session failed',
      body: '“Fix the login race” failed after 12 minutes.',
      tag: expect.stringMatching(/^[\w-]{32}$/),
      url: '/organizations/org_1/sessions/ses_1',
    });
  });

  it('says who sends it, to this push service alone, in a token that its public key verifies', async () => {
    const { request } = await pushed();
    const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    expect(key).toBe(vapidKeys('00'.repeat(32)).publicKey);
    const point = Buffer.from(key, 'base64url');
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    };
    const { payload } = await jwtVerify(token, createPublicKey({ key: jwk, format: 'jwk' }), {
      audience: 'https://push.example.com',
    });
    expect(payload.sub).toBe('https://flightdeck.example');
    expect(request.headers.get('content-encoding')).toBe('aes128gcm');
    expect(request.headers.get('urgency')).toBe('high');
  });

  it('of what resolves takes the place of what fired', async () => {
    const [fired, resolved] = [await pushed(), await pushed({ kind: 'resolved', key: 'alert-1:resolved' })];
    expect(Object(resolved.said).tag).toBe(Object(fired.said).tag);
    expect(resolved.request.headers.get('topic')).toBe(fired.request.headers.get('topic'));
    expect(Object(resolved.said).title).toBe('Resolved: A session failed');
  });

  it('is small enough for every push service, whatever a session is called', async () => {
    const { body } = await pushed({ title: '障'.repeat(5000), body: '害'.repeat(5000), link: `/${'x'.repeat(200)}` });
    expect(body.length).toBeLessThanOrEqual(4096);
  });

  it('to a browser that is gone has it forgotten; a busy service is asked later; an address inside never', async () => {
    const sent = (answer: (request: Recorded) => Response, endpoint = browser().target.endpoint) =>
      sendPush(recordingPorts(answer).ports, { ...browser().target, endpoint }, notification(), attempt());
    expect(await sent(() => new Response(null, { status: 410 }))).toMatchObject({ outcome: 'refused', isGone: true });
    expect(await sent(() => new Response(null, { status: 429 }))).toMatchObject({ outcome: 'retry' });
    expect(await sent(() => new Response(null, { status: 201 }), 'https://10.0.0.1/push')).toMatchObject({ outcome: 'refused' });
  });
});

it('a deployment’s keys follow from its secret, and differ with it', () => {
  expect(vapidKeys('00'.repeat(32))).toEqual(vapidKeys('00'.repeat(32)));
  expect(vapidKeys('11'.repeat(32)).publicKey).not.toBe(vapidKeys('00'.repeat(32)).publicKey);
  expect(vapidKeys('22'.repeat(32)).publicKey).toMatch(/^[\w-]{87}$/);
});
