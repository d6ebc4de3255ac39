import { Hono } from 'hono';
import type { AppEnv } from '../context.ts';
import { version } from '../version.ts';

export const health = new Hono<AppEnv>().get('/', (c) => c.json({ status: 'ok' as const, version }));
