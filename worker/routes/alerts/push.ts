import { Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { NewPushDevice, type PushAnswer, type PushDevice } from '../../../wire/push.ts';
import { outsideUrl } from '../../adapters/outside/outside-url.ts';
import type { AppEnv } from '../../context.ts';
import { vapidKeys } from '../../credentials/vapid.ts';
import { AppError, notFound } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { publicOrigin } from '../../request-origin.ts';
import { calling, outboxOf } from '../../rooms/index.ts';
import { valid } from '../../valid.ts';

/** The actor's own devices, and the key to subscribe with. */
export const push = new Hono<AppEnv>()
  .get('/', requireAccess('push.own'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const devices = await calling(
      () => outboxOf(c.env, organizationId),
      async (outbox): Promise<PushDevice[]> => outbox.devices(userId),
    );
    return c.json({ publicKey: vapidKeys(c.env.SIGNING_SECRET).publicKey, devices } satisfies PushAnswer);
  })
  .post('/devices', requireAccess('push.own'), valid('json', NewPushDevice), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const device = c.req.valid('json');
    // It is a browser's word, but it comes over the network like everything else.
    const judged = outsideUrl(device.endpoint, { allowLoopback: c.env.ALLOW_LOOPBACK === '1' });
    if (!judged.ok) throw new AppError('invalid', judged.why, { errors: [{ path: 'endpoint', message: judged.why }] });
    const outbox = () => outboxOf(c.env, organizationId);
    await calling(outbox, async (stub) => stub.rememberOrigin(publicOrigin(c)));
    const made = await calling(outbox, async (stub): Promise<PushDevice | null> => stub.addDevice(userId, device));
    if (!made)
      throw new AppError(
        'quota_exceeded',
        `A person has at most ${limits.maxPushDevicesPerUser} devices with notifications; turn some off.`,
      );
    return c.json(made, 201);
  })
  .delete('/devices/:id', requireAccess('push.own'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    if (!(await outboxOf(c.env, organizationId).removeDevice(userId, c.req.param('id')))) throw notFound('device');
    return c.body(null, 204);
  });
