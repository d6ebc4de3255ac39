import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { CreatedInvitation, JoinAnswer } from '../../../wire/identity.ts';
import type { PushAnswer } from '../../../wire/push.ts';
import { outboxOf } from '../../../worker/rooms/index.ts';
import { makeRig } from '../../rooms/rig.ts';
import { Browser, origin, password } from '../identity/client.ts';

it('nothing is pushed any more to somebody who was removed', async () => {
  const { browser, account } = await makeRig('Pushing');
  const { link } = await browser.json<CreatedInvitation>('/api/invitations', { body: { role: 'member' } });
  const them = new Browser();
  const body = { email: 'pushed@example.com', password, name: 'Pat' };
  const { user } = await them.json<JoinAnswer>(`/api/join/${link.slice(`${origin}/join/`.length)}`, { body });
  const keys = { p256dh: 'A'.repeat(87), auth: 'B'.repeat(22) };
  for (const who of [browser, them])
    await who.json('/api/push/devices', { body: { name: 'phone', endpoint: 'https://push.example.com/1', keys } });
  expect((await them.json<PushAnswer>('/api/push')).devices).toHaveLength(1);
  expect((await browser.call(`/api/members/${user.id}`, { method: 'DELETE' })).status).toBe(204);
  const outbox = outboxOf(env, account.organization.id);
  expect(await outbox.devices(user.id)).toEqual([]);
  expect(await outbox.devices(account.user.id)).toHaveLength(1);
});
