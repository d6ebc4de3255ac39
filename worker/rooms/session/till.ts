import type { SessionEvent } from '../../../wire/event.ts';
import type { Ingested, SessionOwner } from '../../domain/ingest.ts';
import { withBites, withoutBites } from '../../domain/limits/bites.ts';
import type { RoomPolicy } from '../../domain/limits/family.ts';
import type { Denial, LeaseAnswer, LeaseMessage, LeaseReport, Recall, Short, Want } from '../../domain/limits/lease.ts';
import {
  capsIn,
  emptyPurse,
  granted,
  isNewer,
  ledgerDueAt,
  linesOf,
  type Means,
  metersOf,
  nextMessage,
  type Purse,
} from '../../domain/limits/purse.ts';
import type { SessionState } from '../../domain/session-state.ts';

/** The organization's ledger as a room sees it. A call that fails or takes too long rejects. */
export interface LedgerPort {
  register(owner: SessionOwner): Promise<RoomPolicy>;
  ask(owner: SessionOwner, message: LeaseMessage): Promise<LeaseAnswer>;
}

export interface TillPorts {
  ledger: LedgerPort;
  now(): number;
  /** Null in a room without a session, or whose session was deleted. */
  state(): SessionState | null;
  save(purse: Purse): void;
  /** A policy was taken. */
  adopted(): void;
  /** What there is to do changed. */
  changed(): void;
}

interface Waiter {
  wants: Want[];
  /** The session as it is before its first event, which this POST would be. */
  newcomer: SessionState | null;
  /** What the ledger refused it so far, the newest first: the next answer is about something else, and both hold. */
  denials: readonly Denial[];
  retry(means: Means): Ingested | Short;
  /** Calls to the ledger that were lost since it waits. */
  failures: number;
  resolve(answer: Ingested): void;
  reject(error: unknown): void;
}

interface Pending {
  n: number;
  /** How many waited when it was sent: a refusal is news of an earlier moment to whoever came after. */
  waiting: number;
  /** So many moments at which a budget for each session held this one are in it. */
  bites: number;
  settled(error?: Error): void;
}

/** Once more, on a new message: a verdict must not hang on one lost call, nor wait long. */
const maxFailures = 1;

/**
 * A room's money: leases it holds, and what waits for more. One message to the ledger is on its way at a time; POSTs that wait for
 * its answer are judged again in their order, in one turn with the answer.
 */
export class Till {
  private purse: Purse;
  private readonly ports: TillPorts;
  private pending: Pending | null = null;
  private waiting: Waiter[] = [];
  private introduction: Promise<void> | null = null;

  constructor(ports: TillPorts, saved: Purse | null) {
    this.ports = ports;
    this.purse = saved ?? emptyPurse;
  }

  /** Whether the ledger knows this room, and it all that the ledger has to say. */
  get isRegistered(): boolean {
    return this.purse.isRegistered && !this.purse.policy.family?.isPending;
  }

  get policy(): RoomPolicy {
    return this.purse.policy;
  }

  /** The ledger never heard of this room: it knows no policy but none. */
  get isNew(): boolean {
    return !this.purse.isRegistered && this.purse.n === 0;
  }

  get prices() {
    return this.purse.policy.prices;
  }

  /** Somebody else may wait for the place that a session leaves. */
  get countsSessions(): boolean {
    return this.purse.policy.limits.liveSessions !== null;
  }

  /** All that this session is held to. */
  get budgets() {
    const { budgets, family } = this.purse.policy;
    return [...budgets, ...(family?.budgets ?? [])];
  }

  /** When the ledger has to hear of this room; null where nothing is due, or a message is on its way. */
  dueAt(state: SessionState): number | null {
    if (this.pending || this.introduction) return null;
    return ledgerDueAt(this.purse, state, state.lastEventAtMs, this.ports.now());
  }

  means(denials: readonly Denial[] = [], isUnreachable = false): Means {
    const { policy, caps } = this.purse;
    return { nowMs: this.ports.now(), policy, caps, denials, isUnreachable };
  }

  /** Asks the ledger for `wants`, then has the POST judged afresh, until it can be. `newcomer` is a session that has no event yet. */
  wait(wants: Want[], newcomer: SessionState | null, retry: Waiter['retry']): Promise<Ingested> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ wants, newcomer, denials: [], retry, failures: 0, resolve, reject });
      this.askForFirst();
    });
  }

  /** Makes a room known before its session's first call is judged: nothing may run past a policy that nobody has asked for. */
  async introduce(owner: SessionOwner): Promise<void> {
    const state = this.ports.state();
    const register = () => this.ports.ledger.register(state ? introducedAs(state) : owner);
    this.introduction ??= register()
      // Once more, as when money is asked for: one lost call lets nothing past a policy.
      .catch(register)
      .then((policy) => {
        this.adopt(policy);
        if (policy.family?.isPending) throw new Error('the parent session cannot be asked');
      })
      .finally(() => {
        this.introduction = null;
      });
    return this.introduction;
  }

  /** A policy for a room whose session begins this moment; false where none does. */
  hear(policy: RoomPolicy): boolean {
    if (this.introduction) this.adopt(policy);
    return this.introduction !== null;
  }

  /** Saves what was heard before the session had a log. */
  persist(): void {
    if (this.purse.isRegistered) this.ports.save(this.purse);
  }

  /** The alarm's part: makes the room known, or reports what was spent and gives back what lies idle. Rejects to be tried again. */
  async settle(): Promise<void> {
    const state = this.ports.state();
    if (!state || this.pending || this.introduction) return;
    if (this.isRegistered || state.endedAtMs !== null) return this.report(state);
    await this.introduce(state.owner);
  }

  /** Takes a newer policy as the truth. */
  adopt(policy: RoomPolicy): void {
    if (this.purse.isRegistered && !isNewer(policy, this.purse.policy)) return;
    const leased = metersOf(policy);
    const isKept = ([id]: [string, unknown]) => leased.some((meter) => meter.id === id);
    const kept = <Value>(by: Record<string, Value>) => Object.fromEntries(Object.entries(by).filter(isKept));
    const { caps } = this.purse;
    // What the ledger pushes to everybody knows nothing of a parent that it could not ask.
    const { family } = this.purse.policy;
    const told = policy.family || !family?.isPending ? policy : { ...policy, family };
    this.keep({ ...this.purse, isRegistered: true, policy: told, caps: kept(caps), told: kept(this.purse.told) });
    this.ports.adopted();
  }

  /**
   * Gives the ledger all that is not in use. Its last answer comes along, because it may be still on its way otherwise: whoever
   * waits for that takes theirs first.
   */
  recall({ n, answer }: Recall): LeaseReport | null {
    if (!this.ports.state()) return null;
    if (this.pending?.n === n) this.accept(n, answer);
    const state = this.ports.state();
    if (!state) return null;
    if (!this.pending) {
      const { purse, message } = nextMessage(this.purse, state, this.ports.now(), {});
      // The report itself: its answer is not waited for.
      this.keep({ ...purse, owes: false });
      return { n: message.n, lines: message.lines, before: false };
    }
    const lines = linesOf(this.purse, state, this.ports.now()).map((line) => ({ ...line, cap: line.used }));
    this.keep({ ...this.purse, caps: capsIn(lines) });
    return { n: this.pending.n, lines, before: true };
  }

  /** Remembers where a budget for each session held this one, or had a person asked; the ledger shows it, and need not know at once. */
  note(events: readonly SessionEvent[]): void {
    const state = this.ports.state();
    if (!state || !this.purse.policy.budgets.some(({ scope }) => scope === 'session')) return;
    const purse = withBites(this.purse, state, events);
    if (purse !== this.purse) this.keep(purse);
  }

  /** The last message of a session that is deleted; undefined where the ledger never heard of it. */
  farewell(state: SessionState): LeaseMessage | undefined {
    if (this.purse.n === 0 && !this.purse.isRegistered) return undefined;
    // Nothing of its own is reserved or stored any more.
    const over = { ...state, reserved: {}, reservedTokens: {}, openCalls: {}, storedBytes: 0, isAdmitted: false };
    const { purse, message } = nextMessage(this.purse, over, this.ports.now(), { closed: true });
    // Whoever comes back from the trash goes on after it.
    this.keep({ ...purse, owes: false });
    return { ...message, gone: true };
  }

  /**
   * Another session takes the place of one that is over: what the ledger knows of that stays with it. Messages go on being numbered,
   * because an older number is an old message.
   */
  renew(): void {
    this.keep({ ...emptyPurse, n: this.purse.n });
  }

  private report(state: SessionState): Promise<void> {
    return new Promise((resolve, reject) => {
      this.send(state, { closed: state.endedAtMs !== null }, (error) => (error ? reject(error) : resolve()));
    });
  }

  private askForFirst(): void {
    const [first] = this.waiting;
    const state = this.ports.state() ?? first?.newcomer;
    if (this.pending || !first) return;
    if (state) this.send(state, { wants: this.wishes(first.wants, state), keeps: true }, () => {});
    else this.serve([], 0);
  }

  /** One message for all who wait: as many times what the first needs. */
  private wishes(wants: Want[], state: SessionState): Want[] {
    const lines = linesOf(this.purse, state, this.ports.now());
    return wants.map((want) => {
      const used = lines.find(({ budgetId }) => budgetId === want.budgetId)?.used ?? want.upTo;
      return { ...want, wish: Math.max(want.wish ?? 0, used + (want.upTo - used) * this.waiting.length) };
    });
  }

  private send(
    state: SessionState,
    what: { wants?: Want[]; keeps?: boolean; closed?: boolean },
    settled: (error?: Error) => void,
  ) {
    const { purse, message } = nextMessage(this.purse, state, this.ports.now(), what);
    this.keep(purse);
    this.pending = { n: message.n, waiting: this.waiting.length, bites: message.bites?.length ?? 0, settled };
    this.ports.ledger.ask(state.owner, message).then(
      (answer) => this.accept(message.n, answer),
      (error) => this.fail(message.n, error),
    );
  }

  /** An answer counts only while its message is the last. */
  private accept(n: number, answer: LeaseAnswer): void {
    if (this.pending?.n !== n) return;
    const { settled, waiting, bites } = this.pending;
    this.pending = null;
    for (const waiter of this.waiting) waiter.failures = 0;
    const isGone = !this.ports.state() && !this.waiting.some(({ newcomer }) => newcomer);
    if (!isGone && answer.type !== 'stale') {
      const heard = withoutBites(this.purse, bites);
      this.keep(answer.type === 'granted' ? granted(heard, answer.grants) : { ...heard, owes: false });
    }
    settled(answer.type === 'stale' ? new Error('a later message came first') : undefined);
    this.serve(answer.type === 'denied' ? answer.denials : [], waiting);
  }

  private fail(n: number, error: unknown): void {
    if (this.pending?.n !== n) return;
    const { settled, waiting } = this.pending;
    this.pending = null;
    settled(error instanceof Error ? error : new Error(String(error)));
    // Who came while this was on its way has lost nothing yet.
    for (const waiter of this.waiting.slice(0, waiting)) waiter.failures += 1;
    this.serve([], 0);
  }

  /** Judges again whoever waits, in the order they came; who is still short asks next. The first `concerned` are whom `denials` answer. */
  private serve(denials: readonly Denial[], concerned: number): void {
    const queue = this.waiting;
    this.waiting = [];
    for (const [index, waiter] of queue.entries()) {
      const heard = index < concerned ? [...denials, ...waiter.denials] : waiter.denials;
      try {
        const answer = waiter.retry(this.means(heard, waiter.failures > maxFailures));
        if (!answer.ok && answer.code === 'short') this.waiting.push({ ...waiter, wants: answer.wants, denials: heard });
        else waiter.resolve(answer);
      } catch (error) {
        waiter.reject(error);
      }
    }
    this.askForFirst();
    this.ports.changed();
  }

  private keep(purse: Purse): void {
    this.purse = purse;
    this.ports.save(purse);
  }
}

/** A parent that counts for nothing is not named again. */
const introducedAs = ({ owner, parent }: SessionState): SessionOwner =>
  parent?.is === 'ignored' ? { ...owner, parentId: undefined } : owner;
