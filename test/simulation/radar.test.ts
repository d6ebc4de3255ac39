import { expect, it } from 'vitest';
import type { Encounter } from '../../worker/domain/collision.ts';
import { RadarCore } from '../../worker/rooms/radar/radar-core.ts';
import { RoomDisk } from './room-disk.ts';

const startMs = Date.UTC(2026, 10, 21, 12);

/** A radar whose object can die: what it tells while it is `dying` reaches nobody, and is never answered. */
class Place {
  nowMs = startMs;
  dying = false;
  readonly disk = new RoomDisk();
  readonly told: string[] = [];

  awake(): RadarCore {
    return new RadarCore(
      {
        storage: this.disk,
        now: () => this.nowMs,
        setAlarm: (atMs) => {
          this.disk.alarmAtMs = atMs;
        },
        meet: (sessionId, other) => this.tell(sessionId, other),
        part: async () => {},
        live: async () => ({ title: 'live' }),
      },
      this.disk.alarmAtMs,
    );
  }

  /** The platform's alarm, when it is due; in an object that was evicted. */
  async alarm(): Promise<void> {
    this.nowMs = Math.max(this.nowMs, this.disk.alarmAtMs ?? this.nowMs);
    this.disk.alarmAtMs = null;
    await this.awake().alarm();
  }

  private tell(sessionId: string, other: Encounter): Promise<{ title: string }> {
    if (this.dying) return new Promise(() => {});
    this.told.push(`${sessionId} met ${other.sessionId}`);
    return Promise.resolve({ title: sessionId });
  }
}

const touch = (radar: RadarCore, sessionId: string) => radar.touch({ sessionId, title: sessionId, files: ['repo\na.ts'] });

it('a meeting is told by the alarm where the object dies while it tells, and is not told again', async () => {
  const place = new Place();
  await touch(place.awake(), 'ann');
  place.dying = true;
  void touch(place.awake(), 'bob');
  place.dying = false;
  expect(place.told).toEqual([]);
  await place.alarm();
  expect(place.nowMs - startMs).toBeLessThanOrEqual(10_000);
  expect(place.told).toEqual(['ann met bob', 'bob met ann']);
  await place.alarm();
  await place.alarm();
  expect(place.told).toHaveLength(2);
});
