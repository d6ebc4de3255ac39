import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { hashSecret } from '../../credentials/random-secret.ts';
import { newId } from '../../ids.ts';
import { idempotencyKeyOf } from '../../middleware/idempotency-key.ts';

/**
 * An id for something that an object of the organization keeps. An Idempotency-Key names what it makes, so that a repeated request finds it made: D1's
 * receipts are not asked.
 */
export async function keyedId(c: Context<AppEnv>, prefix: keyof typeof kinds, nowMs: number): Promise<string> {
  const key = idempotencyKeyOf(c);
  if (key === undefined) return newId(prefix, nowMs);
  const hash = await hashSecret(JSON.stringify([kinds[prefix], c.var.actor.userId, key]));
  return `${prefix}_${hash.slice(0, 26)}`;
}

const kinds = { bud: 'budget', prc: 'price', rul: 'rule', chn: 'channel', alr: 'alert rule' } as const;
