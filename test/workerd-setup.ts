import { applyD1Migrations, reset, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';

/*
 * Test files share a process, because starting one costs more than most of them take; so each begins with empty storage and no alarms.
 * `reset` empties only objects that are awake. What files have in common is woken for it: the database, and the bucket of logins from
 * the one address that tests come from. Everything else belongs to an organization of some test's own.
 */
vi.useRealTimers();
await env.DB.prepare('SELECT 1').run();
await runInDurableObject(env.RATE_LIMITER.getByName('login-address:unknown'), () => {});
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
