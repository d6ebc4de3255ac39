import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../../worker/domain/draft.ts';
import { openDb } from '../../worker/store/db.ts';
import { listSessions } from '../../worker/store/sessions/list.ts';
import { LocalD1 } from './local-d1.ts';
import { Sky, type Weather } from './weather.ts';
import { World } from './world.ts';

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

const second = 1000;
const minute = 60 * second;

/** A session that somebody watches, and how to let time go by in it. */
async function watched(name: string) {
  const owner = {
    organizationId: name,
    sessionId: `ses_${name}`,
    externalId: 'x',
    agent: 'claude-code',
    projectId: 'p',
    userId: 'u',
  };
  const world = new World(new LocalD1(new Sky()), owner);
  const say = async (drafts: Draft[]) =>
    expect(await world.ingest({ owner, drafts })).toMatchObject({ ok: true, accepted: drafts.length });
  await say([{ type: 'prompt', hook: 'UserPromptSubmit', text: 'go' }]);
  const [spectator] = world.spectators;
  if (!spectator) throw new Error('nobody watches');
  world.connect(spectator);
  let alarms = 0;
  /** Runs every alarm that falls due in the next `ms`. */
  const pass = async (ms: number) => {
    const until = world.nowMs + ms;
    while (world.disk.alarmAtMs !== null && world.disk.alarmAtMs <= until) {
      world.nowMs = Math.max(world.nowMs, world.disk.alarmAtMs);
      alarms += 1;
      await world.alarm();
    }
    world.nowMs = until;
  };
  const seen = async () => {
    await spectator.receive(Number.MAX_SAFE_INTEGER, (after, to) => world.read(after, to));
    return spectator.lastSeq;
  };
  const both = (weather: Weather) => {
    world.d1.sky.weather = world.archive.sky.weather = weather;
  };
  const listed = () => {
    world.d1.sky.weather = 'fair';
    return listSessions(openDb(world.d1.binding), owner.organizationId, {});
  };
  return { world, spectator, say, pass, seen, both, listed, alarmCount: () => alarms };
}

describe.each<Weather>(['down', 'mute'])('thirty minutes of D1 and R2 being %s', (weather) => {
  it('hinder neither ingest nor the live view, lose no alarm and close no spectator; summaries catch up after', async () => {
    const { world, spectator, say, pass, seen, both, listed, alarmCount } = await watched(`outage-${weather}`);
    await pass(10 * second);
    both(weather);
    for (let step = 1; step <= 180; step += 1) {
      await say([{ type: 'message', hook: 'MessageDisplay', text: `step ${step}` }]);
      await pass(10 * second);
      expect(world.hasAlarm).toBe(true);
      expect(await seen()).toBe(step + 1);
      if (step % 40 === 0) world.evict();
    }
    // Nobody can renew a pass while D1 is away, so nobody loses a socket over it; with the answers lost, D1 does hear the question.
    expect([spectator.isConnected, spectator.closes]).toEqual([true, 0]);
    // Back-off up to five minutes: an outage must not cost more alarms than the events themselves.
    expect(alarmCount()).toBeLessThan(400);

    both('fair');
    spectator.untilMs = world.nowMs + 5 * minute;
    await pass(6 * minute);
    expect((await listed()).items).toEqual([world.core.summary()]);
    expect(world.core.summary()).toMatchObject({ eventCount: 181, lastSeq: 181, status: 'running' });
    world.close();
  });
});

describe('an outage at a session’s end', () => {
  it('keeps the log in the room until R2 took it, and archives it after', async () => {
    const { world, say, pass, seen, both, listed } = await watched('outage-archive');
    await say([{ type: 'session.ended', hook: 'SessionEnd' }]);
    await pass(10 * second);
    both('down');
    await pass(3 * 60 * minute);
    expect(world.core.archivedSeq).toBe(0);
    expect(world.hasAlarm).toBe(true);
    expect(await seen()).toBe(2);
    expect(world.archive.objects.size).toBe(0);

    both('fair');
    await pass(10 * minute);
    expect(world.core.archivedSeq).toBe(2);
    expect((await world.read(0)).map(({ type }) => type)).toEqual(['prompt', 'session.ended']);
    expect((await listed()).items).toEqual([world.core.summary()]);
    world.close();
  });

  it('stops a session that says nothing, though D1 cannot be told', async () => {
    const { world, pass, both, listed } = await watched('outage-silence');
    both('down');
    await pass(40 * minute);
    expect(world.core.summary()).toMatchObject({ status: 'timed_out', lastSeq: 2 });
    both('fair');
    await pass(6 * minute);
    expect((await listed()).items).toMatchObject([{ status: 'timed_out', lastSeq: 2 }]);
    world.close();
  });
});
