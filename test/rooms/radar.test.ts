import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, expect, it, vi } from 'vitest';
import { limits } from '../../wire/limits.ts';
import type { Policy } from '../../wire/policy.ts';
import type { Rule } from '../../wire/rule.ts';
import { FileRadar } from '../../worker/rooms/radar/file-radar.ts';
import { SessionRoom } from '../../worker/rooms/session/session-room.ts';
import { acme, makeRadarRig } from './radar-rig.ts';

afterEach(() => vi.restoreAllMocks());

type Rig = Awaited<ReturnType<typeof makeRadarRig>>;

const later = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);

const rowsOf = (rig: Rig): Promise<{ touches: number; meetings: number; alarmAtMs: number | null }> =>
  runInDurableObject(rig.radar(), async (_, { storage }) => {
    const count = (table: string) => Number(storage.sql.exec(`SELECT count(*) AS count FROM ${table}`).one().count);
    return {
      touches: count('touch') + count('touch_old'),
      meetings: count('meeting'),
      alarmAtMs: await storage.getAlarm(),
    };
  });

/** Until the radar has written down so many touches: it is told after the hook's answer. */
const touched = (rig: Rig, count: number) =>
  vi.waitUntil(async () => (await rowsOf(rig).catch(() => undefined))?.touches === count);

/** Until so many touches of this moment are written down, and whoever met has been told. */
const heardNow = (rig: Rig, count: number) =>
  vi.waitUntil(() =>
    runInDurableObject(rig.radar(), (_, { storage: { sql } }) => {
      const fresh = sql.exec('SELECT 1 FROM touch WHERE at = ?', Date.now()).toArray().length;
      return fresh === count && sql.exec('SELECT 1 FROM meeting').toArray().length === 0;
    }),
  );

it('two sessions that edit the same file are both told, once, with the other’s title', async () => {
  const rig = await makeRadarRig('Both');
  await rig.begin('ann', 'Fix the login race');
  await rig.begin('bob', 'Rename the login page');
  await rig.edit('ann', '/home/ann/src/login.ts');
  await touched(rig, 1);
  await evictDurableObject(rig.radar());
  await evictDurableObject(rig.room(rig.idOf('ann')));
  await rig.edit('bob', 'src/login.ts', 'Write');
  await rig.collided(['ann', 'bob'], 1);
  expect((await rig.collisions('ann'))[0]).toMatchObject({
    text: '“Rename the login page” edits src/login.ts, too',
    control: { action: 'collided', path: 'src/login.ts', otherSessionId: rig.idOf('bob') },
  });
  expect((await rig.collisions('bob'))[0]).toMatchObject({
    text: '“Fix the login race” edits src/login.ts, too',
    control: { otherSessionId: rig.idOf('ann') },
  });
  expect((await rig.summary('ann')).collisions).toMatchObject([
    { path: 'src/login.ts', sessionId: rig.idOf('bob'), title: 'Rename the login page' },
  ]);
  await evictDurableObject(rig.room(rig.idOf('bob')));
  expect((await rig.summary('bob')).collisions).toMatchObject([{ path: 'src/login.ts', sessionId: rig.idOf('ann') }]);
  await vi.waitUntil(async () => (await rowsOf(rig)).meetings === 0);
});

it('who goes on in the file is told again only after the window', async () => {
  const rig = await makeRadarRig('Window');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  await rig.edit('bob', 'a.ts');
  await rig.collided(['ann', 'bob'], 1);
  for (const _ of [6, 12, 18]) {
    later(6 * 60_000);
    for (const session of ['ann', 'bob']) await rig.edit(session, 'a.ts');
    await heardNow(rig, 2);
  }
  await rig.collided(['ann', 'bob'], 1);
  later(limits.collisionWindowMs - 17 * 60_000);
  expect((await rig.summary('ann')).collisions?.every(({ until }) => Date.parse(until) < Date.now())).toBe(true);
  await rig.edit('ann', 'a.ts');
  await rig.collided(['ann', 'bob'], 2);
});

it('reading, another file, another repository and another organization are no collision', async () => {
  const [rig, stranger] = [await makeRadarRig('Nothing'), await makeRadarRig('Stranger')];
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  await rig.edit('bob', 'a.ts', 'Read');
  await rig.edit('bob', 'b.ts');
  const fork = 'https://github.com/fork/web.git';
  await rig.begin('cid', 'Elsewhere', fork);
  await rig.hook('cid', 'PreToolUse', { tool_name: 'Edit', tool_use_id: 'c1', tool_input: { file_path: 'a.ts' } }, fork);
  await stranger.edit('ann', 'a.ts');
  await touched(rig, 3);
  await touched(stranger, 1);
  for (const session of ['ann', 'bob', 'cid']) expect(await rig.collisions(session)).toEqual([]);
  expect(await stranger.collisions('ann')).toEqual([]);
  expect(await rig.radar().others(rig.idOf('dan'), ['github.com/acme/web\na.ts'])).toMatchObject([
    { sessionId: rig.idOf('ann') },
  ]);
});

it('a session that ended or was deleted collides with nobody, and whoever met it is let go', async () => {
  const rig = await makeRadarRig('Ended');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  await rig.hook('ann', 'SessionEnd', { reason: 'other' });
  await rig.edit('bob', 'a.ts');
  await vi.waitUntil(async () => (await rowsOf(rig)).meetings === 0);
  expect(await rig.collisions('bob')).toEqual([]);
  expect((await rig.summary('bob')).collisions).toBeUndefined();

  for (const [session, leave] of [
    ['cid', () => rig.hook('cid', 'SessionEnd', { reason: 'other' })],
    ['dan', () => rig.browser.call(`/api/sessions/${rig.idOf('dan')}`, { method: 'DELETE' })],
  ] as const) {
    await rig.edit(session, 'a.ts');
    await vi.waitUntil(async () =>
      ((await rig.summary('bob')).collisions ?? []).some((met) => met.sessionId === rig.idOf(session)),
    );
    await rig.collided([session], 1);
    await leave();
    await vi.waitUntil(async () => (await rig.summary('bob')).collisions === undefined);
    await evictDurableObject(rig.room(rig.idOf('bob')));
    expect((await rig.summary('bob')).collisions).toBeUndefined();
    expect(await rig.radar().others(rig.idOf('bob'), ['github.com/acme/web\na.ts'])).toEqual([]);
  }
});

it('an agent that resumes its ended session is on the radar again', async () => {
  const rig = await makeRadarRig('Resumed');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  await rig.hook('ann', 'SessionEnd', { reason: 'other' });
  await rig.edit('bob', 'a.ts');
  await vi.waitUntil(async () => (await rowsOf(rig)).meetings === 0);
  await rig.hook('ann', 'SessionStart', { source: 'resume' });
  await rig.edit('ann', 'a.ts');
  await rig.collided(['ann', 'bob'], 1);
});

it('touches outlive an alarm that runs twice, and are gone after two windows', async () => {
  const rig = await makeRadarRig('Alarm');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  const alarms = async () => {
    await runDurableObjectAlarm(rig.radar());
    await runInDurableObject(rig.radar(), (radar) => radar.alarm());
  };
  await alarms();
  await rig.edit('bob', 'a.ts');
  await rig.collided(['ann', 'bob'], 1);
  await alarms();
  expect(await rowsOf(rig)).toMatchObject({ touches: 2, alarmAtMs: expect.any(Number) });
  later(limits.collisionWindowMs + 1000);
  await alarms();
  await alarms();
  expect(await rowsOf(rig)).toMatchObject({ touches: 0, meetings: 0, alarmAtMs: null });
});

it('a radar that cannot be reached neither fails nor holds a hook, and hears of the file with the next', async () => {
  const rig = await makeRadarRig('Down');
  const touch = vi.spyOn(FileRadar.prototype, 'touch').mockImplementation(() => {
    throw new Error('unreachable');
  });
  expect(await rig.edit('ann', 'a.ts')).toEqual({});
  await vi.waitUntil(() => touch.mock.calls.length === 1);
  touch.mockRestore();
  await rig.edit('bob', 'a.ts');
  await touched(rig, 1);
  await rig.edit('ann', 'b.ts');
  await rig.collided(['ann', 'bob'], 1);
});

it('a room that cannot be reached is told by the radar’s alarm', async () => {
  const rig = await makeRadarRig('Unheard');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  const collide = vi.spyOn(SessionRoom.prototype, 'collide').mockImplementation(() => {
    throw new Error('unreachable');
  });
  await rig.edit('bob', 'a.ts');
  await vi.waitUntil(() => collide.mock.calls.length > 0);
  await vi.waitUntil(async () => ((await rowsOf(rig)).alarmAtMs ?? Number.POSITIVE_INFINITY) < Date.now() + 60_000);
  collide.mockRestore();
  await evictDurableObject(rig.radar());
  await runDurableObjectAlarm(rig.radar());
  await rig.collided(['ann', 'bob'], 1);
  expect((await rowsOf(rig)).meetings).toBe(0);
});

it('ten sessions in one file are each told of no more than the newest', async () => {
  const rig = await makeRadarRig('Crowd');
  const names = Array.from({ length: 10 }, (_, index) => `agent-${index}`);
  for (const [index, name] of names.entries()) {
    await rig.edit(name, 'a.ts');
    await touched(rig, index + 1);
  }
  await vi.waitUntil(async () => (await rowsOf(rig)).meetings === 0);
  expect(await rig.collisions('agent-9')).toHaveLength(limits.maxOthersPerFile);
});

/** A rule on collisions, once the rooms of these sessions know of it. */
async function ruled(rig: Rig, sessions: string[], action: string): Promise<string> {
  const rule = await rig.browser.json<Rule>('/api/rules', { body: { name: 'one at a time', collision: true, action } });
  for (const session of sessions) {
    await vi.waitUntil(() =>
      runInDurableObject(rig.room(rig.idOf(session)), (room) => {
        const { policy } = Reflect.get(Reflect.get(Reflect.get(room, 'core'), 'till'), 'purse') as { policy: Policy };
        return policy.rules.some(({ id }) => id === rule.id);
      }),
    );
  }
  return rule.id;
}

const startsOf = async (rig: Rig, session: string) =>
  (await rig.events(rig.idOf(session))).items.filter(({ type }) => type === 'tool.started');

it('a rule that warns notes whom the call meets and lets it run', async () => {
  const rig = await makeRadarRig('Warns');
  await rig.begin('ann', 'Fix the login race');
  await rig.begin('bob', 'Rename the login page');
  const ruleId = await ruled(rig, ['ann', 'bob'], 'warn');
  expect(await rig.edit('ann', 'a.ts')).toEqual({});
  await touched(rig, 1);
  expect(await rig.edit('bob', 'a.ts')).toEqual({});
  const reason = 'Rule “one at a time” warns: “Fix the login race” edits a.ts, too.';
  expect((await startsOf(rig, 'bob'))[0]).toMatchObject({ warned: [{ ruleId, reason }] });
  expect((await startsOf(rig, 'ann'))[0]?.warned).toBeUndefined();
  await rig.collided(['ann', 'bob'], 1);
});

it('a rule that denies refuses only who comes second, whose attempt has touched nothing', async () => {
  const rig = await makeRadarRig('Denies');
  await rig.begin('ann', 'Fix the login race');
  await rig.begin('bob', 'Rename the login page');
  await ruled(rig, ['ann', 'bob'], 'deny');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  const denied = {
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringContaining('“Fix the login race” edits a.ts'),
  };
  expect(await rig.edit('bob', 'a.ts')).toMatchObject({ hookSpecificOutput: denied });
  expect(await rig.edit('bob', 'b.ts')).toEqual({});
  await touched(rig, 2);
  expect(await rig.edit('ann', 'a.ts')).toEqual({});
  expect(await rig.collisions('ann')).toEqual([]);
  await rig.hook('ann', 'SessionEnd', { reason: 'other' });
  expect(await rig.edit('bob', 'a.ts')).toEqual({});
});

it('a rule that asks makes the call wait for a person, and an allowed one touches the file once it ran', async () => {
  const rig = await makeRadarRig('Asks');
  for (const session of ['ann', 'bob']) await rig.begin(session, session);
  await ruled(rig, ['ann', 'bob'], 'ask');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  const call = { tool_name: 'Edit', tool_use_id: 'asked', tool_input: { file_path: 'a.ts' } };
  const answer = rig.hook('bob', 'PreToolUse', call, acme, { 'x-flightdeck-timeout': '300' });
  const summary = await vi.waitUntil(async () => {
    const found = await rig.summary('bob');
    return found.approvals?.length ? found : null;
  });
  expect(summary).toMatchObject({
    status: 'waiting',
    approvals: [{ reason: 'Rule “one at a time” asks a person first: “ann” edits a.ts, too.' }],
  });
  await evictDurableObject(rig.room(rig.idOf('bob')));
  expect(await rig.collisions('ann')).toEqual([]);
  await rig.browser.json(`/api/sessions/${summary.id}/approvals/${summary.approvals?.[0]?.id}`, { body: { decision: 'allow' } });
  expect(await answer).toMatchObject({ hookSpecificOutput: { permissionDecision: 'allow' } });
  await rig.hook('bob', 'PostToolUse', { ...call, tool_response: {} });
  await rig.collided(['ann', 'bob'], 1);
});

it.each([
  ['fails', () => Promise.reject(new Error('unreachable'))],
  ['hangs', () => new Promise<never>(() => {})],
])('a radar that %s lets the call run, rule or not', async (how, others) => {
  const rig = await makeRadarRig(`Rule-${how}`);
  for (const session of ['ann', 'bob']) await rig.begin(session, session);
  await ruled(rig, ['ann', 'bob'], 'deny');
  await rig.edit('ann', 'a.ts');
  await touched(rig, 1);
  const asked = vi.spyOn(FileRadar.prototype, 'others').mockImplementation(others);
  const fromMs = performance.now();
  expect(await rig.edit('bob', 'a.ts')).toEqual({});
  console.log(`a radar that ${how} added at most ${Math.round(performance.now() - fromMs)} ms to a hook`);
  expect(asked).toHaveBeenCalledOnce();
  expect(await rig.edit('bob', 'a.ts', 'Read')).toEqual({});
  expect(asked).toHaveBeenCalledOnce();
});
