import type { Ingest, SessionOwner } from '../../worker/domain/ingest.ts';
import { checkDeleted, checkEnd, checkStep } from './checks.ts';
import { Fleet, type Post } from './fleet.ts';
import type { LocalD1 } from './local-d1.ts';
import { Oracle } from './oracle.ts';
import type { Mishap, Schedule, Step } from './schedule.ts';
import { type Faults, noFaults, World } from './world.ts';

let runs = 0;

const ada = { userId: 'usr_1', name: 'Ada' };

/** Plays one schedule to its end; throws where the room breaks a promise. */
export async function play(d1: LocalD1, schedule: Schedule, faults: Faults = noFaults): Promise<World> {
  runs += 1;
  const owner: SessionOwner = {
    organizationId: `org_${runs}`,
    sessionId: `ses_${runs}`,
    externalId: 'external',
    agent: schedule.agent,
    projectId: 'prj_1',
    userId: 'usr_1',
  };
  const world = new World(d1, owner, faults);
  try {
    await new Player(world).play(schedule);
    return world;
  } finally {
    world.close();
  }
}

class Player {
  private readonly world: World;
  private readonly fleet = new Fleet();
  private readonly oracle = new Oracle();
  private posts = 0;

  constructor(world: World) {
    this.world = world;
  }

  async play({ steps, ending }: Schedule): Promise<void> {
    const { world, oracle } = this;
    for (const step of steps) {
      await this.step(step);
      await world.settled();
      checkStep(world);
    }
    for (const post of this.fleet.rest()) await this.send(post, 'none');
    if (ending === 'remove') return this.remove();
    await this.rest();
    await checkEnd(world, oracle);
  }

  private async step(step: Step): Promise<void> {
    const { world, fleet } = this;
    switch (step.type) {
      case 'hook':
        return this.send(fleet.hook(step.name, step.isInside, step.words), step.mishap);
      case 'again':
        return this.send(fleet.again(step.pick), 'none');
      case 'tell': {
        const post = fleet.tell(step.client, step.kinds, step.words);
        return step.isSent ? this.send(post, step.mishap) : undefined;
      }
      case 'resend':
        return this.send(fleet.resend(step.client, step.from, step.count, step.turn), 'none');
      case 'edit':
        world.core.edit(step.title ? { title: `title ${step.words}` } : { tags: [`tag-${step.words}`] }, {
          userId: 'usr_1',
          name: 'Ada',
        });
        return;
      case 'control':
        world.core.control({ action: step.action }, ada);
        return;
      case 'budget':
        world.core.limit(step.limitMicroUsd, ada);
        return;
      case 'refuse':
        this.oracle.refused += 1;
        return world.core.refuse({ owner: world.owner }, 1);
      case 'evict':
        return world.evict();
      case 'wait':
        return this.wait(step.ms);
      case 'alarm':
        if (!step.early && (world.disk.alarmAtMs ?? Number.POSITIVE_INFINITY) > world.nowMs) return;
        await world.alarm();
        return step.twice ? world.alarm() : undefined;
      case 'strand': {
        const { sky } = step.service === 'd1' ? world.d1 : world.archive;
        sky.weather = 'slow';
        world.nowMs = Math.max(world.nowMs, world.disk.alarmAtMs ?? 0);
        await world.alarm();
        world.evict();
        sky.weather = 'fair';
        return;
      }
      case 'weather':
        (step.service === 'd1' ? world.d1 : world.archive).sky.weather = step.weather;
        return;
      case 'settle':
        return (step.service === 'd1' ? world.d1 : world.archive).sky.settle(step.pick, step.isDone, step.isAnswered);
      case 'connect':
        return world.connect(this.spectator(step.spectator));
      case 'receive':
        return this.spectator(step.spectator).receive(step.frames, (after, to) => world.read(after, to));
      case 'drop':
        return this.spectator(step.spectator).drop();
      case 'audience':
        world.listens = step.listens;
        return;
      case 'rest':
        return this.rest();
      default:
        return step satisfies never;
    }
  }

  private async send(post: Post | undefined, mishap: Mishap): Promise<void> {
    const { world } = this;
    if (!post || post.drafts.length === 0) return;
    this.posts += 1;
    const ingest: Ingest = { owner: world.owner, stream: post.stream, drafts: post.drafts, postId: `post-${this.posts}` };
    this.post(ingest);
    if (mishap === 'none') return;
    await this.befall(mishap);
    this.post(ingest);
  }

  /** What happens before the platform's caller repeats a call whose answer it did not get. */
  private async befall(mishap: Mishap): Promise<void> {
    const { world } = this;
    if (mishap === 'repeated') return;
    if (mishap === 'evicted, woken by its alarm and repeated') {
      world.nowMs = Math.max(world.nowMs, Math.min(world.disk.alarmAtMs ?? world.nowMs, world.nowMs + 10_000));
      await world.alarm();
    }
    world.evict();
  }

  private post(ingest: Ingest): void {
    const expected = this.oracle.take(ingest);
    const before = this.world.core.summary()?.lastSeq ?? 0;
    const answer = this.world.ingest(ingest);
    if (!answer.ok) throw new Error(`refused: ${answer.code}`);
    const { accepted, duplicates } = answer;
    if (accepted !== expected.accepted || duplicates !== expected.duplicates) {
      throw new Error(`answered ${accepted} new, ${duplicates} known instead of ${expected.accepted} and ${expected.duplicates}`);
    }
    for (const { id, refused } of this.world.eventsAfter(before)) if (refused) this.oracle.forget(id);
  }

  private spectator(index: number) {
    const found = this.world.spectators[index % this.world.spectators.length];
    if (!found) throw new Error('nobody watches');
    return found;
  }

  /** Time goes by; whoever watches renews its pass while D1, which it needs for that, is up. */
  private wait(ms: number): void {
    const { world } = this;
    world.nowMs += ms;
    if (world.d1.sky.weather !== 'fair') return;
    for (const spectator of world.spectators) if (spectator.untilMs > world.nowMs - ms) spectator.untilMs = world.nowMs + 300_000;
  }

  /** Fair weather until nothing is left to do; R2 takes a while longer. What an evicted room had sent arrives after all else. */
  private async rest(): Promise<void> {
    const { world } = this;
    const skies = [world.d1.sky, world.archive.sky];
    world.d1.sky.weather = 'fair';
    for (let round = 0; round < 500; round += 1) {
      if (round === 12) world.archive.sky.weather = 'fair';
      for (const sky of skies) while (sky.askedCount > 0) sky.settleAsked(round % 3 > 0);
      await world.settled();
      const { alarmAtMs } = world.disk;
      const late = skies.find(({ waitingCount }) => waitingCount > 0);
      if (alarmAtMs !== null) {
        world.nowMs = Math.max(world.nowMs, alarmAtMs);
        await world.alarm();
        checkStep(world);
      } else if (late) late.settle(this.posts + round, true, false);
      else return;
    }
    throw new Error('the alarms never come to rest');
  }

  private async remove(): Promise<void> {
    const { world } = this;
    const wasThere = world.core.summary() !== null;
    const removed = world.core.remove();
    await world.settled();
    if (this.posts % 3 === 0) world.evict();
    // A request is minutes late at most.
    for (const { sky } of [world.d1, world.archive]) while (sky.waitingCount > 0) sky.settle(this.posts, true, true);
    await this.rest();
    // After an eviction nobody waits for the answer any more.
    if (this.posts % 3 > 0 && (await removed) !== wasThere) throw new Error('deleting answered wrongly');
    // Where nothing ever was, nothing remembers the deletion.
    if (wasThere) await checkDeleted(world);
  }
}
