import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, it, vi } from 'vitest';
import { vapidKeys } from '../../../worker/credentials/vapid.ts';
import { testNotification } from '../../../worker/domain/alerts/test-notification.ts';
import { hasteOf } from '../../../worker/rooms/outbox/haste.ts';
import { RoomTables } from '../../../worker/rooms/room-tables.ts';
import { makeOutboxRig } from './outbox-rig.ts';

afterEach(() => vi.restoreAllMocks());

interface Received {
  url: string;
  id: string;
  title: string;
}

/** A receiver that answers with these statuses one after the other, then 200, and keeps what it took. */
function receiver(...statuses: number[]) {
  const taken: Received[] = [];
  const all: Received[] = [];
  const receive = async (request: Request): Promise<Response> => {
    const body = await request.json<{ data: { title: string } }>();
    const received = { url: request.url, id: request.headers.get('webhook-id') ?? '', title: body.data.title };
    all.push(received);
    const status = statuses.shift() ?? 200;
    if (status === 200) taken.push(received);
    return new Response(null, { status });
  };
  return { taken, all, receive };
}

it('a notification goes to each of its channels once, however often it is posted and its alarm rings', async () => {
  const { taken, receive } = receiver();
  const rig = makeOutboxRig('once', receive);
  for (const id of ['a', 'b', 'c']) await rig.addWebhook(id);
  expect(await rig.notify('n1', ['a', 'b', 'gone'])).toEqual({ added: 2, isFull: false });
  expect(await rig.notify('n1', ['b', 'a'])).toEqual({ added: 0, isFull: false });
  await Promise.all([rig.ring(), rig.ring()]);
  await rig.over(2);
  await rig.ring();
  expect(taken.map(({ url }) => url).toSorted()).toEqual(['https://a.example.com/', 'https://b.example.com/']);
  expect(await rig.notify('n1', ['a', 'b'])).toEqual({ added: 0, isFull: false });
});

it('asking an outbox that nobody used leaves nothing behind', async () => {
  const rig = makeOutboxRig('unused', () => new Response());
  expect(await rig.outbox().channels()).toEqual([]);
  expect(await rig.deliveries()).toEqual([]);
  expect(await rig.outbox().replay('dlv_1')).toBeUndefined();
  expect(await rig.outbox().removeChannel('x')).toBe(false);
  expect((await rig.notify('n', ['x'])).added).toBe(0);
  const tables = await runInDurableObject(rig.outbox(), (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
  );
  expect(tables).toEqual([]);
});

it('deliveries of one target go out in order, each only when the one before it is over; others do not wait for them', async () => {
  const { taken, all, receive } = receiver(500);
  const rig = makeOutboxRig('order', receive);
  await rig.addWebhook('a');
  await rig.addWebhook('b');
  await rig.notify('1', ['a']);
  await rig.ring();
  await vi.waitUntil(() => all.length === 1);
  await rig.notify('2', ['a']);
  await rig.notify('3', ['b']);
  await rig.ring();
  await rig.over(1);
  expect(taken.map(({ title }) => title)).toEqual(['Alert 3']);
  await rig.later(1500);
  await rig.over(3);
  expect(taken.map(({ title }) => title)).toEqual(['Alert 3', 'Alert 1', 'Alert 2']);
  expect(all[0]?.id).toBe(taken[1]?.id);
});

it('a receiver that asks for time gets it, and the log says what each attempt came to', async () => {
  let asks = true;
  const rig = makeOutboxRig('patience', () =>
    asks ? new Response('later', { status: 429, headers: { 'retry-after': '90' } }) : new Response(null, { status: 204 }),
  );
  await rig.addWebhook('a');
  await rig.notify('1', ['a']);
  await rig.ring();
  await vi.waitUntil(
    async () => (await rig.deliveries())[0]?.outcome === 'waiting' && (await rig.deliveries())[0]?.attemptCount === 1,
  );
  const [waiting] = await rig.deliveries();
  expect(Date.parse(waiting?.nextAttemptAt ?? '') - Date.parse(waiting?.attempts[0]?.at ?? '')).toBeGreaterThanOrEqual(90_000);
  asks = false;
  await rig.later(60_000);
  expect((await rig.deliveries())[0]?.attemptCount).toBe(1);
  await rig.later(100_000);
  await rig.over(1);
  expect((await rig.deliveries())[0]).toMatchObject({
    outcome: 'delivered',
    attemptCount: 2,
    attempts: [
      { n: 1, outcome: 'retry', detail: 'It answered 429: later' },
      { n: 2, outcome: 'delivered', detail: 'It answered 204.' },
    ],
  });
});

it('what a kill in the middle of a send leaves behind is sent again under the same id, and nothing is lost', async () => {
  const { all, receive } = receiver(500);
  const rig = makeOutboxRig('killed', receive);
  await rig.addWebhook('a');
  await rig.notify('1', ['a']);
  await rig.notify('2', ['a']);
  await rig.ring();
  await vi.waitUntil(async () => (await rig.deliveries()).at(-1)?.attemptCount === 1);
  await runInDurableObject(rig.outbox(), (_, { storage }) => {
    const begun = JSON.stringify([{ n: 1, at: new Date().toISOString(), outcome: null, detail: '', durationMs: null }]);
    storage.sql.exec("UPDATE delivery SET outcome = 'sending', attempts = ?, next_at = NULL WHERE key = '1'", begun);
  });
  await evictDurableObject(rig.outbox());
  await rig.ring();
  await rig.over(2);
  expect(all.map(({ title }) => title)).toEqual(['Alert 1', 'Alert 1', 'Alert 2']);
  expect(all[0]?.id).toBe(all[1]?.id);
  const first = (await rig.deliveries()).at(-1);
  expect(first?.attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'delivered']);
  await evictDurableObject(rig.outbox());
  expect(await rig.deliveries()).toHaveLength(2);
});

it('a channel is switched off, and says so, where its receiver is gone or nothing arrived for three days', async () => {
  const rig = makeOutboxRig('gone', (request) => new Response(null, { status: request.url.includes('gone') ? 410 : 503 }));
  await rig.addWebhook('gone');
  await rig.addWebhook('down');
  await rig.notify('1', ['gone', 'down']);
  await rig.ring();
  await rig.over(1);
  const disabled = async () => (await rig.outbox().channels()).map(({ id, disabledWhy }) => [id, disabledWhy]);
  expect(await disabled()).toEqual([
    ['down', null],
    ['gone', expect.stringContaining('410')],
  ]);
  await rig.later(73 * 3600_000);
  await rig.over(2);
  expect(await disabled()).toMatchObject([
    ['down', expect.stringContaining('three days')],
    ['gone', expect.anything()],
  ]);
  expect((await rig.notify('2', ['gone', 'down'])).added).toBe(0);
  // A person mends it, switches it on and sends anew what did not arrive.
  vi.restoreAllMocks();
  const { taken, receive } = receiver();
  const mended = makeOutboxRig('gone', receive);
  await mended.outbox().editChannel('down', { isEnabled: true });
  for (const { id } of await mended.deliveries({ channel: 'down' })) await mended.outbox().replay(id);
  await mended.ring();
  await vi.waitUntil(async () => (await mended.deliveries({ outcome: 'delivered' })).length === 1);
  expect(taken).toHaveLength(1);
});

it('what is sent anew goes out at once, also while another receiver is silent', async () => {
  const { taken, receive } = receiver();
  let answer: () => void = () => undefined;
  const silent = new Promise<void>((resolve) => (answer = resolve));
  const rig = makeOutboxRig('anew', async (request) => {
    if (request.url.includes('silent')) await silent;
    return receive(request);
  });
  for (const id of ['silent', 'other']) await rig.addWebhook(id);
  await rig.notify('1', ['other']);
  await rig.ring();
  await rig.over(1);
  await rig.notify('2', ['silent']);
  const ringing = rig.ring();
  await vi.waitUntil(async () => (await rig.deliveries({ outcome: 'sending' })).length === 1);
  const [before] = await rig.deliveries({ channel: 'other' });
  await rig.outbox().replay(before?.id ?? '');
  await vi.waitUntil(() => taken.length === 2);
  answer();
  await ringing;
  await rig.over(2);
});

it('a new secret signs beside the old one for a day, and then alone', async () => {
  const requests: { headers: Record<string, string>; body: string }[] = [];
  const rig = makeOutboxRig('rotation', async (request) => {
    requests.push({ headers: Object.fromEntries(request.headers), body: await request.text() });
    return new Response();
  });
  const old = await rig.addWebhook('a');
  const rotated = await rig.outbox().rotateSecret('a');
  const fresh = (rotated.ok && rotated.channel.secret) || '';
  expect(fresh).not.toBe(old);
  await rig.notify('1', ['a']);
  await rig.ring();
  await rig.over(1);
  const verify = (secret: string) => new Webhook(secret).verify(requests.at(-1)?.body ?? '', requests.at(-1)?.headers ?? {});
  expect(verify(old)).toEqual(verify(fresh));
  await rig.later(0);
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 25 * 3600_000);
  await rig.notify('2', ['a']);
  await rig.ring();
  await vi.waitUntil(() => requests.length === 2);
  expect(requests[1]?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  expect(verify(fresh)).toBeDefined();
  now.mockRestore();
});

it('settings lie encrypted, and no answer holds them', async () => {
  const rig = makeOutboxRig('sealed', () => new Response());
  const secret = await rig.addWebhook('a', 'https://a.example.com/token-in-the-path');
  const rows = await runInDurableObject(rig.outbox(), (_, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM channel').toArray()),
  );
  for (const text of [rows, JSON.stringify(await rig.outbox().channels())]) {
    expect(text).not.toContain('token-in-the-path');
    expect(text).not.toContain(secret.slice(6, 30));
  }
});

it('a notification goes to each browser that its people turned notifications on in; one that is gone is forgotten', async () => {
  const pushed: string[] = [];
  const rig = makeOutboxRig('push', ({ url }) => {
    pushed.push(new URL(url).pathname);
    return new Response(null, { status: url.includes('gone') ? 410 : 201 });
  });
  const subscription = (path: string) => ({
    name: path,
    endpoint: `https://push.example.com/${path}`,
    // A point of the curve: nothing is encrypted to another.
    keys: { p256dh: vapidKeys('33'.repeat(32)).publicKey, auth: 'A'.repeat(22) },
  });
  await rig.outbox().addChannel('everybody', 'everybody', { kind: 'web-push', userIds: null });
  await rig.outbox().addChannel('ann', 'ann', { kind: 'web-push', userIds: ['ann'] });
  expect((await rig.notify('0', ['everybody'])).added).toBe(0);
  const phone = await rig.outbox().addDevice('ann', subscription('phone'));
  expect(await rig.outbox().addDevice('ann', { ...subscription('phone'), name: 'renamed' })).toEqual({
    ...phone,
    name: 'renamed',
  });
  await rig.outbox().addDevice('bob', subscription('gone'));
  expect((await rig.notify('1', ['everybody', 'ann'])).added).toBe(3);
  await rig.ring();
  await rig.over(3);
  expect(pushed.toSorted()).toEqual(['/gone', '/phone', '/phone']);
  expect(await rig.outbox().devices('bob')).toEqual([]);
  expect((await rig.outbox().channels()).every(({ isEnabled }) => isEnabled)).toBe(true);
  expect((await rig.notify('2', ['everybody'])).added).toBe(1);
  expect(await rig.outbox().removeDevice('bob', phone?.id ?? '')).toBe(false);
  expect(await rig.outbox().removeDevice('ann', phone?.id ?? '')).toBe(true);
  await rig.ring();
  await rig.over(4);
  expect((await rig.deliveries())[0]).toMatchObject({ outcome: 'refused' });
});

it('waits are shortened for tests only: beside what lets requests reach this machine', () => {
  const haste = { DELIVERY_WAIT_MS: '50', DELIVERY_PATIENCE_MS: '500' };
  expect(hasteOf({ ...haste, ALLOW_LOOPBACK: '1' })).toEqual({ waitsMs: [50], patienceMs: 500 });
  expect(hasteOf(haste)).toEqual({ waitsMs: undefined, patienceMs: undefined });
});

it('what breaks before anything is sent is simply tried again', async () => {
  const { taken, receive } = receiver();
  const rig = makeOutboxRig('broken', receive);
  await rig.addWebhook('a');
  const sealed = await runInDurableObject(rig.outbox(), (_, { storage }) => {
    const { sealed: before } = storage.sql.exec<{ sealed: string }>('SELECT sealed FROM channel').one();
    storage.sql.exec("UPDATE channel SET sealed = 'AAAA.AAAA'");
    return before;
  });
  await rig.notify('1', ['a']);
  await rig.ring();
  await vi.waitUntil(async () => (await rig.deliveries())[0]?.attempts[0]?.outcome === 'retry');
  await runInDurableObject(rig.outbox(), (_, { storage }) => {
    storage.sql.exec('UPDATE channel SET sealed = ?', sealed);
  });
  await rig.later(1500);
  await rig.over(1);
  expect(taken).toHaveLength(1);
});

it('two people who change a channel at once: the second is told, and no secret is lost', async () => {
  const rig = makeOutboxRig('at-once', () => new Response());
  await rig.addWebhook('a');
  const settings = { kind: 'webhook', url: 'https://b.example.com/' } as const;
  const both = await runInDurableObject(rig.outbox(), (outbox) =>
    Promise.all([outbox.rotateSecret('a'), outbox.editChannel('a', { settings })]),
  );
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, why: 'conflict' });
});

it('a session that is erased is told of without what it was about, also where that is still on its way', async () => {
  const { all, receive } = receiver(500);
  const rig = makeOutboxRig('erased-session', receive);
  await rig.addWebhook('a');
  const about = { ...testNotification('1', 'o', 'Ann', Date.now()), title: '“Fix the login” failed', body: 'It raced.' };
  await rig.outbox().post({ notification: { ...about, sessionId: 'ses_1' }, channelIds: ['a'] });
  await rig.ship([
    {
      key: 'ses_1/1',
      target: 't',
      kind: 'nobody',
      title: 'Fix the login',
      payload: { session: { id: 'ses_1', title: 'Fix the login' } },
    },
    { key: 'ses_2/1', target: 't', kind: 'nobody', title: 'Another', payload: { session: { id: 'ses_2', title: 'Another' } } },
  ]);
  await rig.ring();
  await rig.over(2);
  for (let n = 0; n < 2; n++) await rig.outbox().forgetSessions(['ses_1', 'ses_9']);
  const rows = await runInDurableObject(rig.outbox(), (_, { storage }) =>
    JSON.stringify(storage.sql.exec('SELECT * FROM delivery').toArray()),
  );
  expect(rows).not.toContain('Fix the login');
  expect(rows).not.toContain('It raced');
  expect(rows).toContain('Another');
  await rig.later(1500);
  await rig.over(3);
  expect(all.map(({ title }) => title)).toEqual(['“Fix the login” failed', 'A session that was erased']);
});

it('what has been over for thirty days is forgotten, with what was remembered of its target, even if nothing is sent any more', async () => {
  const rig = makeOutboxRig('sweep', () => new Response());
  await rig.addWebhook('a');
  await rig.notify('1', ['a']);
  await rig.ring();
  await rig.over(1);
  const look = () =>
    runInDurableObject(rig.outbox(), async (_, { storage }) => ({
      targets: storage.sql.exec('SELECT target FROM target').toArray().length,
      alarmAtMs: await storage.getAlarm(),
    }));
  await runInDurableObject(rig.outbox(), (_, { storage }) => {
    storage.sql.exec("INSERT INTO target (target, memory) VALUES ('a', '7')");
  });
  const { alarmAtMs } = await look();
  const days = ((alarmAtMs ?? 0) - Date.now()) / (24 * 3600_000);
  expect(days).toBeGreaterThanOrEqual(30);
  expect(days).toBeLessThanOrEqual(31);
  await rig.later(days * 24 * 3600_000 + 1);
  expect(await rig.deliveries()).toEqual([]);
  expect(await look()).toEqual({ targets: 0, alarmAtMs: null });
});

it('a person who is erased is named by no delivery and reached by no channel', async () => {
  const rig = makeOutboxRig('erased', () => new Response());
  const person = { userId: 'usr_ann', name: 'Ann "A" Lovelace', email: 'ann@example.com', pseudonym: 'erased_1' };
  await rig.addWebhook('a');
  await rig.outbox().addChannel('p', 'p', { kind: 'web-push', userIds: ['usr_bob', 'usr_ann'] });
  await rig.outbox().addChannel('q', 'q', { kind: 'web-push', userIds: ['usr_ann'] });
  await rig.outbox().addChannel('e', 'e', { kind: 'email', to: ['Ann@example.com', 'bob@example.com'] });
  const notification = testNotification('1', 'erased', person.name, Date.now());
  await rig.outbox().post({ notification, channelIds: ['a'] });
  await rig.ship([
    { key: '1', target: 't', kind: 'nobody', title: 'usr_ann', payload: { by: { userId: 'usr_ann', name: person.name } } },
  ]);
  await rig.ring();
  await rig.over(2);
  for (let n = 0; n < 2; n++) await rig.outbox().erasePerson(person);
  const rows = await runInDurableObject(rig.outbox(), (_, { storage }) =>
    JSON.stringify([storage.sql.exec('SELECT * FROM delivery').toArray(), storage.sql.exec('SELECT * FROM channel').toArray()]),
  );
  for (const trace of ['usr_ann', 'Lovelace', 'Ann@']) expect(rows).not.toContain(trace);
  const channels = await rig.outbox().channels();
  expect(channels.map(({ id, leadsTo, isEnabled }) => [id, leadsTo, isEnabled])).toEqual([
    ['a', 'a.example.com', true],
    ['e', 'bob@example.com', true],
    ['p', '1 people', true],
    ['q', '0 people', false],
  ]);
});

it('erasing a person writes nothing but what names them, however much there is', async () => {
  const rig = makeOutboxRig('much', () => new Response());
  const person = { userId: 'usr_ann', name: 'Ann', email: 'ann@example.com', pseudonym: 'erased_1' };
  const shipped = (n: number, payload: object) => ({ key: `${n}`, target: `t${n}`, kind: 'nobody', title: 'Ann Arbor', payload });
  const by = { by: { userId: 'usr_ann', name: 'Ann' } };
  await rig.ship(Array.from({ length: 150 }, (_, n) => shipped(n, n % 10 === 0 ? { text: 'Ann Arbor' } : by)));
  const run = vi.spyOn(RoomTables.prototype, 'run');
  for (let n = 0; n < 2; n++) await rig.outbox().erasePerson(person);
  const written = run.mock.calls.filter(([query]) => query.startsWith('UPDATE delivery'));
  expect(written).toHaveLength(135);
  const payloads = await runInDurableObject(rig.outbox(), (_, { storage }) =>
    storage.sql.exec("SELECT payload FROM delivery WHERE instr(payload, 'usr_ann')").toArray(),
  );
  expect(payloads).toEqual([]);
});
