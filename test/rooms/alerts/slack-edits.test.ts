import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Alert } from '../../../wire/alert.ts';
import { alertDesk } from '../../../worker/rooms/index.ts';
import { slackTexts } from '../../adapters/slack/strict-slack.ts';
import { sessionFactOf } from '../../domain/alerts/builders.ts';
import { makeOutboxRig } from './outbox-rig.ts';

afterEach(() => vi.restoreAllMocks());

const ann = { userId: 'usr_ann', name: 'Ann' };
const Update = z.strictObject({ channel: z.literal('C0123456789'), ts: z.string(), ...slackTexts });

/** An organization with a channel in Slack that alerts about failed sessions go to; `answers` are Slack's, by method, until they run out. */
async function makeEditRig(organizationId: string, answers: Partial<Record<string, (() => Response)[]>> = {}) {
  const outbox = makeOutboxRig(organizationId, () => new Response());
  const posted: string[] = [];
  const edited: z.infer<typeof Update>[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const method = String(input).replace('nowhere://slack/', '');
    const answer = answers[method]?.shift();
    if (answer) return answer();
    const body = JSON.parse(String(init?.body));
    if (method === 'chat.update') {
      edited.push(Update.parse(body));
      return Response.json({ ok: true, channel: body.channel, ts: body.ts });
    }
    posted.push(body.text);
    return Response.json({ ok: true, channel: 'C0123456789', ts: `1700000000.00000${posted.length}` });
  });
  const settings = { kind: 'slack', token: 'xoxb-1234567890', channel: '#alerts' } as const;
  await outbox.outbox().rememberOrigin('https://flightdeck.example');
  await outbox.outbox().addChannel('chn_1', 'Slack', settings);
  const desk = () => alertDesk(env, organizationId);
  await desk().editRule('alr_session_failed', { channelIds: ['chn_1'] });
  return {
    ...outbox,
    desk,
    posted,
    edited,
    hear: (status: 'failed' | 'running', lastSeq: number) => {
      const atMs = Date.now();
      return desk().hear(
        sessionFactOf({ id: 'ses_1', status, lastSeq, lastEventAtMs: atMs, endedAtMs: status === 'failed' ? atMs : null }),
      );
    },
    alert: async (): Promise<Alert> => {
      const page: { items: Alert[] } = await desk().list({ limit: 10 });
      return page.items[0] as Alert; // The one that fired.
    },
    /** Until there are so many deliveries, each of which has been tried. */
    settle: async (count: number) => {
      await vi.waitUntil(async () => (await outbox.deliveries()).length === count);
      await outbox.ring();
      await outbox.over(count);
    },
  };
}

const wordsOf = (message: z.infer<typeof Update> | undefined): string => JSON.stringify(message?.blocks);

describe('a message in Slack about an alert', () => {
  it('says who acknowledged or snoozed it, and that it is over, in the place of its buttons', async () => {
    const rig = await makeEditRig('edits-deeds');
    await rig.hear('failed', 1);
    await rig.settle(1);
    const { id } = await rig.alert();
    await rig.desk().snooze(id, 30, ann);
    await rig.settle(2);
    expect(rig.edited.at(-1)).toMatchObject({ ts: '1700000000.000001', text: 'Snoozed for 30 minutes by Ann.' });
    await evictDurableObject(rig.outbox());
    await evictDurableObject(rig.desk());
    await rig.desk().acknowledge(id, ann);
    for (let n = 0; n < 2; n++) await rig.desk().acknowledge(id, ann);
    await rig.settle(3);
    expect(rig.edited.at(-1)?.text).toBe('Acknowledged by Ann. Snoozed for 30 minutes by Ann.');
    await rig.hear('running', 2);
    // The message that it is over, and the change of the first one.
    await rig.settle(5);
    expect(rig.edited.at(-1)?.text).toBe('Acknowledged by Ann. Snoozed for 30 minutes by Ann. It holds no longer.');
    expect(rig.edited.map(({ ts }) => ts)).toEqual(Array.from({ length: 3 }, () => '1700000000.000001'));
    for (const message of rig.edited) expect(wordsOf(message)).not.toMatch(/flightdeck_(?!open)/);
    expect(rig.posted).toHaveLength(2);
    await Promise.all([rig.ring(), rig.ring()]);
    expect(rig.edited).toHaveLength(3);
  });

  it('is changed once it is there, where its alert was acknowledged before it arrived', async () => {
    const busy = () => Response.json({ ok: false, error: 'service_unavailable' });
    const rig = await makeEditRig('edits-early', { 'chat.postMessage': [busy] });
    await rig.hear('failed', 1);
    await vi.waitUntil(async () => (await rig.deliveries()).length === 1);
    await rig.ring();
    await vi.waitUntil(async () => (await rig.deliveries())[0]?.attempts[0]?.outcome === 'retry');
    await rig.desk().acknowledge((await rig.alert()).id, ann);
    await vi.waitUntil(async () => (await rig.deliveries()).length === 2);
    await rig.later(0);
    await evictDurableObject(rig.outbox());
    await rig.later(2000);
    await rig.over(2);
    expect(rig.edited.map(({ text }) => text)).toEqual(['Acknowledged by Ann.']);
  });

  it('that cannot be changed keeps nothing else of its channel waiting, and leaves the channel on', async () => {
    const broken = () => new Response(null, { status: 500 });
    const gone = () => Response.json({ ok: false, error: 'message_not_found' });
    const rig = await makeEditRig('edits-broken', { 'chat.update': [broken, gone] });
    await rig.hear('failed', 1);
    await rig.settle(1);
    await rig.desk().acknowledge((await rig.alert()).id, ann);
    await vi.waitUntil(async () => (await rig.deliveries()).length === 2);
    await rig.ring();
    await vi.waitUntil(async () => (await rig.deliveries())[0]?.attempts[0]?.outcome === 'unknown');
    await rig.notify('another', ['chn_1']);
    await rig.ring();
    await vi.waitUntil(() => rig.posted.length === 2);
    await rig.later(2000);
    await rig.over(3);
    expect((await rig.deliveries()).map(({ outcome }) => outcome)).toEqual(['delivered', 'refused', 'delivered']);
    expect(await rig.outbox().channels()).toMatchObject([{ isEnabled: true, disabledWhy: null }]);
  });

  it('about a call says that it waits no longer, while another one of its session does', async () => {
    const rig = await makeEditRig('edits-calls');
    await rig.desk().editRule('alr_call_waiting', { channelIds: ['chn_1'], threshold: 0 });
    const asks = (id: string, lastSeq: number) => {
      const call = { id, seq: lastSeq, tool: 'Deploy', words: 'Deploy', askedAtMs: Date.now() };
      return rig
        .desk()
        .hear(sessionFactOf({ id: 'ses_1', status: 'waiting', lastSeq, asks: 1, call, lastEventAtMs: Date.now() }));
    };
    await asks('apr_1', 1);
    await rig.settle(1);
    await asks('apr_1', 2);
    for (let n = 0; n < 2; n++) await asks('apr_2', 3);
    await rig.settle(2);
    expect(rig.edited.map(({ text }) => text)).toEqual(['This call waits no longer.']);
    expect((await rig.alert()).resolvedAt).toBeNull();
  });

  it('is forgotten with its delivery, and then changed no more', async () => {
    const rig = await makeEditRig('edits-old');
    await rig.hear('failed', 1);
    await rig.settle(1);
    await rig.later(32 * 24 * 3600_000);
    expect(await rig.deliveries()).toEqual([]);
    const kept = () => runInDurableObject(rig.outbox(), (_, { storage }) => storage.sql.exec('SELECT * FROM message').toArray());
    expect(await kept()).toEqual([]);
    const { id } = await rig.alert();
    await rig.desk().acknowledge(id, ann);
    expect(await rig.outbox().post({ change: { name: 'x', keys: [`${id}/fired/1`], deeds: [], at: '' } })).toMatchObject({
      added: 0,
    });
  });

  it('whose delivery names an erased person says their name no more', async () => {
    const rig = await makeEditRig('edits-erased', {
      'chat.update': [() => new Response(null, { status: 503 }), () => new Response(null, { status: 503 })],
    });
    await rig.hear('failed', 1);
    await rig.settle(1);
    await rig.desk().acknowledge((await rig.alert()).id, ann);
    await vi.waitUntil(async () => (await rig.deliveries()).length === 2);
    await rig.ring();
    await rig.outbox().erasePerson({ ...ann, email: 'ann@example.com', pseudonym: 'erased_1' });
    await rig.later(2000);
    await rig.later(10_000);
    await rig.over(2);
    expect(rig.edited.at(-1)?.text).not.toContain('Ann');
  });
});

it('a webhook, of Slack or not, is told once and cannot be changed', async () => {
  const rig = makeOutboxRig('edits-webhook', () => new Response('ok'));
  await rig.outbox().addChannel('w', 'w', { kind: 'slack-webhook', url: 'https://hooks.example.com/x' });
  await rig.notify('n1', ['w']);
  await rig.ring();
  await rig.over(1);
  const change = { name: 'resolved', keys: ['n1'], deeds: [], at: new Date().toISOString() };
  expect(await rig.outbox().post({ change })).toEqual({ added: 0, isFull: false });
});
