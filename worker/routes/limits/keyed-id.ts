import type { Context } from 'hono';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { hashSecret } from '../../credentials/random-secret.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';

/**
 * An id for something that the ledger keeps. An Idempotency-Key names what it makes, so that a repeated request finds it made: D1's
 * receipts are not asked.
 */
export async function keyedId(c: Context<AppEnv>, prefix: keyof typeof kinds, nowMs: number): Promise<string> {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return newId(prefix, nowMs);
  if (key === '' || key.length > limits.maxIdempotencyKeyLength)
    throw new AppError('invalid', `An Idempotency-Key has 1 to ${limits.maxIdempotencyKeyLength} characters.`);
  const hash = await hashSecret(JSON.stringify([kinds[prefix], c.var.actor.userId, key]));
  return `${prefix}_${hash.slice(0, 26)}`;
}

const kinds = { bud: 'budget', prc: 'price', rul: 'rule' } as const;
