import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';

/** The actor, as events name whoever did something. */
export const personOf = (c: Context<AppEnv>) => ({ userId: c.var.actor.userId, name: c.var.actor.userName });
