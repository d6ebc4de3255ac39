import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Budget } from '../../../wire/budget.ts';
import type { Rule } from '../../../wire/rule.ts';
import { makeLedgerRig } from './ledger-rig.ts';

type Rig = Awaited<ReturnType<typeof makeLedgerRig>>;
type Ledger = ReturnType<Rig['ledger']>;

const names = Array.from({ length: 20 }, (_, index) => `live-${index}`);
const createdAt = '2026-11-21T00:00:00.000Z';
const budget: Budget = {
  id: 'bud_force',
  scope: 'organization',
  scopeId: null,
  window: 'lifetime',
  unit: 'micro_usd',
  limit: 0,
  softPercent: 80,
  action: 'stop',
  createdAt,
};
const each: Budget = { ...budget, id: 'bud_each', scope: 'session', window: 'session' };
const rule: Rule = {
  id: 'rul_force',
  name: 'no shell',
  projectId: null,
  on: 'call',
  action: 'deny',
  waitSeconds: 60,
  unanswered: 'deny',
  createdAt,
  tool: 'Bash',
};

let rig: Rig;
const ids = new Map<string, string>();
let calls = 0;

beforeAll(async () => {
  rig = await makeLedgerRig('Force');
  await Promise.all(names.map(async (name) => ids.set(name, (await rig.started(name)).id)));
  // Nothing of what follows may need it.
  for (const verb of ['prepare', 'batch'] as const) {
    vi.spyOn(Object.getPrototypeOf(env.DB), verb).mockImplementation(() => {
      throw new Error('D1 is down');
    });
  }
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

const call = async (name: string) => {
  calls += 1;
  return JSON.stringify(await rig.call(name, `t${calls}`));
};
const batch = async (name: string) => {
  calls += 1;
  const hook = { session_id: name, hook_event_name: 'Notification', message: 'hi' };
  const answer = await rig.post('/hooks/claude-code/batch', { stream: `s${calls}`, events: [{ n: 1, hook }] });
  return answer.json<{ fail?: string }>();
};
const lastEvent = async (name: string) => {
  const { texts } = (await rig.room(ids.get(name) ?? '').events(0, 1000, 1e6)) as unknown as { texts: string[] };
  return JSON.parse(`[${texts.join(',')}]`).at(-1);
};
const ended = async (name: string) => {
  calls += 1;
  await rig.hook(name, 'PostToolUse', { tool_name: 'Bash', tool_use_id: `e${calls}`, tool_response: {} });
  return (await lastEvent(name)).costMicroUsd;
};
const used = async (name: string) => {
  calls += 1;
  await rig.usage(name, `r${calls}`, 7, 1_000_000);
  return (await lastEvent(name)).costMicroUsd;
};

interface Change {
  make(ledger: Ledger): Promise<unknown>;
  undo(ledger: Ledger): Promise<unknown>;
  /** Whether a session is held to it. */
  isInForce(name: string): Promise<boolean>;
}

const changes: Record<string, Change> = {
  'a budget': {
    make: async (ledger) => ledger.add(budget),
    undo: async (ledger) => ledger.remove(budget.id),
    isInForce: async (name) => (await call(name)).includes('for this organization is spent'),
  },
  'a budget that each session gets': {
    make: async (ledger) => ledger.add(each),
    undo: async (ledger) => ledger.remove(each.id),
    isInForce: async (name) => (await call(name)).includes('for each session is spent'),
  },
  'a rule': {
    make: async (ledger) => ledger.addRule(rule),
    undo: async (ledger) => ledger.removeRule(rule.id),
    isInForce: async (name) => (await call(name)).includes('refuses this call'),
  },
  'a rate': {
    make: async (ledger) => ledger.setRate('bash', { perExecutionMicroUsd: 1000, perKbMicroUsd: 0 }),
    undo: async (ledger) => ledger.removeRate('bash'),
    isInForce: async (name) => (await ended(name)) === 1000,
  },
  'the fail mode': {
    make: async (ledger) => ledger.editLimits({ fail: 'closed' }),
    undo: async (ledger) => ledger.editLimits({ fail: 'open' }),
    isInForce: async (name) => (await batch(name)).fail === 'closed',
  },
  'a price': {
    make: async (ledger) =>
      ledger.addPrice({
        id: 'prc_force',
        model: 'claude-opus-*',
        input: 50,
        output: 0,
        cacheRead: 0,
        cacheWrite: 0,
        from: createdAt,
      }),
    undo: async (ledger) => ledger.removePrice('prc_force'),
    isInForce: async (name) => (await used(name)) === 50,
  },
};

/** When each room was seen to know a policy at least as new, in ms after `fromMs`. */
async function known(version: number, fromMs = performance.now()): Promise<number[]> {
  return Promise.all(
    names.map(async (name) => {
      await vi.waitUntil(async () => (await rig.purseOf(ids.get(name) ?? '')).policy.version >= version, { timeout: 10_000 });
      return performance.now() - fromMs;
    }),
  );
}

const versionOf = (ledger: Ledger): Promise<number> =>
  runInDurableObject(ledger, (object) => Reflect.get(object, 'core').policy.version);

describe('with D1 down, in 20 live sessions, one of which was just evicted', () => {
  it.each(Object.entries(changes))('%s that is changed is in force in all of them', async (what, { make, undo, isInForce }) => {
    await evictDurableObject(rig.room(ids.get('live-7') ?? ''));
    const fromMs = performance.now();
    await make(rig.ledger());
    const slowest = Math.max(...(await known(await versionOf(rig.ledger()), fromMs)));
    console.info(`${what}: known in the slowest of 20 rooms after ${slowest.toFixed(0)} ms`);
    for (const name of names) expect([name, await isInForce(name)]).toEqual([name, true]);
    await undo(rig.ledger());
    await known(await versionOf(rig.ledger()));
    for (const name of names) expect([name, await isInForce(name)]).toEqual([name, false]);
  });
});

it('a room that cannot be reached at first is told by the ledger’s alarm, which rings twice for nothing', async () => {
  const lost = ids.get('live-3');
  const reach = (isReached: boolean) =>
    runInDurableObject(rig.ledger(), (object) => {
      const { ports } = Reflect.get(object, 'core');
      ports.real ??= ports.push;
      ports.push = (roomId: string, policy: unknown) =>
        isReached || roomId !== lost ? ports.real(roomId, policy) : Promise.reject(new Error('unreachable'));
    });
  await reach(false);
  await rig.ledger().addRule(rule);
  const version = await versionOf(rig.ledger());
  const others = names.filter((name) => ids.get(name) !== lost);
  for (const name of others) await vi.waitUntil(async () => (await rig.purseOf(ids.get(name) ?? '')).policy.version >= version);
  for (const name of others) expect(await changes['a rule']?.isInForce(name)).toBe(true);
  expect(await changes['a rule']?.isInForce('live-3')).toBe(false);
  await reach(true);
  const fromMs = performance.now();
  await runDurableObjectAlarm(rig.ledger());
  await vi.waitUntil(async () => (await rig.purseOf(lost ?? '')).policy.version >= version);
  console.info(`a room that comes back knows after ${(performance.now() - fromMs).toFixed(0)} ms`);
  expect(await changes['a rule']?.isInForce('live-3')).toBe(true);
  await runDurableObjectAlarm(rig.ledger());
  expect(await changes['a rule']?.isInForce('live-3')).toBe(true);
});
