import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Channel, ChannelList, ChannelWithSecret } from '../../../wire/channel.ts';
import type { Delivery, DeliveryPage } from '../../../wire/delivery.ts';
import type { Problem } from '../../../wire/error.ts';
import { outboxOf, slackDesk } from '../../../worker/rooms/index.ts';
import type { Browser } from '../identity/client.ts';
import { signUp } from '../identity/client.ts';

let browser: Browser;
let organizationId: string;
beforeAll(async () => {
  const signedUp = await signUp('Channels');
  browser = signedUp.browser;
  organizationId = signedUp.account.organization.id;
});
afterEach(() => vi.restoreAllMocks());

const webhook = (url = 'https://hooks.example.com/very-secret-path') => ({ kind: 'webhook', url });
const make = (body: object, headers: Record<string, string> = {}) =>
  browser.json<ChannelWithSecret>('/api/channels', { body, headers });
const change = (id: string, body: object) => browser.call(`/api/channels/${id}`, { method: 'PATCH', body });
const kept = async (id: string): Promise<Channel | undefined> =>
  (await browser.json<ChannelList>('/api/channels')).items.find((channel) => channel.id === id);

describe('a channel', () => {
  it('shows its secret once, and what it was given never again', async () => {
    const made = await make({ name: 'Our receiver', settings: webhook() });
    expect(made).toMatchObject({ kind: 'webhook', leadsTo: 'hooks.example.com', isEnabled: true, disabledWhy: null });
    expect(made.secret).toMatch(/^whsec_/);
    const listed = JSON.stringify(await browser.json('/api/channels'));
    expect(listed).not.toContain('very-secret-path');
    expect(listed).not.toContain(made.secret);
    const { secret: _, ...shown } = made;
    expect(await kept(made.id)).toEqual(shown);
  });

  it('is made once for one Idempotency-Key', async () => {
    const ask = () => make({ name: 'Once', settings: webhook() }, { 'idempotency-key': 'one channel' });
    const [first, second] = [await ask(), await ask()];
    expect(second).toEqual({ ...first, secret: null });
  });

  it('that leads inside is refused by its field, when it is made and when it is changed', async () => {
    const refused = await browser.call('/api/channels', { body: { name: 'Inside', settings: webhook('https://192.168.1.1/') } });
    expect(refused.status).toBe(400);
    expect((await refused.json<Problem>()).errors).toEqual([
      { path: 'settings.url', message: '192.168.1.1 is not an address on the public internet.' },
    ]);
    const { id } = await make({ name: 'Outside', settings: webhook() });
    expect((await change(id, { settings: webhook('http://localhost:8787/') })).status).toBe(400);
    expect((await kept(id))?.leadsTo).toBe('hooks.example.com');
  });

  it('is renamed, led elsewhere and switched off, each by itself', async () => {
    const { id } = await make({ name: 'Before', settings: webhook() });
    expect((await change(id, { name: 'After' })).status).toBe(200);
    expect((await change(id, { settings: webhook('https://other.example.com/') })).status).toBe(200);
    expect((await change(id, { isEnabled: false })).status).toBe(200);
    expect(await kept(id)).toMatchObject({ name: 'After', leadsTo: 'other.example.com', isEnabled: false, disabledWhy: null });
    expect((await browser.call(`/api/channels/${id}/test`, { method: 'POST' })).status).toBe(409);
  });

  it('keeps what a patch leaves out, secrets too', async () => {
    const sent: { url: string; token: string | null; body: string }[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      if (String(input).startsWith('nowhere://dns'))
        return Response.json({ Status: 0, Answer: [{ type: 1, data: '93.184.216.34' }] });
      const request = new Request(input, init);
      sent.push({ url: request.url, token: request.headers.get('authorization'), body: await request.text() });
      return request.url.includes('slack') ? Response.json({ ok: true }) : new Response('ok');
    });
    const lastSentTo = async (id: string) => {
      const { id: tried } = await browser.json<Delivery>(`/api/channels/${id}/test`, { method: 'POST' });
      await runDurableObjectAlarm(outboxOf(env, organizationId));
      await vi.waitUntil(async () => (await browser.json<Delivery>(`/api/deliveries/${tried}`)).outcome === 'delivered');
      return sent.at(-1);
    };
    const token = 'xoxb-1234567890-abcdef';
    const slack = await make({ name: 'Slack', settings: { kind: 'slack', token, channel: 'C0123456789' } });
    expect((await change(slack.id, { settings: { kind: 'slack', channel: 'C9876543210' } })).status).toBe(200);
    expect((await kept(slack.id))?.leadsTo).toBe('C9876543210');
    expect(await lastSentTo(slack.id)).toMatchObject({ token: `Bearer ${token}`, body: expect.stringContaining('C9876543210') });
    expect((await change(slack.id, { settings: { kind: 'slack', token: 'xoxb-another-token' } })).status).toBe(200);
    expect(await lastSentTo(slack.id)).toMatchObject({
      token: 'Bearer xoxb-another-token',
      body: expect.stringContaining('C9876543210'),
    });

    const routingKey = 'R'.repeat(28);
    const pager = await make({ name: 'Pager', settings: { kind: 'pagerduty', routingKey: `${routingKey}abcd` } });
    expect((await change(pager.id, { name: 'Pager 2', settings: { kind: 'pagerduty' } })).status).toBe(200);
    expect(await kept(pager.id)).toMatchObject({ name: 'Pager 2', leadsTo: 'key …abcd' });
    const hook = await make({ name: 'Hook', settings: webhook() });
    expect((await change(hook.id, { settings: { kind: 'webhook' } })).status).toBe(200);
    expect((await lastSentTo(hook.id))?.url).toBe(webhook().url);
    const mail = await make({ name: 'People', settings: { kind: 'web-push', userIds: ['usr_a', 'usr_b'] } });
    await change(mail.id, { settings: { kind: 'web-push' } });
    expect((await kept(mail.id))?.leadsTo).toBe('2 people');
    await change(mail.id, { settings: { kind: 'web-push', userIds: null } });
    expect((await kept(mail.id))?.leadsTo).toBe('everybody who turned them on');
  });

  it('of Slack gives its token up for the organization’s app by a null, where there is one', async () => {
    const { id } = await make({
      name: 'Own token',
      settings: { kind: 'slack', token: 'xoxb-1234567890-abcdef', channel: 'C0123456789' },
    });
    const giveUp = () => change(id, { settings: { kind: 'slack', token: null } });
    const refused = await giveUp();
    expect(refused.status).toBe(400);
    expect((await refused.json<Problem>()).errors?.[0]?.path).toBe('settings.token');
    await slackDesk(env, organizationId).saveApp({
      ...{ teamId: 'T1', teamName: 'Acme', botToken: 'xoxb-of-the-app-1', signingSecret: '0'.repeat(32) },
      ...{ by: { userId: 'usr_a', name: 'Ann' }, origin: 'https://flightdeck.example' },
    });
    expect((await giveUp()).status).toBe(200);
    let token: string | null = null;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      token = new Request(input, init).headers.get('authorization');
      return Response.json({ ok: true });
    });
    await browser.json(`/api/channels/${id}/test`, { method: 'POST' });
    await runDurableObjectAlarm(outboxOf(env, organizationId));
    await vi.waitUntil(() => token !== null);
    expect(token).toBe('Bearer xoxb-of-the-app-1');
  });

  it('that is not there cannot be changed, tried, rotated or deleted', async () => {
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'x' }],
      ['POST', '/test', undefined],
      ['POST', '/secret', undefined],
      ['DELETE', '', undefined],
    ] as const)
      expect((await browser.call(`/api/channels/chn_0${path}`, { method, body })).status).toBe(404);
  });
});

describe('a delivery', () => {
  it('of a test is followed until it arrives, is listed with filters and sent anew', async () => {
    const received: string[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      if (String(input).startsWith('nowhere:')) return Response.json({ Status: 0, Answer: [{ type: 1, data: '93.184.216.34' }] });
      const request = new Request(input, init);
      received.push(request.headers.get('webhook-id') ?? '');
      return new Response('ok');
    });
    const channel = await make({ name: 'Tried', settings: webhook() });
    const tried = await browser.json<Delivery>(`/api/channels/${channel.id}/test`, { method: 'POST' });
    const follow = () => browser.json<Delivery>(`/api/deliveries/${tried.id}`);
    await runDurableObjectAlarm(outboxOf(env, organizationId));
    await vi.waitUntil(async () => (await follow()).outcome === 'delivered');
    const list = async (query: string) =>
      (await browser.json<DeliveryPage>(`/api/deliveries?${query}`)).items.map(({ id }) => id);
    expect(await list(`channel=${channel.id}`)).toEqual([tried.id]);
    expect(await list(`channel=${channel.id}&outcome=delivered`)).toEqual([tried.id]);
    expect(await list(`channel=${channel.id}&outcome=refused`)).toEqual([]);
    expect(await list(`key=${tried.key}`)).toEqual([tried.id]);
    await browser.json(`/api/deliveries/${tried.id}/replay`, { method: 'POST' });
    await runDurableObjectAlarm(outboxOf(env, organizationId));
    await vi.waitUntil(async () => (await follow()).attemptCount === 2 && (await follow()).outcome === 'delivered');
    expect(received).toHaveLength(2);
    expect(new Set(received).size).toBe(1);
  });

  it('is on one page only, however many there are', async () => {
    const channel = await make({ name: 'Paged', settings: webhook() });
    for (let n = 0; n < 5; n++) await browser.json(`/api/channels/${channel.id}/test`, { method: 'POST' });
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: DeliveryPage = await browser.json(`/api/deliveries?channel=${channel.id}&limit=2${query}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen).size).toBe(5);
  });

  it('that is not there is not found', async () => {
    for (const id of ['dlv_1', 'dlv_1_0000000000000000', 'x'])
      expect((await browser.call(`/api/deliveries/${id}`)).status).toBe(404);
  });
});
