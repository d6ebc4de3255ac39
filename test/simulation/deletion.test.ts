import { beforeAll, describe, expect, it, vi } from 'vitest';
import { checkDeleted } from './checks.ts';
import { LocalD1 } from './local-d1.ts';
import { Sky } from './weather.ts';
import { World } from './world.ts';

let d1: LocalD1;
beforeAll(() => {
  d1 = new LocalD1(new Sky());
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

let sessions = 0;

/** A session whose first flush is on its way to D1. */
async function flushing(): Promise<World> {
  sessions += 1;
  const sessionId = `ses_deleted${sessions}`;
  const ids = { organizationId: 'org_deletion', projectId: 'prj_1', userId: 'usr_1' };
  const world = new World(d1, { ...ids, sessionId, externalId: 'x', agent: 'tester' });
  await world.ingest({ owner: world.owner, drafts: [{ type: 'prompt', hook: 'prompt', text: 'delete me' }] });
  world.nowMs += 500;
  d1.sky.weather = 'slow';
  await world.alarm();
  expect(d1.sky.waitingCount).toBe(1);
  d1.sky.weather = 'fair';
  return world;
}

/** Lets every alarm run that is still to come. */
async function rest(world: World): Promise<void> {
  while (world.disk.alarmAtMs !== null) {
    world.nowMs = Math.max(world.nowMs, world.disk.alarmAtMs);
    await world.alarm();
  }
}

describe('a session deleted while its flush is under way', () => {
  it.each([
    ['whose answer arrives', true],
    ['whose answer is lost', false],
  ])('leaves nothing in D1: a flush %s', async (_, isAnswered) => {
    const world = await flushing();
    expect(await world.core.exit.remove()).toBe(true);
    d1.sky.settle(0, true, isAnswered);
    await world.settled();
    await rest(world);
    await checkDeleted(world);
  });

  it('leaves nothing in D1 when the room was evicted in between', async () => {
    const world = await flushing();
    world.evict();
    expect(await world.core.exit.remove()).toBe(true);
    await world.alarm();
    d1.sky.settle(0, true, false);
    await rest(world);
    await checkDeleted(world);
  });

  it('leaves nothing behind when the room was evicted while it erased an archived session', async () => {
    const world = await flushing();
    d1.sky.settle(0, true, true);
    await world.settled();
    await rest(world);
    expect(world.archive.objects.size).toBeGreaterThan(0);
    d1.sky.weather = 'slow';
    void world.core.exit.remove();
    await world.settled();
    world.evict();
    d1.sky.settle(0, false, false);
    d1.sky.weather = 'fair';
    await rest(world);
    await checkDeleted(world);
  });

  it('leaves nothing in D1 when D1 was down for an hour', async () => {
    const world = await flushing();
    d1.sky.settle(0, true, true);
    await world.settled();
    d1.sky.weather = 'down';
    expect(await world.core.exit.remove()).toBe(true);
    for (const until = world.nowMs + 3600_000; world.nowMs < until; ) {
      expect(world.disk.alarmAtMs).not.toBeNull();
      world.nowMs = world.disk.alarmAtMs ?? until;
      await world.alarm();
      world.evict();
    }
    d1.sky.weather = 'fair';
    await rest(world);
    await checkDeleted(world);
  });
});
