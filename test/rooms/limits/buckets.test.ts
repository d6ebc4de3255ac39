import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../../wire/error.ts';
import { defaultLimits, type OrganizationLimits } from '../../../wire/organization-limits.ts';
import { budgetLedger, rateLimiter } from '../../../worker/rooms/index.ts';
import { RateLimiter } from '../../../worker/rooms/rates/rate-limiter.ts';
import { makeRig } from '../rig.ts';

const burst = 50;
/** A token comes back each minute: none during a test. */
const slow = { burst, perMinute: 1 };
const wide = { burst: 100_000, perMinute: 1_000_000 };

/** A person with an agent, in an organization with buckets of its own sizes. */
async function limited(name: string, sizes: Partial<OrganizationLimits>) {
  const rig = await makeRig(name.replaceAll(' ', '-'));
  const ledger = budgetLedger(env, rig.account.organization.id);
  await ledger.editLimits({ ...defaultLimits, perSession: wide, perToken: wide, perUser: wide, perOrganization: wide, ...sizes });
  // A session asks for the policy with its first call.
  const known = async (session: string) => {
    await rig.batch(session, [{ type: 'tool.started', tool: 'Read' }]);
  };
  const message = (session: string) => rig.batch(session, [{ type: 'message', text: 'one of many' }]);
  return { ...rig, known, message };
}

const passed = (responses: Response[]) => responses.filter(({ status }) => status === 200).length;

describe('200 requests at once', () => {
  it.each([
    ['a session', { perSession: slow }],
    ['a token', { perToken: slow }],
    ['a person', { perUser: slow }],
    ['an organization', { perOrganization: slow }],
  ])('to one session pass exactly the burst of %s', async (name, sizes) => {
    const rig = await limited(`one ${name}`, sizes);
    await rig.known('one');
    const responses = await Promise.all(Array.from({ length: 200 }, () => rig.message('one')));
    expect(passed(responses)).toBe(burst);
    const refused = responses.find(({ status }) => status === 429);
    expect(refused?.headers.get('ratelimit-policy')).toMatch(/^"\w+";q=50;w=3000$/);
    expect(refused?.headers.get('ratelimit')).toMatch(/^"\w+";r=0;t=\d+$/);
    const problem = (await refused?.json()) as Problem;
    expect(problem).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(Number(refused?.headers.get('retry-after'))).toBe(Math.ceil((problem.retryAfterMs ?? 0) / 1000));
    // A token a minute, less the moments since the last one was taken.
    expect(problem.retryAfterMs).toBeGreaterThan(50_000);
    expect(problem.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it.each([
    ['a token', { perToken: { burst: 120, perMinute: 1 } }],
    ['a person', { perUser: { burst: 120, perMinute: 1 } }],
    ['an organization', { perOrganization: { burst: 120, perMinute: 1 } }],
  ])('over 20 sessions pass exactly the burst of %s, also from rooms that were evicted', async (name, sizes) => {
    const rig = await limited(`twenty ${name}`, sizes);
    const sessions = Array.from({ length: 20 }, (_, i) => `s${i}`);
    for (const session of sessions) await rig.known(session);
    for (const session of sessions.slice(0, 5)) {
      const summary = await rig.sessionOf('tester', session);
      if (summary) await evictDurableObject(rig.room(summary.id));
    }
    const responses = await Promise.all(Array.from({ length: 200 }, (_, i) => rig.message(sessions[i % 20] ?? '')));
    expect(passed(responses)).toBe(120);
  });
});

describe('an agent’s own hooks', () => {
  it('over a limit are counted and answered 200: a question is refused with the reason, the rest goes on', async () => {
    const rig = await limited('hooks', { perSession: { burst: 2, perMinute: 1 } });
    const hook = (name: string, fields: object = {}) => rig.hook({ session_id: 'flood', hook_event_name: name, ...fields });
    const call = (id: string) => hook('PreToolUse', { tool_name: 'Bash', tool_use_id: id, tool_input: { command: 'ls' } });
    await call('t1');
    while (Object.keys((await call(`t${crypto.randomUUID()}`)) as object).length === 0);
    expect(await call('refused')).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: expect.stringMatching(
          /^This session sends more than Flightdeck takes \(2 events at once, then 1 a minute\)/,
        ),
      },
    });
    expect(await hook('Notification', { message: 'still here' })).toEqual({});
    const { id = '', refusedCount } = (await rig.sessionOf('claude-code', 'flood')) ?? {};
    expect(refusedCount).toBeGreaterThanOrEqual(1);
    await rig.later(id, 1);
    expect((await rig.sessionOf('claude-code', 'flood'))?.refusedCount).toBeGreaterThanOrEqual(2);
  });

  it('make no session while nothing of it may pass: names cost nothing to make up. What was refused is shown with what passes first', async () => {
    const rig = await limited('names', { perUser: { burst: 2, perMinute: 1 } });
    const hook = (name: string) => rig.hook({ session_id: name, hook_event_name: 'Notification', message: 'here' });
    for (let index = 0; index < 10; index += 1) await hook('first');
    expect((await rig.sessionOf('claude-code', 'first'))?.refusedCount).toBeGreaterThan(0);
    for (let index = 0; index < 3; index += 1) await hook('second');
    expect(await rig.sessionOf('claude-code', 'second')).toBeNull();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3600_000 });
    try {
      await hook('second');
      const { id = '' } = (await rig.sessionOf('claude-code', 'second')) ?? {};
      await runDurableObjectAlarm(rig.room(id));
      expect(await rig.sessionOf('claude-code', 'second')).toMatchObject({ eventCount: 1, refusedCount: 3 });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a call of the API', () => {
  it('says what is left of its bucket, and past the burst when to come back', async () => {
    const rig = await limited('api', {});
    const response = await rig.browser.call('/api/me');
    expect(response.headers.get('ratelimit-policy')).toBe('"api";q=600;w=10');
    expect(response.headers.get('ratelimit')).toMatch(/^"api";r=\d+$/);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    try {
      let last = response;
      for (let calls = 0; calls < 700 && last.status === 200; calls += 1) last = await rig.browser.call('/api/me');
      expect(last.status).toBe(429);
      expect(last.headers.get('retry-after')).toBe('1');
    } finally {
      vi.useRealTimers();
    }
  });
});

it('what a session may send is not minted by an eviction of its room', async () => {
  const rig = await limited('evicted', { perSession: slow });
  await rig.known('one');
  for (let count = 0; count < burst; count += 1) expect((await rig.message('one')).status).toBe(200);
  expect((await rig.message('one')).status).toBe(429);
  const summary = await rig.sessionOf('tester', 'one');
  await evictDurableObject(rig.room(summary?.id ?? ''));
  expect((await rig.message('one')).status).toBe(429);
  // Also where the row of the last event is part of a checkpoint by now.
  await runDurableObjectAlarm(rig.room(summary?.id ?? ''));
  await evictDurableObject(rig.room(summary?.id ?? ''));
  expect((await rig.message('one')).status).toBe(429);
});

it('sessions that begin do not fill the bucket that they share, though their rooms know no policy yet', async () => {
  const rig = await limited('newcomers', { perOrganization: slow });
  await rig.known('first');
  expect((await rig.message('first')).status).toBe(200);
  const responses = [];
  for (let index = 0; index < burst + 20; index += 1) responses.push(await rig.message(`new-${index}`));
  expect(passed(responses)).toBe(burst - 1);
});

it('a batch larger than a bucket passes when that is full, and is paid before the next', async () => {
  const rig = await limited('batches', { perToken: slow });
  await rig.known('one');
  const batch = (session: string, count: number) =>
    rig.batch(
      session,
      Array.from({ length: count }, (_, index) => ({ type: 'message', text: `${index}` })),
    );
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3600_000 });
  try {
    expect((await batch('one', 200)).status).toBe(200);
    const refused = await rig.message('two');
    expect(refused.status).toBe(429);
    const { retryAfterMs = 0 } = (await refused.json()) as Problem;
    expect(retryAfterMs).toBe(151 * 60_000);
    vi.setSystemTime(Date.now() + retryAfterMs - 1);
    expect((await rig.message('two')).status).toBe(429);
    vi.setSystemTime(Date.now() + 1);
    expect((await rig.message('two')).status).toBe(200);
  } finally {
    vi.useRealTimers();
  }
});

it('a bucket that takes long to fill is kept through an eviction, and forgets itself when it is full and not before, however often the alarm runs', async () => {
  const one = rateLimiter(env, `kept:${crypto.randomUUID()}`);
  const rule = { capacity: 2, refillMs: 60_000 };
  expect(await one.take(rule)).toMatchObject({ allow: true, remaining: 1 });
  expect(await one.take(rule)).toMatchObject({ allow: true, remaining: 0 });
  await evictDurableObject(one);
  expect(await one.take(rule)).toMatchObject({ allow: false });
  for (let times = 0; times < 2; times += 1) await runDurableObjectAlarm(one);
  expect(await one.take(rule)).toMatchObject({ allow: false });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
  try {
    for (let times = 0; times < 2; times += 1) await runDurableObjectAlarm(one);
    expect(await runInDurableObject(one, (_, { storage }) => storage.list())).toEqual(new Map());
    expect(await one.take(rule)).toMatchObject({ allow: true, remaining: 1 });
  } finally {
    vi.useRealTimers();
  }
});

it('what an organization decided about a bucket’s size outlives its object, for rooms that know no policy yet', async () => {
  const one = rateLimiter(env, `sized:${crypto.randomUUID()}`);
  const assumed = { size: wide, version: 0, need: 1, wish: 1 };
  expect(await one.lease({ size: slow, version: 2, need: burst, wish: burst })).toMatchObject({ granted: burst });
  await evictDurableObject(one);
  expect(await one.lease(assumed)).toMatchObject({ granted: 0, size: slow });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + burst * 60_000 });
  try {
    await runDurableObjectAlarm(one);
    await evictDurableObject(one);
    expect(await one.lease(assumed)).toMatchObject({ granted: 1, remaining: burst - 1, size: slow });
  } finally {
    vi.useRealTimers();
  }
});

it('a room that was evicted goes on with what is left of its leases, for a minute, and asks the buckets after that', async () => {
  const rig = await limited('leases', {});
  const asked = vi.spyOn(RateLimiter.prototype, 'lease');
  await rig.known('kept');
  const { id = '' } = (await rig.sessionOf('tester', 'kept')) ?? {};
  await rig.message('kept');
  asked.mockClear();
  await evictDurableObject(rig.room(id));
  await rig.message('kept');
  expect(asked).not.toHaveBeenCalled();
  await evictDurableObject(rig.room(id));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  try {
    await rig.message('kept');
  } finally {
    vi.useRealTimers();
  }
  expect(asked).toHaveBeenCalledTimes(3);
  asked.mockRestore();
});
