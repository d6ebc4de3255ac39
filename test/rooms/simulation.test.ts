import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionOwner } from '../../worker/domain/ingest.ts';
import { Player } from '../simulation/player.ts';
import { schedules } from '../simulation/schedule.ts';
import { RoomStage } from './room-stage.ts';

beforeEach(() => {
  // A failed duty is logged, and here many fail.
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

const seed = 20261121;
const ownerOf = (name: string, agent: string): SessionOwner => ({
  organizationId: `org_${name}`,
  sessionId: `ses_${name}`,
  externalId: 'external',
  agent,
  projectId: 'prj_1',
  userId: 'usr_1',
});

describe('the simulation’s schedules in workerd', () => {
  it.each(fc.sample(schedules, { numRuns: 20, seed }).map((schedule, index) => [index, schedule] as const))(
    'end as they do on the simulated platform: number %i',
    async (index, schedule) => {
      const stage = new RoomStage(ownerOf(`simulated${index}`, schedule.agent));
      await expect(new Player(stage).play(schedule)).resolves.toBeUndefined();
    },
  );
});

describe('half an hour without D1 and R2', () => {
  it('hinders neither ingest nor the live view, loses no alarm and no spectator; the summary catches up', async () => {
    const stage = new RoomStage(ownerOf('outage', 'claude-code'));
    const post = (text: string) =>
      stage.ingest({ owner: stage.owner, drafts: [{ type: 'message', hook: 'MessageDisplay', text }] });
    await post('first');
    await stage.connect(0);
    for (const service of ['d1', 'r2'] as const) stage.weather({ service, weather: 'down' });
    for (let minute = 1; minute <= 30; minute += 1) {
      expect(await post(`minute ${minute}`)).toMatchObject({ ok: true, accepted: 1, lastSeq: minute + 1 });
      stage.wait(60_000);
      await stage.alarm({ early: false, twice: minute % 5 === 0 });
      await stage.check();
      expect(await stage.seen(0, minute + 1)).toHaveLength(minute + 1);
      if (minute % 10 === 0) await stage.evict();
    }
    expect(await stage.listed()).toEqual([]);
    for (const service of ['d1', 'r2'] as const) stage.weather({ service, weather: 'fair' });
    for (let minute = 0; minute < 6; minute += 1) {
      stage.wait(60_000);
      await stage.alarm({ early: false, twice: false });
    }
    expect(await stage.listed()).toEqual([await stage.summary()]);
  });
});
