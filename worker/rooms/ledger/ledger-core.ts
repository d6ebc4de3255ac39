import type { Budget, BudgetBite, BudgetDetail } from '../../../wire/budget.ts';
import type { QuotaUse } from '../../../wire/organization-limits.ts';
import type { Policy } from '../../../wire/policy.ts';
import { backOffMs } from '../../domain/deadlines.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import type { CountedUse } from '../../domain/limits/earlier-use.ts';
import type { Family, OwnLimits, RoomPolicy } from '../../domain/limits/family.ts';
import {
  type Denial,
  grant,
  type LeaseAccount,
  type LeaseAnswer,
  type LeaseLine,
  type LeaseMessage,
  type LeaseReport,
  mostOf,
  type Position,
  type Recall,
  stated,
} from '../../domain/limits/lease.ts';
import { isQuota, type Meter, quotasOf, warningPercent } from '../../domain/limits/meters.ts';
import { metersOf, policyFor } from '../../domain/limits/purse.ts';
import { standing, stateOf } from '../../domain/limits/standing.ts';
import { windowKey } from '../../domain/limits/window.ts';
import type { RoomStorage } from '../room-tables.ts';
import { LedgerBooks } from './ledger-books.ts';
import { LedgerFamilies } from './ledger-families.ts';
import { LedgerKin } from './ledger-kin.ts';
import { LedgerPast } from './ledger-past.ts';
import { LedgerPicture } from './ledger-picture.ts';

/** What the ledger needs from the world. Calls to rooms reject when a room cannot be reached in time. */
export interface LedgerPorts {
  storage: RoomStorage;
  now(): number;
  setAlarm(atMs: number): void;
  /** Null from a room whose session is gone. */
  recall(roomId: string, last: Recall): Promise<LeaseReport | null>;
  /** False from a room whose session is gone. */
  push(roomId: string, policy: RoomPolicy): Promise<boolean>;
  /** What a person lets a session spend; null from a room whose session is gone. */
  ownLimits(roomId: string): Promise<OwnLimits | null>;
  /** What the index of sessions counts. Rejects while it is down. */
  counted(): Promise<CountedUse>;
  /** Has every project say what its snapshots take. Rejects where one cannot. */
  stateStorage(): Promise<void>;
}

/** A recall may find that another room took what came free meanwhile; this many rounds settle it. */
const maxRounds = 4;

const maxRememberedDenials = 1000;

/**
 * An organization's money without its Durable Object: the policy, and who may spend how much of each budget. What a room holds
 * counts as spent until that room itself says otherwise, however long that takes.
 */
export class LedgerCore {
  private readonly ports: LedgerPorts;
  readonly books: LedgerBooks;
  private readonly picture: LedgerPicture;
  private readonly kin: LedgerKin;
  private readonly families: LedgerFamilies;
  private readonly past: LedgerPast;
  /** Wants are decided one after the other, so that what a recall brings home goes to who asked for it. */
  private turn: Promise<unknown> = Promise.resolve();
  private failures = 0;
  /** Cache: refusals that may be still on their way. */
  private readonly denials = new Map<string, { n: number; answer: LeaseAnswer }>();

  constructor(ports: LedgerPorts) {
    this.ports = ports;
    this.books = new LedgerBooks(ports.storage);
    this.picture = new LedgerPicture(this.books);
    this.kin = new LedgerKin(this.books.tables);
    this.families = new LedgerFamilies(this.books, this.kin, {
      ownLimits: (roomId) => ports.ownLimits(roomId),
      push: (roomId, policy) => ports.push(roomId, policy),
      recall: (roomId) => this.recall(roomId),
    });
    this.past = new LedgerPast(this.books, {
      now: () => ports.now(),
      recall: (roomId) => this.recall(roomId),
      counted: () => ports.counted(),
      stateStorage: () => ports.stateStorage(),
    });
  }

  get policy(): Policy {
    return this.books.policy;
  }

  /**
   * A room's first word; from now on it is told of changes. Answers what concerns it, once the parent that it names was asked; while
   * that cannot be, its family is pending.
   */
  async register({ sessionId, projectId, userId, parentId }: SessionOwner): Promise<RoomPolicy> {
    const joined = parentId === undefined ? undefined : await this.join(sessionId, parentId);
    const { policy } = this.books;
    this.books.openRoom({ id: sessionId, projectId, userId }, policy.version);
    const family = this.families.of(sessionId) ?? joined;
    if (family) this.kin.saveHeard(sessionId, family.version);
    return { ...policyFor(policy, { projectId, userId }), ...(family && { family: { ...family, ...joined } }) };
  }

  /** What the family document says beside what the books know: nothing, where it joined its parent. */
  private async join(sessionId: string, parentId: string): Promise<Family | undefined> {
    const alone = { version: 0, isParent: false, budgets: [] };
    try {
      const why = await this.families.join(sessionId, parentId);
      if (why === undefined) return undefined;
      this.kin.forgetPending(sessionId);
      return { ...alone, parent: { id: parentId, why } };
    } catch {
      this.kin.savePending(sessionId);
      return { ...alone, isPending: true };
    }
  }

  /** A room's statement, and what it wants. Asking twice is one grant: the later statement of a cap undoes a grant that was not heard. */
  ask(message: LeaseMessage): Promise<LeaseAnswer> {
    // Who only gives back need not wait.
    if (message.wants.length === 0) return Promise.resolve(this.state(message) ?? this.granted(message, []));
    const decided = this.turn.then(() => this.decide(message));
    this.turn = decided.catch(() => {});
    return decided;
  }

  /** Changes the policy and tells every open room; the change holds for whoever asks from this moment on. */
  change(change: (policy: Policy) => Policy): Promise<void> {
    const { policy } = this.books;
    const parents = this.families.parents();
    const quotas = quotasOf(policy.limits).map(({ id }) => id);
    this.books.savePolicy({ ...change(policy), version: policy.version + 1 });
    this.past.owe(quotas);
    for (const { parentId, budgets } of parents) this.families.carry(parentId, budgets);
    return this.spreadSoon();
  }

  /** The alarm is set before anything can be interrupted: who is not reached now is told by it. */
  private spreadSoon(): Promise<void> {
    this.ports.setAlarm(this.ports.now() + backOffMs(1));
    return this.spread();
  }

  async alarm(): Promise<void> {
    await this.spread();
  }

  /** How every budget stands, with its picture. */
  overview(): BudgetDetail[] {
    return this.books.policy.budgets.map((budget) => this.detail(budget));
  }

  /** How every quota that is set stands. */
  usage(): QuotaUse[] {
    const nowMs = this.ports.now();
    return quotasOf(this.books.policy.limits).map((meter) => {
      const { id, quota, window, limit } = meter;
      const used = usedOf(meter, this.books.total(id, windowKey(window, nowMs)));
      return { quota, limit, used, state: stateOf({ limit, softPercent: warningPercent }, used) };
    });
  }

  private detail(budget: Budget): BudgetDetail {
    const nowMs = this.ports.now();
    const window = windowKey(budget.window, nowMs);
    const points = this.picture.points(budget, window, nowMs);
    const at = (atMs: number) => new Date(atMs).toISOString();
    return {
      ...standing(budget, this.books.total(budget.id, window), points, nowMs),
      points: points.map(({ atMs, spent }) => ({ at: at(atMs), spent })),
      bites: this.picture.bites(budget.id, window).map(({ atMs, ...bite }): BudgetBite => ({ ...bite, at: at(atMs) })),
    };
  }

  private async decide(message: LeaseMessage): Promise<LeaseAnswer> {
    const stale = this.state(message);
    if (stale) return stale;
    for (let round = 0; ; round += 1) {
      // While the rooms were asked this one may have sent something newer.
      if (this.books.lastN(message.roomId) !== message.n) return { type: 'stale' };
      const positions = this.positionsOf(message);
      const given = grant(positions);
      if (given.ok) {
        for (const { budgetId, window, cap } of given.grants) {
          const account = this.books.account(budgetId, window, message.roomId);
          if (cap > account.held) this.books.saveAccount(budgetId, window, message.roomId, { ...account, held: cap });
        }
        return this.granted(message, given.grants);
      }
      const cameBack = round < maxRounds && (await this.recallFor(given.short, message.roomId));
      if (!cameBack) return this.denied(message, given.short);
    }
  }

  /** Takes what a message says into the books; the answer where a later one did so already. */
  private state({ roomId, n, lines, closed, bites = [], own, gone }: LeaseMessage): LeaseAnswer | undefined {
    if (n <= this.books.lastN(roomId)) return { type: 'stale' };
    let isNews: boolean | undefined;
    this.books.tables.transaction(() => {
      this.books.saveN(roomId, n, closed === true);
      for (const line of lines) this.enter(roomId, line);
      for (const { budgetId, ...bite } of bites) this.picture.noteSessionBite(budgetId, roomId, bite);
      isNews = (own && this.families.restate(roomId, own)) || (gone === true && this.families.dissolve(roomId));
    });
    if (isNews) void this.spreadSoon();
    return undefined;
  }

  private enter(roomId: string, line: LeaseLine): void {
    const budget = this.meter(line.budgetId);
    if (!budget) return;
    const before = this.books.account(budget.id, line.window, roomId);
    const after = stated(before, line);
    if (isQuota(budget)) this.past.heard(budget.id, line.window, roomId, after.spent);
    if (after.held === before.held && after.spent === before.spent) return;
    if (isQuota(budget)) this.books.beginWindow(budget.id, line.window);
    this.books.saveAccount(budget.id, line.window, roomId, after);
    if (after.spent !== before.spent && !isQuota(budget)) this.picture.notePoint(budget, line.window, this.ports.now());
  }

  private positionsOf({ roomId, wants }: LeaseMessage): Position[] {
    return wants.flatMap(({ budgetId, window, upTo, wish }) => {
      const budget = this.meter(budgetId);
      if (!budget) return [];
      const { held } = this.books.account(budgetId, window, roomId);
      const total = this.books.total(budgetId, window).held;
      return [{ budgetId, window, upTo, wish, held, limit: budget.limit, total, isExact: budget.unit === 'sessions' }];
    });
  }

  /** A want of a budget that is gone, or no longer holds, is granted: the room hears of it by the push. */
  private granted({ roomId, wants }: LeaseMessage, grants: { budgetId: string; window: string; cap: number }[]): LeaseAnswer {
    const gone = wants.filter(({ budgetId }) => !this.meter(budgetId));
    return {
      type: 'granted',
      grants: [...grants, ...gone.map(({ budgetId, window, upTo }) => ({ budgetId, window, cap: upTo }))].map((each) => ({
        ...each,
        cap: Math.max(each.cap, this.books.account(each.budgetId, each.window, roomId).held),
      })),
    };
  }

  private denied({ roomId, n }: LeaseMessage, short: Position[]): LeaseAnswer {
    const denials = short.map((position): Denial => {
      const { budgetId, window } = position;
      const budget = this.meter(budgetId);
      const spent = usedOf(budget, this.books.total(budgetId, window));
      if (budget && !isQuota(budget))
        this.picture.noteBite(budget, window, { atMs: this.ports.now(), kind: 'hard', sessionId: roomId });
      return { budgetId, window, most: mostOf(position), spent };
    });
    const answer: LeaseAnswer = { type: 'denied', denials };
    if (this.denials.size >= maxRememberedDenials) this.denials.clear();
    this.denials.set(roomId, { n, answer });
    return answer;
  }

  /** Asks the other rooms for what they do not use; whether anything came back. */
  private async recallFor(short: Position[], askerId: string): Promise<boolean> {
    const rooms = this.books.holders(short).filter((roomId) => roomId !== askerId);
    const before = short.map(({ budgetId, window }) => this.books.total(budgetId, window).held);
    await Promise.all(rooms.map((roomId) => this.recall(roomId)));
    return short.some(({ budgetId, window }, index) => this.books.total(budgetId, window).held < (before[index] ?? 0));
  }

  /** Takes what a room says into the books; false where it could not be asked. */
  private async recall(roomId: string): Promise<boolean> {
    const n = this.books.lastN(roomId);
    const denied = this.denials.get(roomId);
    const answer: LeaseAnswer =
      denied?.n === n
        ? denied.answer
        : { type: 'granted', grants: this.books.grants(roomId, this.leasedBy(roomId), this.ports.now()) };
    // Unreachable: what it holds counts as spent until it settles.
    const report = await this.ports.recall(roomId, { n, answer }).catch(() => undefined);
    if (report === undefined) return false;
    if (!report || report.n <= this.books.lastN(roomId)) return true;
    this.books.tables.transaction(() => {
      if (!report.before) this.books.saveN(roomId, report.n, false);
      for (const line of report.lines) this.enter(roomId, line);
    });
    return true;
  }

  /** Tells rooms what they have not heard yet; the alarm goes on where some could not be reached. */
  private async spread(): Promise<void> {
    const { policy } = this.books;
    const behind = this.books.roomsBehind(policy.version);
    const pushed = behind.map(async ({ id, projectId, userId }) => {
      const family = this.families.of(id);
      const isThere = await this.ports.push(id, { ...policyFor(policy, { projectId, userId }), ...(family && { family }) });
      this.books.saveVersion(id, policy.version, isThere);
      if (family) this.kin.saveHeard(id, family.version);
    });
    const results = await Promise.allSettled(pushed);
    // Rooms say what they use of a quota once they know of it.
    results.push(...(await Promise.allSettled([this.past.settle()])));
    this.failures = results.some(({ status }) => status === 'rejected') ? this.failures + 1 : 0;
    if (this.failures > 0) this.ports.setAlarm(this.ports.now() + backOffMs(this.failures));
  }

  /** All that a room may hold something of. */
  private leasedBy(roomId: string): Meter[] {
    return [...metersOf(this.books.policy), ...this.families.budgetsFor(roomId)];
  }

  private meter(id: string): Meter | undefined {
    const { budgets, limits } = this.books.policy;
    return [...budgets, ...quotasOf(limits)].find((meter) => meter.id === id) ?? this.families.budget(id);
  }
}

/** What is gone of a meter: a place is taken from when it is given. */
const usedOf = (meter: Meter | undefined, { held, spent }: LeaseAccount): number => (meter?.unit === 'sessions' ? held : spent);
