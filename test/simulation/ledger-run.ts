import type { Budget } from '../../wire/budget.ts';
import { familyBudgetId, familyOf } from '../../wire/family-budget.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import type { Ingested } from '../../worker/domain/ingest.ts';
import type { Purse } from '../../worker/domain/limits/purse.ts';
import { windowKey } from '../../worker/domain/limits/window.ts';
import { seededRandom } from '../e2e/seeded-random.ts';
import { settled } from './ledger-network.ts';
import { LedgerWorld, type Room } from './ledger-world.ts';

export interface LedgerSchedule {
  seed: number;
  rooms: number;
  hooks: number;
  money: number;
  /** Percentage of steps that go wrong. */
  trouble: number;
  /** The first session starts all others, directly or not, and what it may spend counts them all. */
  family?: boolean;
  /** No call ends before the last was answered. */
  atOnce?: boolean;
}

/** Deliberate mistakes that the simulation has to find. */
export type Breakage =
  | 'a parent is not asked what it uses'
  | 'a room sends before it saves'
  | 'a grant counts for nothing'
  | 'a recalled lease is kept'
  | 'an old message counts'
  | 'nobody is recalled';

/** A call that was asked for; its agent asks again when its connection breaks. */
interface Question {
  room: Room;
  id: string;
  posts: number;
  /** The most that each room had in use of each budget since it was asked; what a doubtful one held counts as used. */
  most: Map<string, number>;
  /** Rooms that the ledger could not reach at some moment meanwhile. */
  doubtful: Set<string>;
  /** The least that the ledger took for each family's limit since it was asked. */
  limits: Map<string, number>;
}

const maxSteps = 50_000;

/** What one call of the tool costs. */
const rate = 1000;

const base = { unit: 'micro_usd', softPercent: 80, action: 'stop', createdAt: '2026-11-21T00:00:00.000Z' } as const;

/**
 * Plays one schedule; throws where a promise about money is broken.
 *
 * Held to the truth, which is what the rooms' own sessions spent and set aside: at every step no budget is above its limit; whoever is
 * refused found no money free since it asked, but what a room out of reach held; every question is answered; and when all sessions are
 * over and the network is fair again, the ledger holds of each what it used.
 *
 * Not held to: how soon the ledger hears. A session's end states again all that it used, and so does a recall, so that a room which
 * forgets over an eviction that it owes a word shows its budget late and takes nothing of it: 1000 schedules with that mistake broke no
 * promise, nor did 1000 of families. The same is true of a room that saves all of a message before it sends it but the number: 1000 of
 * families. A number that is used again is answered as stale, and what a recall brings under it is what the ledger holds for that room.
 * A room that saves nothing before it sends is found.
 */
export class LedgerRun {
  readonly seen = { allowed: 0, refused: 0, evictions: 0, lost: 0, recalled: 0, children: 0, raised: 0 };
  private readonly world: LedgerWorld;
  private readonly schedule: LedgerSchedule;
  private readonly pick: (below: number) => number;
  private readonly questions = new Map<string, Question>();
  private readonly budgets: Budget[];
  private asked = 0;
  private steps = 0;
  private failure: Error | undefined;

  constructor(schedule: LedgerSchedule, breakage?: Breakage) {
    this.schedule = schedule;
    const random = seededRandom(schedule.seed);
    this.pick = (below) => Math.floor(random() * below);
    this.world = new LedgerWorld(schedule.rooms, this.pick, schedule.family);
    // With a family it is the family's limit that is the tightest.
    const limit = schedule.money * rate * (schedule.family ? 2 : 1);
    this.budgets = [
      { ...base, id: 'bud_all', scope: 'organization', scopeId: null, window: 'lifetime', limit },
      { ...base, id: 'bud_project', scope: 'project', scopeId: 'prj_0', window: 'month', limit: Math.max(limit, 20 * rate) },
    ];
    this.spy(breakage);
  }

  async play(): Promise<void> {
    await this.begin();
    const { schedule } = this;
    const { hooks, trouble, atOnce } = schedule;
    for (let left = hooks; left > 0 || this.questions.size > 0; ) {
      const isTrouble = this.pick(100) < trouble;
      const mayAsk = left > 0 && (atOnce || this.pick(3) === 0 || this.world.network.size === 0);
      if (schedule.family && !atOnce && this.pick(6) === 0) await this.grow();
      else if (isTrouble) this.goWrong();
      else if (mayAsk) {
        left -= 1;
        this.ask();
      } else if (!atOnce && this.pick(4) === 0) await this.endSomething();
      else this.world.network.step(false);
      await settled();
      this.check();
      // Whoever waits for an answer that nobody owes them would wait for ever.
      if (left === 0 && this.world.network.size === 0 && this.questions.size > 0)
        throw new Error(`${this.questions.size} calls wait for an answer that nobody owes them`);
    }
    await this.end();
  }

  close(): void {
    this.world.close();
  }

  /** Every room has had a first event and knows the policy. */
  private async begin(): Promise<void> {
    const { world } = this;
    void world.ledger.change((policy) => ({
      ...policy,
      budgets: this.budgets,
      rates: { bash: { perExecutionMicroUsd: rate, perKbMicroUsd: 0 } },
    }));
    const first = this.schedule.family ? world.rooms.slice(0, 1) : world.rooms;
    for (const room of first) await world.post(room, { type: 'session.started', hook: 'start' });
    await settled();
    await world.network.drain();
    for (const room of first) {
      for (let round = 0; round < 3; round += 1) {
        world.ring(room);
        await world.network.drain();
      }
    }
    const [root] = world.rooms;
    if (!this.schedule.family || !root) return;
    this.allow(root, this.schedule.money * rate);
    if (!this.schedule.atOnce) return;
    for (const child of world.rooms.slice(1)) {
      await world.post(child, { type: 'session.started', hook: 'start' });
      await world.network.drain();
    }
  }

  /** A person lets a session spend so much. */
  private allow(room: Room, limitMicroUsd: number): void {
    room.core.orders.limit({ limitMicroUsd }, { userId: 'usr_1', name: 'Ada' });
  }

  /** Time goes by: sessions begin that another starts, a person raises a limit, and what is due happens. */
  private async grow(): Promise<void> {
    const { world } = this;
    const next = world.rooms.find(({ state }) => state === null);
    const parent = world.rooms.find(({ owner }) => owner.sessionId === next?.owner.parentId);
    if (next && parent?.isRegistered) {
      this.seen.children += 1;
      await world.post(next, { type: 'session.started', hook: 'start' });
      // Some may spend less than the rest of their family.
      if (this.pick(3) === 0) this.allow(next, (1 + this.pick(this.schedule.money + 1)) * rate);
    }
    const room = this.room();
    const { budgetLimitMicroUsd = null } = room.state ?? {};
    if (budgetLimitMicroUsd !== null && this.pick(12) === 0) {
      this.seen.raised += 1;
      this.allow(room, budgetLimitMicroUsd + (1 + this.pick(5)) * rate);
    }
    world.pass(this.pick(3) * 1500);
  }

  /** Budgets as they are at this moment: those that were made, and what families share. */
  private counted(): Budget[] {
    const shared = this.world.rooms.flatMap(({ owner, state }): Budget[] => {
      const limit = state?.budgetLimitMicroUsd ?? null;
      const id = familyBudgetId(owner.sessionId, 'micro_usd');
      return limit === null ? [] : [{ ...base, id, scope: 'session', scopeId: owner.sessionId, window: 'session', limit }];
    });
    return [...this.budgets, ...shared];
  }

  private room(): Room {
    const known = this.world.rooms.filter(({ isRegistered }) => isRegistered);
    const rooms = known.length > 0 ? known : this.world.rooms;
    const room = rooms[this.pick(rooms.length)];
    if (!room) throw new Error('there are no rooms');
    return room;
  }

  private ask(): void {
    const room = this.room();
    this.asked += 1;
    const question: Question = {
      room,
      id: `call-${this.asked}`,
      posts: 0,
      most: new Map(),
      doubtful: new Set(),
      limits: new Map(),
    };
    this.questions.set(question.id, question);
    this.post(question);
  }

  private post(question: Question): void {
    const { room, id } = question;
    question.posts += 1;
    const { posts } = question;
    const draft: Draft = { type: 'tool.started', hook: 'PreToolUse', tool: 'Bash', toolUseId: id, key: id };
    // As the Worker does: a call that broke is made again with the same name.
    Promise.resolve(this.world.post(room, draft, id)).then(
      (answer) => {
        if (this.questions.get(id) !== question || question.posts !== posts) return;
        this.failure ??= this.answered(question, answer);
      },
      (error) => {
        this.failure ??= error;
      },
    );
  }

  /** What is wrong with an answer. */
  private answered(question: Question, answer: Ingested): Error | undefined {
    const { room, id } = question;
    this.questions.delete(id);
    if (!answer.ok) return new Error(`refused with ${answer.code}`);
    if (answer.verdict.type === 'allow') {
      this.seen.allowed += 1;
      room.open.push(id);
      return undefined;
    }
    this.seen.refused += 1;
    const { reason } = answer.verdict;
    const isUnchecked = reason.includes('cannot be checked');
    if (isUnchecked && question.doubtful.has(room.owner.sessionId)) return undefined;
    if (isUnchecked) return new Error('the ledger was there, and its answer was not heard');
    if (this.counted().some((budget) => this.wasSpent(budget, question))) return undefined;
    return new Error(`${id} was refused in ${room.owner.sessionId} while money was free: ${reason}`);
  }

  /** Whether one more call would have crossed the limit, had each room what it had at its most. */
  private wasSpent(budget: Budget, { room, most, limits }: Question): boolean {
    if (!this.world.isCounted(room, budget)) return false;
    const others = this.world.rooms.filter((other) => other !== room);
    const used = others.map((other) => most.get(`${budget.id}/${other.owner.sessionId}`) ?? 0);
    return (
      this.world.used(room, budget) + used.reduce((sum, amount) => sum + amount, 0) + rate >
      (limits.get(budget.id) ?? budget.limit)
    );
  }

  private held(budget: Budget, room: Room): number {
    const window = windowKey(budget.window, this.world.nowMs);
    const [row] = this.world.disk.sql
      .exec('SELECT held FROM account WHERE budget = ? AND window = ? AND room = ?', budget.id, window, room.owner.sessionId)
      .toArray();
    return Number(row?.held ?? 0);
  }

  private goWrong(): void {
    const { world } = this;
    switch (this.pick(5)) {
      case 0: {
        const room = this.room();
        this.doubt(room.owner.sessionId);
        this.seen.evictions += 1;
        world.wake(room);
        this.repost((question) => question.room === room);
        return;
      }
      case 1:
        this.seen.evictions += 1;
        for (const room of world.rooms) this.doubt(room.owner.sessionId);
        world.wakeLedger();
        return;
      case 2: {
        const room = this.room();
        room.isCutOff = !room.isCutOff;
        this.doubt(room.owner.sessionId);
        return;
      }
      default:
        for (const name of world.network.step(true)) {
          this.seen.lost += 1;
          this.doubt(name);
        }
    }
  }

  private doubt(name: string): void {
    for (const { doubtful } of this.questions.values()) doubtful.add(name);
    // Now, because whoever is told of the failure acts at once.
    const room = this.world.rooms.find(({ owner }) => owner.sessionId === name);
    if (room) this.noteHeld(this.counted(), room);
  }

  /** An evicted room answers nobody: the agent's hook is sent again. */
  private repost(isTheirs: (question: Question) => boolean): void {
    for (const question of this.questions.values()) if (isTheirs(question)) this.post(question);
  }

  /** A call ends and costs what it cost, or its agent is done and what nobody heard the end of costs nothing. */
  private async endSomething(): Promise<void> {
    const room = this.room();
    const { world } = this;
    if (this.pick(3) === 0) {
      room.open.length = 0;
      await world.post(room, { type: 'turn.finished', hook: 'Stop' });
      return;
    }
    const [id] = room.open.splice(this.pick(room.open.length), 1);
    if (id === undefined) return;
    await world.post(room, {
      type: 'tool.finished',
      hook: 'PostToolUse',
      tool: 'Bash',
      toolUseId: id,
      key: `${id}-end`,
      ok: true,
    });
  }

  /** What a room holds that could not be asked counts as used. */
  private noteHeld(budgets: Budget[], room: Room): void {
    const asking = [...this.questions.values()].filter(({ doubtful }) => doubtful.has(room.owner.sessionId));
    if (asking.length === 0) return;
    for (const budget of budgets) noteMost(asking, budget, room, this.held(budget, room));
  }

  /** What is set aside and spent never crosses a limit, at any moment. */
  private check(): void {
    if (this.failure) throw this.failure;
    this.steps += 1;
    if (this.steps > maxSteps) throw new Error('nobody is answered any more');
    const asking = [...this.questions.values()];
    const budgets = this.counted();
    for (const room of this.world.rooms) {
      if (room.isCutOff) for (const { doubtful } of asking) doubtful.add(room.owner.sessionId);
      this.noteHeld(budgets, room);
    }
    for (const budget of budgets) {
      const told = this.world.ownLimit(budget);
      if (told !== undefined)
        for (const { limits } of asking) limits.set(budget.id, Math.min(limits.get(budget.id) ?? told, told));
      let total = 0;
      for (const room of this.world.rooms) {
        const used = this.world.used(room, budget);
        total += used;
        noteMost(asking, budget, room, used);
      }
      if (total > budget.limit) throw new Error(`${budget.id}: ${total} set aside of ${budget.limit}`);
    }
  }

  /** Every agent is killed without a word; when all is quiet the ledger holds what was spent and nothing more. */
  private async end(): Promise<void> {
    const { world } = this;
    await world.rest();
    if (this.failure) throw this.failure;
    for (const room of world.rooms) {
      if (room.state?.endedAtMs === null) throw new Error(`${room.owner.sessionId} never ended`);
    }
    for (const budget of this.counted()) {
      // What a session without children may spend is its own affair.
      if (familyOf(budget.id) !== undefined && world.ownLimit(budget) === undefined) continue;
      for (const room of world.rooms) {
        const [held, used] = [this.held(budget, room), world.used(room, budget)];
        if (held !== used) throw new Error(`${budget.id}: ${room.owner.sessionId} holds ${held} and uses ${used}`);
      }
    }
  }

  private spy(breakage: Breakage | undefined): void {
    const { world } = this;
    const wakeLedger = world.wakeLedger.bind(world);
    const tampered = () => {
      const ledger = wakeLedger();
      // Private, because nobody else may do this.
      const recall = Reflect.get(ledger, 'recall').bind(ledger);
      Reflect.set(ledger, 'recall', async (roomId: string) => {
        this.seen.recalled += 1;
        return breakage === 'nobody is recalled' || recall(roomId);
      });
      const books = Reflect.get(ledger, 'books');
      if (breakage === 'a parent is not asked what it uses')
        Reflect.set(Reflect.get(ledger, 'families'), 'introduce', async () => {});
      if (breakage === 'an old message counts') Reflect.set(books, 'lastN', () => 0);
      if (breakage === 'a grant counts for nothing') Reflect.set(books, 'saveAccount', () => {});
      return ledger;
    };
    world.wakeLedger = tampered;
    tampered();
    const wake = world.wake.bind(world);
    if (breakage === 'a room sends before it saves') {
      world.wake = (room) => {
        wake(room);
        const log = Reflect.get(room.core, 'log');
        const save = log.savePurse.bind(log);
        let savedN = log.purse()?.n ?? 0;
        log.savePurse = (purse: Purse) => {
          // On its way, until something else is saved.
          if (purse.owes && purse.n > savedN) return;
          savedN = purse.n;
          save(purse);
        };
      };
      for (const room of world.rooms) world.wake(room);
    }
    if (breakage !== 'a recalled lease is kept') return;
    world.wake = (room) => {
      wake(room);
      const till = Reflect.get(room.core, 'till');
      const recall = till.recall.bind(till);
      till.recall = (last: unknown) => {
        const purse = till.purse;
        const report = recall(last);
        till.purse = { ...till.purse, caps: purse.caps };
        return report;
      };
    };
    for (const room of world.rooms) world.wake(room);
  }
}

function noteMost(questions: Question[], budget: Budget, { owner }: Room, amount: number): void {
  if (amount === 0) return;
  const key = `${budget.id}/${owner.sessionId}`;
  for (const { most } of questions) most.set(key, Math.max(most.get(key) ?? 0, amount));
}
