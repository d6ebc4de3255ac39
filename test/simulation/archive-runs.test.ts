import { beforeAll, describe, expect, it, vi } from 'vitest';
import { foldEvent, foldFrom, importedState } from '../../worker/domain/archive/imported.ts';
import { LocalD1 } from './local-d1.ts';
import { Sky } from './weather.ts';
import { World } from './world.ts';

beforeAll(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});

const hour = 3600_000;
/** Two of them are more than a segment holds. */
const long = 'x'.repeat(2_500_000);

/** A session that is over, with so many messages; D1 has all of it. */
async function ended(texts: string[]): Promise<World> {
  const ids = { organizationId: 'org_archive', projectId: 'prj_1', userId: 'usr_1' };
  const world = new World(new LocalD1(new Sky()), { ...ids, sessionId: 'ses_archive', externalId: 'x', agent: 'tester' });
  const say = (draft: { type: 'message' | 'session.ended'; text?: string }) =>
    world.ingest({ owner: world.owner, drafts: [{ ...draft, hook: draft.type }] });
  for (const text of texts) await say({ type: 'message', text });
  await say({ type: 'session.ended' });
  await world.core.publish();
  // Its end is told to the ledger.
  for (const _ of [1, 2]) {
    world.nowMs += 60_000;
    await world.alarm();
  }
  expect(world.core.archivedSeq).toBe(0);
  return world;
}

/** Lets what waits for R2 through, what came last first, until nothing waits. */
async function letThrough(world: World): Promise<void> {
  const { sky } = world.archive;
  while (sky.waitingCount > 0) {
    sky.settle(sky.waitingCount - 1, true, true);
    await world.settled();
  }
}

const seqsOf = async (world: World) => (await world.read(0)).map(({ seq }) => seq);

describe('a log that is archived by hand and by the alarm at the same time', () => {
  it('moves once, and is whole', async () => {
    const world = await ended([long, long, long]);
    world.archive.sky.weather = 'slow';
    const byHand = world.core.archive();
    world.nowMs += 2 * hour;
    await world.alarm();
    expect(world.archive.sky.waitingCount).toBe(1);
    await letThrough(world);
    await byHand;
    expect(world.core.archivedSeq).toBe(4);
    expect(world.archive.objects.size).toBe(3);
    expect(await seqsOf(world)).toEqual([1, 2, 3, 4]);
  });
});

/** Has an imported session take the place of the world's: the same events with other texts. */
async function replace(world: World, importId: string, texts: string[]) {
  const { core, owner, nowMs } = world;
  const session = core.succession.exported();
  if (!session) throw new Error('there is nothing to replace');
  const replaces = session.lastSeq;
  const [first] = await world.read(0, 1);
  if (!first) throw new Error('there is no event to copy');
  const events = texts.map((text, index) => ({ ...first, seq: index + 1, id: `${importId}-${index}`, text }));
  const folded = events.reduce(foldEvent, foldFrom(owner, session.startedAt));
  const state = importedState(
    folded,
    { ...session, lastSeq: events.length, eventCount: events.length },
    { storedBytes: 1, nowMs, importId, parentId: null, from: '' },
  );
  core.succession.stage(importId, 0, [{ first: 1, last: events.length, events: JSON.stringify(events).slice(1, -1) }]);
  return core.succession.takeOver({ importId, state, replaces });
}

const textsOf = async (world: World) => (await world.read(0)).map(({ text }) => text);

describe('a session that is replaced while its log moves to the archive', () => {
  it('leaves the imported one as it came, and that is archived after', async () => {
    const world = await ended(['old', 'older']);
    world.archive.sky.weather = 'slow';
    const archiving = world.core.archive();
    await world.settled();
    expect(await replace(world, 'imp_1', ['new', 'newer', 'newest'])).toMatchObject({ ok: true });
    await letThrough(world);
    await archiving;
    expect(world.core.archivedSeq).toBe(0);
    world.archive.sky.weather = 'fair';
    world.nowMs += 2 * hour;
    await world.alarm();
    expect(world.core.archivedSeq).toBe(3);
    expect(await textsOf(world)).toEqual(['new', 'newer', 'newest']);
  });
});

describe('what an archived session leaves in the archive when it is replaced', () => {
  it.each([
    ['stays where the imported one is called the same, whoever archived it first', ['new', 'newer'], 1],
    ['goes where it is not', ['new', 'newer', 'newest'], 0],
  ])('%s', async (_, texts, kept) => {
    const world = await ended(['old']);
    world.nowMs += 2 * hour;
    await world.alarm();
    const before = [...world.archive.objects.keys()];
    expect(before).toHaveLength(1);
    expect(await replace(world, 'imp_1', texts)).toMatchObject({ ok: true });
    // The alarm's own flush arrives while the one of the import still waits.
    world.nowMs += 500;
    await world.alarm();
    await world.core.archive();
    const left = [...world.archive.objects.keys()];
    expect(left).toHaveLength(1);
    expect(left.filter((key) => before.includes(key))).toHaveLength(kept);
    expect(await textsOf(world)).toEqual(texts);
  });

  it('goes by the alarm where the archive was down when the imported one was to go there, whatever was evicted meanwhile', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const world = await ended(['old']);
    world.nowMs += 2 * hour;
    await world.alarm();
    expect(world.archive.objects.size).toBe(1);
    world.archive.sky.weather = 'down';
    await replace(world, 'imp_1', ['new', 'newer', 'newest']);
    await world.core.publish();
    await world.core.archive();
    world.evict();
    await replace(world, 'imp_2', ['newest', 'newer', 'new', 'newest']);
    await world.core.publish();
    await world.core.archive();
    expect(world.archive.objects.size).toBe(1);
    world.evict();
    world.archive.sky.weather = 'fair';
    for (const _ of [1, 2]) {
      world.nowMs += 2 * hour;
      await world.alarm();
    }
    expect([...world.archive.objects.keys()]).toEqual([expect.stringContaining('-4.ndjson.gz')]);
    expect(await textsOf(world)).toEqual(['newest', 'newer', 'new', 'newest']);
    expect(Reflect.get(Reflect.get(world.core, 'known'), 'saved').stale).toBeUndefined();
  });
});
