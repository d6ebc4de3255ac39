import { checkDeleted, checkStep, outcomeOf } from './checks.ts';
import type { LocalD1 } from './local-d1.ts';
import type { Oracle } from './oracle.ts';
import { checkOutcome } from './outcome.ts';
import { Player, type Stage } from './player.ts';
import type { Schedule, Step } from './schedule.ts';
import { type Faults, noFaults, World } from './world.ts';

type Of<Type extends Step['type']> = Extract<Step, { type: Type }>;

let runs = 0;

/** Plays one schedule on a simulated platform; answers how often the room was evicted. */
export async function play(d1: LocalD1, schedule: Schedule, faults: Faults = noFaults): Promise<number> {
  runs += 1;
  const ids = { organizationId: `org_${runs}`, sessionId: `ses_${runs}`, projectId: 'prj_1', userId: 'usr_1' };
  const world = new World(d1, { ...ids, externalId: 'external', agent: schedule.agent }, faults);
  try {
    await new Player(new LocalStage(world)).play(schedule);
    return world.evictions;
  } finally {
    world.close();
  }
}

/** The production core on a real SQLite, with the clock, the alarm, D1 and R2 in the schedule's hands. */
class LocalStage implements Stage {
  private readonly world: World;
  private rests = 0;

  constructor(world: World) {
    this.world = world;
  }

  get owner() {
    return this.world.owner;
  }

  ingest: Stage['ingest'] = (input) => this.world.ingest(input);
  summary: Stage['summary'] = () => this.world.core.summary();
  eventsAfter: Stage['eventsAfter'] = (seq) => this.world.eventsAfter(seq);
  edit: Stage['edit'] = (patch, by) => this.world.core.orders.edit(patch, by);
  control: Stage['control'] = (control, by) => this.world.core.orders.control(control, by);
  limit: Stage['limit'] = (limitMicroUsd, by) => this.world.core.orders.limit({ limitMicroUsd }, by);
  refuse: Stage['refuse'] = () => this.world.core.entrance.refuseLarge({ owner: this.owner });
  evict: Stage['evict'] = () => this.world.evict();

  /** Time goes by; whoever watches renews its pass while D1, which it needs for that, is up. */
  wait(ms: number): void {
    const { world } = this;
    world.nowMs += ms;
    if (world.d1.sky.weather !== 'fair') return;
    for (const spectator of world.spectators) if (spectator.untilMs > world.nowMs - ms) spectator.untilMs = world.nowMs + 300_000;
  }

  async alarm({ early, twice }: Pick<Of<'alarm'>, 'early' | 'twice'>): Promise<void> {
    const { world } = this;
    if (!early && (world.disk.alarmAtMs ?? Number.POSITIVE_INFINITY) > world.nowMs) return;
    await world.alarm();
    if (twice) await world.alarm();
  }

  nextAlarm(ms: number): Promise<void> {
    const { world } = this;
    world.nowMs = Math.max(world.nowMs, Math.min(world.disk.alarmAtMs ?? world.nowMs, world.nowMs + ms));
    return world.alarm();
  }

  async strand({ service }: Of<'strand'>): Promise<void> {
    const { world } = this;
    const sky = this.skyOf(service);
    sky.weather = 'slow';
    world.nowMs = Math.max(world.nowMs, world.disk.alarmAtMs ?? 0);
    await world.alarm();
    world.evict();
    sky.weather = 'fair';
  }

  weather({ service, weather }: Of<'weather'>): void {
    this.skyOf(service).weather = weather;
  }

  settle({ service, pick, isDone, isAnswered }: Of<'settle'>): Promise<void> {
    this.skyOf(service).settle(pick, isDone, isAnswered);
    return this.world.settled();
  }

  connect(spectator: number): void {
    this.world.connect(this.spectator(spectator));
  }

  receive({ spectator, frames }: Of<'receive'>): Promise<void> {
    return this.spectator(spectator).receive(frames, (after, to) => this.world.read(after, to));
  }

  drop(spectator: number): void {
    this.spectator(spectator).drop();
  }

  audience(listens: boolean): void {
    this.world.listens = listens;
  }

  check(): void {
    checkStep(this.world);
  }

  /** Fair weather until nothing is left to do; R2 takes a while longer. What an evicted room had sent arrives after all else. */
  async rest(): Promise<void> {
    const { world } = this;
    const skies = [world.d1.sky, world.archive.sky];
    this.rests += 1;
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
      } else if (late) late.settle(this.rests + round, true, false);
      else return;
    }
    throw new Error('the alarms never come to rest');
  }

  async finish(oracle: Oracle): Promise<void> {
    const { world } = this;
    for (const spectator of world.spectators) {
      world.connect(spectator);
      await spectator.receive(Number.MAX_SAFE_INTEGER, (after, to) => world.read(after, to));
    }
    checkOutcome(await outcomeOf(world), oracle);
  }

  async remove(): Promise<void> {
    const { world } = this;
    const lastSeq = world.core.summary()?.lastSeq;
    const removed = world.core.exit.remove();
    await world.settled();
    const isInterrupted = (lastSeq ?? 0) % 3 === 0;
    if (isInterrupted) world.evict();
    // A request is seconds late, not minutes.
    for (const { sky } of [world.d1, world.archive]) while (sky.waitingCount > 0) sky.settle(lastSeq ?? 0, true, true);
    await this.rest();
    // After an eviction nobody waits for the answer any more.
    if (!isInterrupted && (await removed) !== (lastSeq !== undefined)) throw new Error('deleting answered wrongly');
    // Where nothing ever was, nothing remembers the deletion.
    if (lastSeq !== undefined) await checkDeleted(world);
  }

  private skyOf(service: 'd1' | 'r2') {
    return (service === 'd1' ? this.world.d1 : this.world.archive).sky;
  }

  private spectator(index: number) {
    const found = this.world.spectators[index % this.world.spectators.length];
    if (!found) throw new Error('nobody watches');
    return found;
  }
}
