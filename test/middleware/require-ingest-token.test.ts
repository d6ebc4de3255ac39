import { env } from 'cloudflare:workers';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppEnv } from '../../worker/context.ts';
import { signIngestToken } from '../../worker/credentials/ingest-token.ts';
import { signToken } from '../../worker/credentials/signed-token.ts';
import type { IngestActor } from '../../worker/domain/actor.ts';
import { onError } from '../../worker/errors.ts';
import { requireIngestToken } from '../../worker/middleware/require-ingest-token.ts';

const app = new Hono<AppEnv>().use(requireIngestToken()).get('/', (c) => c.json(c.var.ingestActor));
app.onError(onError);

const startMs = Date.UTC(2026, 10, 21);
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: startMs });
});
afterEach(() => {
  vi.useRealTimers();
});

const ask = (token: string, DB: D1Database = env.DB) =>
  app.request('/', { headers: { authorization: `Bearer ${token}` } }, { ...env, DB });

/** Each test has an organization of its own: the isolate remembers what it knows of one. */
const actorOf = (name: string): IngestActor => ({
  tokenId: `igt_${name}`,
  organizationId: `org_${name}`,
  projectId: `prj_${name}`,
  userId: `usr_${name}`,
});
const sign = (actor: IngestActor, expiresAtMs?: number) => signIngestToken(env.SIGNING_SECRET, actor, expiresAtMs);

/** Revoked by another isolate, as far as this one is concerned. */
const revoke = (actor: IngestActor) =>
  env.DB.prepare('INSERT INTO ingest_tokens VALUES (?, ?, ?, ?, ?, ?, ?)')
    .bind(actor.tokenId, actor.organizationId, actor.projectId, actor.userId, 'test', startMs, startMs)
    .run();

/** A D1 whose queries do what `prepare` says, and how many there were. */
function brokenD1(prepare: () => Promise<never>) {
  const asked = { times: 0 };
  const statement = { bind: () => statement, raw: ask, all: ask, run: ask };
  function ask() {
    asked.times++;
    return prepare();
  }
  // Only what a select through drizzle touches.
  return { asked, DB: { prepare: () => statement } as unknown as D1Database };
}
const down = () => brokenD1(() => Promise.reject(new Error('D1 is down')));
const hanging = () => brokenD1(() => new Promise(() => {}));

describe('an ingest token', () => {
  it('lets its bearer in as whom it says', async () => {
    const actor = actorOf('good');
    const response = await ask(await sign(actor));
    expect(await response.json()).toEqual(actor);
  });

  it('needs no I/O while the revocation list is young', async () => {
    const token = await sign(actorOf('young'));
    expect((await ask(token)).status).toBe(200);
    const { asked, DB } = down();
    vi.setSystemTime(startMs + 29_000);
    for (let i = 0; i < 5; i++) expect((await ask(token, DB)).status).toBe(200);
    expect(asked.times).toBe(0);
  });

  it('is refused when missing, altered, made for another purpose or with another key', async () => {
    const actor = actorOf('bad');
    const token = await sign(actor);
    const claims = { jti: 'a', org: 'b', prj: 'c', sub: 'd' };
    const bad = [
      '',
      'fdi_',
      token.slice(4),
      `${token.slice(0, -2)}AA`,
      `fdi_${await signToken(env.SIGNING_SECRET, 'access', claims)}`,
      `fdi_${await signToken('11'.repeat(32), 'ingest', claims)}`,
      `fdi_${await signToken(env.SIGNING_SECRET, 'ingest', { sub: 'd' })}`,
    ];
    for (const each of bad) expect((await ask(each)).status, each).toBe(401);
    expect((await app.request('/', {}, env)).status).toBe(401);
  });

  it('ends with its expiry, where it has one, also once it is known', async () => {
    const token = await sign(actorOf('brief'), startMs + 10_000);
    expect((await ask(token)).status).toBe(200);
    vi.setSystemTime(startMs + 10_001);
    expect((await ask(token)).status).toBe(401);
    expect((await ask(await sign(actorOf('past'), startMs - 1000))).status).toBe(401);
  });
});

describe('a revocation made elsewhere', () => {
  it('is known to an isolate that just woke', async () => {
    const actor = actorOf('cold');
    await revoke(actor);
    expect((await ask(await sign(actor))).status).toBe(401);
  });

  it('is fetched behind the back of the first request after half a minute', async () => {
    const actor = actorOf('warm');
    const token = await sign(actor);
    expect((await ask(token)).status).toBe(200);
    await revoke(actor);
    vi.setSystemTime(startMs + 31_000);
    expect((await ask(token)).status).toBe(200);
    await vi.waitFor(async () => expect((await ask(token)).status).toBe(401), { interval: 5 });
  });

  it('is in force after a minute even where nobody posted in between', async () => {
    const actor = actorOf('idle');
    const token = await sign(actor);
    expect((await ask(token)).status).toBe(200);
    await revoke(actor);
    vi.setSystemTime(startMs + 61_000);
    expect((await ask(token)).status).toBe(401);
  });
});

describe('while D1 is down', () => {
  it('a cold isolate lets tokens in, says so once, and asks again only after a while', async () => {
    const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { asked, DB } = down();
    const token = await sign(actorOf('dark'));
    for (let i = 0; i < 10; i++) expect((await ask(token, DB)).status).toBe(200);
    expect(asked.times).toBe(1);
    expect(warnings.mock.calls.flat().filter((line) => line.includes('unchecked'))).toHaveLength(1);
    vi.setSystemTime(startMs + 10_001);
    await ask(token, DB);
    expect(asked.times).toBe(2);
    warnings.mockRestore();
  });

  it('an isolate goes on with the list it has', async () => {
    const actor = actorOf('known');
    await revoke(actor);
    const token = await sign(actor);
    const other = await sign({ ...actor, tokenId: 'igt_other' });
    expect((await ask(token)).status).toBe(401);
    const { DB } = down();
    vi.setSystemTime(startMs + 30 * 60_000);
    expect((await ask(token, DB)).status).toBe(401);
    expect((await ask(other, DB)).status).toBe(200);
  });

  it('a hook is not held up for longer than 200 ms, and the next one not at all', async () => {
    vi.useRealTimers();
    const { asked, DB } = hanging();
    const token = await sign(actorOf('slow'));
    const beganMs = performance.now();
    expect((await ask(token, DB)).status).toBe(200);
    expect(performance.now() - beganMs).toBeLessThan(1000);
    expect((await ask(token, DB)).status).toBe(200);
    expect(asked.times).toBe(1);
  });
});
