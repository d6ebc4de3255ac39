import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gate } from '../../worker/rooms/session/gate.ts';
import { openDb } from '../../worker/store/db.ts';
import { listSessions } from '../../worker/store/sessions/list.ts';
import { listTrashedSessions } from '../../worker/store/sessions/trash.ts';
import { checkDeleted } from './checks.ts';
import { LocalD1 } from './local-d1.ts';
import { daysQuery } from './outcome.ts';
import { Sky } from './weather.ts';
import { World } from './world.ts';

let d1: LocalD1;
beforeAll(() => {
  d1 = new LocalD1(new Sky());
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

const ada = { userId: 'usr_ada', name: 'Ada' };
let worlds = 0;

/** A session with a prompt, which D1 has not heard of yet. */
async function begun(): Promise<World> {
  worlds += 1;
  const ids = { organizationId: `org_trash${worlds}`, projectId: 'prj_1', userId: 'usr_1' };
  const world = new World(d1, { ...ids, sessionId: `ses_trash${worlds}`, externalId: 'x', agent: 'tester' });
  await say(world, 'keep me');
  return world;
}

const say = (world: World, text: string) =>
  world.ingest({ owner: world.owner, drafts: [{ type: 'prompt', hook: 'prompt', text }] });

/** Lets every alarm run that is still to come, each twice. */
async function rest(world: World): Promise<void> {
  while (world.disk.alarmAtMs !== null) {
    world.nowMs = Math.max(world.nowMs, world.disk.alarmAtMs);
    await world.alarm();
    await world.alarm();
  }
}

async function lists({ owner }: World) {
  const db = openDb(d1.binding);
  const listed = await listSessions(db, owner.organizationId, {});
  const trash = await listTrashedSessions(db, owner.organizationId, {});
  return { listed: listed.items.map(({ id }) => id), trash: trash.items.map(({ id }) => id) };
}

const inTrash = ({ owner }: World) => ({ listed: [], trash: [owner.sessionId] });
const inList = ({ owner }: World) => ({ listed: [owner.sessionId], trash: [] });

describe('a session in the trash', () => {
  it('is in no list and takes nothing, awake or evicted, and comes back as it was', async () => {
    const world = await begun();
    await rest(world);
    const before = world.core.summary();
    expect(await world.core.exit.discard('usr_ada')).toBe(true);
    expect(await world.core.exit.discard('usr_ada')).toBe(false);
    for (const _ of [1, 2]) {
      expect(world.core.summary()).toBeNull();
      expect(await say(world, 'late')).toMatchObject({ ok: true, accepted: 0, deleted: true });
      expect(await lists(world)).toEqual(inTrash(world));
      await rest(world);
      world.evict();
    }
    expect(world.disk.alarmAtMs).toBeNull();
    expect(await world.core.exit.restore(ada)).toMatchObject({
      title: before?.title,
      status: before?.status,
      lastSeq: (before?.lastSeq ?? 0) + 1,
    });
    await rest(world);
    expect(await lists(world)).toEqual(inList(world));
    const { sum } = { sum: d1.statement(daysQuery).get(world.owner.organizationId) };
    expect({ ...sum }).toMatchObject({ events: world.core.summary()?.lastSeq });
    expect(await world.core.exit.restore(ada)).toBeNull();
  });

  it('that D1 had not heard of is in its trash all the same', async () => {
    const world = await begun();
    await world.core.exit.discard(null);
    expect(await lists(world)).toEqual(inTrash(world));
  });

  it.each([
    ['heard of at once', 'fair', 0],
    ['whose flush was answered into the void', 'slow', 1],
    ['whose move was', 'slow', 2],
  ] as const)('that D1 had not heard of is counted once, also when it comes back: one %s', async (_, weather, lost) => {
    const world = await begun();
    d1.sky.weather = weather;
    const discarded = world.core.exit.discard(null);
    for (let call = 1; call <= lost; call += 1) {
      await world.settled();
      d1.sky.settle(0, true, call < lost);
    }
    await discarded;
    d1.sky.weather = 'fair';
    const sums = () => ({ ...d1.statement(daysQuery).get(world.owner.organizationId) });
    await rest(world);
    expect(sums()).toMatchObject({ events: 1 });
    world.evict();
    await world.core.exit.restore(ada);
    await rest(world);
    expect(sums()).toMatchObject({ events: world.core.summary()?.lastSeq });
    expect(await lists(world)).toEqual(inList(world));
  });

  it('gets there by the alarm where D1 was down, whatever was evicted meanwhile', async () => {
    const world = await begun();
    await rest(world);
    d1.sky.weather = 'down';
    expect(await world.core.exit.discard('usr_ada')).toBe(true);
    for (let tries = 0; tries < 5; tries += 1) {
      world.nowMs = world.disk.alarmAtMs ?? world.nowMs;
      await world.alarm();
      world.evict();
      expect(world.core.summary()).toBeNull();
    }
    expect(await world.core.exit.restore(ada).catch(() => 'refused')).toBe('refused');
    d1.sky.weather = 'fair';
    expect(await lists(world)).toEqual(inList(world));
    await rest(world);
    expect(await lists(world)).toEqual(inTrash(world));
  });

  it('is there again where whoever brought it back was killed after D1 had heard of it', async () => {
    const world = await begun();
    await rest(world);
    await world.core.exit.discard('usr_ada');
    await rest(world);
    d1.sky.weather = 'slow';
    void world.core.exit.restore(ada).catch(() => {});
    await world.settled();
    world.evict();
    d1.sky.weather = 'fair';
    d1.sky.settle(0, true, false);
    expect(await lists(world)).toEqual(inList(world));
    expect(world.core.summary()).toBeNull();
    await rest(world);
    expect(await lists(world)).toEqual(inTrash(world));
    expect(await world.core.exit.restore(ada)).not.toBeNull();
    await rest(world);
    expect(await lists(world)).toEqual(inList(world));
  });

  it('stays where it is said to be last, however slow D1 is to hear the word before', async () => {
    const world = await begun();
    await rest(world);
    d1.sky.weather = 'slow';
    void world.core.exit.discard('usr_ada');
    await world.settled();
    const restored = world.core.exit.restore(ada);
    await world.settled();
    // What was said last arrives first where it can.
    for (; d1.sky.waitingCount > 0; await world.settled()) d1.sky.settle(d1.sky.waitingCount - 1, true, true);
    expect(await restored).not.toBeNull();
    d1.sky.weather = 'fair';
    await rest(world);
    expect(await lists(world)).toEqual(inList(world));
    const days = d1.statement(daysQuery).get(world.owner.organizationId);
    expect({ ...days }).toMatchObject({ events: world.core.summary()?.lastSeq });
  });

  it('leaves no row in the list where a flush was under way, answered or not', async () => {
    for (const isAnswered of [true, false]) {
      const world = await begun();
      world.nowMs += 500;
      d1.sky.weather = 'slow';
      await world.alarm();
      d1.sky.weather = 'fair';
      await world.core.exit.discard('usr_ada');
      d1.sky.settle(0, true, isAnswered);
      await world.settled();
      await rest(world);
      expect(await lists(world)).toEqual(inTrash(world));
    }
  });

  it('leaves nothing when it is emptied, archived or not', async () => {
    for (const isArchived of [true, false]) {
      const world = await begun();
      if (isArchived) await rest(world);
      expect(await world.core.exit.empty()).toBe(false);
      await world.core.exit.discard('usr_ada');
      expect(await world.core.exit.empty()).toBe(true);
      await rest(world);
      expect(await lists(world)).toEqual({ listed: [], trash: [] });
      await checkDeleted(world);
      expect(await world.core.exit.restore(ada)).toBeNull();
    }
  });

  it('answers a request that is made again as the first time, after an eviction too, and another as what is there no more', async () => {
    const world = await begun();
    for (const _ of [1, 2]) {
      expect(await world.core.exit.discard('usr_ada', undefined, 'first')).toBe(true);
      world.evict();
    }
    expect(await world.core.exit.discard('usr_ada', undefined, 'other')).toBe(false);
    for (const _ of [1, 2]) {
      expect(await world.core.exit.restore(ada, 'second')).toMatchObject({ lastSeq: 2 });
      world.evict();
    }
    expect(await world.core.exit.restore(ada, 'other')).toBeNull();
    expect(await world.core.exit.discard('usr_ada', undefined, 'third')).toBe(true);
    for (const _ of [1, 2, 3]) {
      expect(await world.core.exit.empty()).toBe(true);
      world.evict();
      await rest(world);
    }
    await checkDeleted(world);
  });

  it('comes back with the tokens that it had leased when it went', async () => {
    const world = await begun();
    world.spareTokens = 10;
    await say(world, 'more');
    // The core keeps it to itself; who asks the buckets again and what for is the gate's business.
    const kept = () =>
      (Reflect.get(Reflect.get(Reflect.get(world.core, 'recorder'), 'parts'), 'gate') as Gate).kept.leases?.leases;
    const before = kept();
    expect(before).toBeDefined();
    await world.core.exit.discard('usr_ada');
    world.evict();
    await world.core.exit.restore(ada);
    expect(kept()).toEqual(before);
    world.evict();
    expect(kept()).toEqual(before);
  });
});
