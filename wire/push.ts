import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** What a browser's `PushSubscription.toJSON()` says, and what its owner calls it. */
export const NewPushDevice = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(limits.maxDeviceNameLength)),
  endpoint: z.string().check(z.maxLength(2048)),
  keys: z.object({
    /** An uncompressed P-256 point, and 16 bytes. */
    p256dh: z.string().check(z.regex(/^[\w-]{87}=?$/, 'This is no public key of a push subscription.')),
    auth: z.string().check(z.regex(/^[\w-]{22}(==)?$/, 'This is no secret of a push subscription.')),
  }),
});
export type NewPushDevice = z.infer<typeof NewPushDevice>;

/** A browser that shows notifications. */
export const PushDevice = z.object({ id: z.string(), name: z.string(), createdAt: z.string() });
export type PushDevice = z.infer<typeof PushDevice>;

/** Answer of `GET /api/push`: the key to subscribe with, and one's own devices. */
export const PushAnswer = z.object({ publicKey: z.string(), devices: z.array(PushDevice) });
export type PushAnswer = z.infer<typeof PushAnswer>;
