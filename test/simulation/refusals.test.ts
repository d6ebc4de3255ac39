import { expect, it } from 'vitest';
import { defaultLimits } from '../../wire/organization-limits.ts';
import { LocalD1 } from './local-d1.ts';
import { Sky } from './weather.ts';
import { noFaults, World } from './world.ts';

const { burst, perMinute } = defaultLimits.perSession;

/** A session that sends as fast as it can, and what that costs. */
function flooding(name: string) {
  const ids = { organizationId: `org_${name}`, sessionId: `ses_${name}`, externalId: 'x', agent: 'tester' };
  const owner = { ...ids, projectId: 'prj_1', userId: 'usr_1' };
  let rows = 0;
  const setAlarm: typeof noFaults.setAlarm = (atMs, disk) => {
    rows += 1;
    noFaults.setAlarm(atMs, disk);
  };
  const world = new World(new LocalD1(new Sky()), owner, { ...noFaults, setAlarm });
  const changes = () => Number(world.disk.database.prepare('SELECT total_changes() AS n').get()?.n);
  let passed = 0;
  let refused = 0;
  const send = async (count: number) => {
    const drafts = Array.from({ length: count }, () => ({ type: 'message' as const, hook: 'message', text: 'again' }));
    const before = changes();
    const answer = await world.ingest({ owner, drafts });
    if (answer.ok) passed += count;
    else {
      refused += count;
      rows += changes() - before;
    }
    return answer.ok;
  };
  /** Lets a moment go by, and what is due in it happen. */
  const wait = async (ms: number) => {
    world.nowMs += ms;
    if ((world.disk.alarmAtMs ?? Number.POSITIVE_INFINITY) > world.nowMs) return;
    const before = changes();
    await world.alarm();
    rows += changes() - before;
  };
  const shown = () => world.core.summary()?.refusedCount ?? 0;
  return { world, owner, send, wait, shown, told: () => ({ passed, refused, rows }) };
}

it('a flood of refused events costs rows by the second and not by the event, and what is shown is right within five seconds', async () => {
  const { world, send, wait, shown, told } = flooding('flood');
  await send(burst);
  expect(await send(1)).toBe(false);
  expect(shown()).toBe(1);
  const seconds = 30;
  const history: number[] = [];
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    for (let post = 0; post < 10; post += 1) await send(5);
    await wait(100);
    history.push(told().refused);
    expect(shown()).toBeGreaterThanOrEqual(history.at(-52) ?? 1);
  }
  const { passed, refused, rows } = told();
  console.info(`${refused} refused of ${passed + refused} events in ${seconds} s: ${rows} rows`);
  expect(refused).toBeGreaterThan(5000);
  expect(passed).toBeLessThanOrEqual(burst + (perMinute * seconds) / 60);
  // A save of the state, the keys since the last, and an alarm; D1 hears of it as of anything else.
  expect(rows).toBeLessThan((seconds / 5) * 6);
  await wait(5000);
  expect(shown()).toBe(refused);
  world.evict();
  expect(shown()).toBe(refused);
});

it('what was refused in the last seconds before a crash is forgotten; what was shown is not', async () => {
  const { world, send, wait, shown, told } = flooding('crash');
  await send(burst);
  for (let post = 0; post < 30; post += 1) await send(100);
  expect(shown()).toBe(100);
  await wait(5000);
  expect(shown()).toBe(told().refused);
  const before = shown();
  while (await send(100));
  await send(100);
  world.evict();
  expect(shown()).toBeGreaterThanOrEqual(before);
});

it('a clock that goes back puts no count off', async () => {
  const { world, send, wait, shown, told } = flooding('clock');
  await send(burst);
  await send(100);
  world.nowMs -= 3_600_000;
  await send(100);
  await wait(5000);
  expect(shown()).toBe(told().refused);
});
