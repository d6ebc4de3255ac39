import type { Budget } from '../../wire/budget.ts';
import { familyOf } from '../../wire/family-budget.ts';
import type { Policy } from '../../wire/policy.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import type { Ingested, SessionOwner } from '../../worker/domain/ingest.ts';
import { counts } from '../../worker/domain/limits/purse.ts';
import { reservedIn, spentIn } from '../../worker/domain/limits/spending.ts';
import type { SessionState } from '../../worker/domain/session-state.ts';
import { LedgerCore } from '../../worker/rooms/ledger/ledger-core.ts';
import { SessionCore } from '../../worker/rooms/session/session-core.ts';
import { LedgerNetwork } from './ledger-network.ts';
import { RoomDisk } from './room-disk.ts';

export const ledgerStartMs = Date.UTC(2026, 10, 21, 12);

/** One session's room: production's core on a disk that outlives it. */
export class Room {
  readonly owner: SessionOwner;
  readonly disk = new RoomDisk();
  core!: SessionCore; // Made by `wake`, which the world calls at once.
  /** What the ledger says to it is lost. */
  isCutOff = false;
  /** Its alarm has rung and is not done: an eviction now has the platform ring again. */
  isRinging = false;
  /** Calls that run, and those that were let through so far. */
  readonly open: string[] = [];
  calls = 0;

  constructor(index: number, parentId?: string) {
    this.owner = {
      organizationId: 'org_1',
      sessionId: `ses_${index}`,
      externalId: `external-${index}`,
      agent: 'tester',
      projectId: `prj_${index % 2}`,
      userId: 'usr_1',
      ...(parentId !== undefined && { parentId }),
    };
  }

  /** Whether the ledger has answered it. */
  get isRegistered(): boolean {
    return Reflect.get(this.core, 'till').isRegistered;
  }

  get state(): SessionState | null {
    // The core keeps it to itself; what is really set aside is the truth that the ledger's books are held to.
    const saved = Reflect.get(Reflect.get(this.core, 'known'), 'saved') as { state: SessionState } | null;
    return saved?.state ?? null;
  }
}

/** An organization: its ledger, its rooms, and the network between them. */
export class LedgerWorld {
  nowMs = ledgerStartMs;
  readonly rooms: Room[];
  readonly network: LedgerNetwork;
  readonly disk = new RoomDisk();
  /** Who started whom, which never changes once the ledger has written it down. */
  private readonly parents = new Map<string, string>();
  ledger: LedgerCore;
  private isRinging = false;
  alarms = 0;

  /** With `family` each session but the first was started by one before it. */
  constructor(rooms: number, pick: (below: number) => number, family = false) {
    this.network = new LedgerNetwork(pick);
    this.ledger = this.wakeLedger();
    const parentOf = (index: number) => (family && index > 0 ? `ses_${pick(index)}` : undefined);
    this.rooms = Array.from({ length: rooms }, (_, index) => new Room(index, parentOf(index)));
    for (const room of this.rooms) this.wake(room);
  }

  get policy(): Policy {
    return this.ledger.policy;
  }

  wakeLedger(): LedgerCore {
    this.network.forget('ledger');
    if (this.isRinging) this.disk.alarmAtMs ??= this.nowMs;
    this.isRinging = false;
    this.ledger = new LedgerCore({
      storage: this.disk,
      now: () => this.nowMs,
      setAlarm: (atMs) => {
        this.disk.alarmAtMs = atMs;
      },
      recall: (roomId, last) => this.toRoom(roomId, (room) => room.core.membership.recall(last)),
      ownLimits: (roomId) => this.toRoom(roomId, (room) => room.core.membership.ownLimits()),
      push: (roomId, policy) => this.toRoom(roomId, (room) => room.core.membership.adopt(policy)),
      counted: async () => ({ events: 0, costMicroUsd: 0, sessions: [] }),
      stateStorage: async () => {},
    });
    return this.ledger;
  }

  /** A new instance on the old disk; whatever the old one waited for reaches nobody. */
  wake(room: Room): void {
    this.network.forget(room.owner.sessionId);
    if (room.isRinging) room.disk.alarmAtMs ??= this.nowMs;
    room.isRinging = false;
    const nobody = async () => {
      throw new Error('not in this simulation');
    };
    room.core = new SessionCore(
      {
        storage: room.disk,
        now: () => this.nowMs,
        setAlarm: (atMs) => {
          room.disk.alarmAtMs = atMs;
        },
        broadcast: () => {},
        send: () => {},
        tell: () => {},
        awaited: () => [],
        answer: () => {},
        rates: async (_, __, { need, wish, size }) => ({ granted: Math.max(need, wish), remaining: 0, retryAfterMs: 0, size }),
        hasAudience: () => false,
        spectatorUntilMs: () => null,
        closeExpired: nobody,
        flush: async (summary) => ({ seq: summary.lastSeq, refusedCount: summary.refusedCount }),
        readSegment: async () => [],
        deleteSegments: async () => {},
        rewriteSegment: async () => undefined,
        archive: async (_, { lastSeq }) => ({ from: room.core.archivedSeq + 1, to: lastSeq, key: 'archived', bytes: 0 }),
        hide: nobody,
        show: nobody,
        erase: async (_, farewell) => {
          if (farewell) await this.toLedger(room, (ledger) => ledger.ask(farewell));
        },
        ledger: {
          register: (owner) => this.toLedger(room, (ledger) => ledger.register(owner)),
          ask: (_, message) => this.toLedger(room, (ledger) => ledger.ask(message)),
        },
        radar: { touch: async () => {}, others: async () => [], part: async () => {} },
        background: (work) => void work.catch(() => {}),
      },
      room.disk.alarmAtMs,
    );
  }

  post(room: Room, draft: Draft, postId?: string): Ingested | Promise<Ingested> {
    return room.core.entrance.take(structuredClone({ owner: room.owner, drafts: [draft], postId }));
  }

  /** Spent and set aside in a room, of one budget. */
  used(room: Room, budget: Budget): number {
    const { state } = room;
    if (!state || !this.isCounted(room, budget)) return 0;
    return spentIn(state, budget.window, budget.unit, this.nowMs) + reservedIn(state, budget.unit);
  }

  /** The session that the ledger took for a session's parent. */
  parentOf(sessionId: string): string | null {
    const known = this.parents.get(sessionId);
    if (known !== undefined) return known;
    const [row] = this.disk.sql.exec('SELECT parent FROM kin WHERE room = ?', sessionId).toArray();
    if (!row?.parent) return null;
    this.parents.set(sessionId, String(row.parent));
    return String(row.parent);
  }

  /** Whether a budget counts what a room's session spends. */
  isCounted({ owner }: Room, budget: Budget): boolean {
    const familyId = familyOf(budget.id);
    if (familyId === undefined) return counts(budget, owner);
    for (let id: string | null = owner.sessionId; id !== null; id = this.parentOf(id)) if (id === familyId) return true;
    return false;
  }

  /** A family's limit as the ledger knows it. */
  ownLimit(budget: Budget): number | undefined {
    const familyId = familyOf(budget.id);
    if (familyId === undefined) return undefined;
    const [row] = this.disk.sql.exec('SELECT own FROM kin WHERE room = ?', familyId).toArray();
    // Null means no limit.
    return row?.own ? (JSON.parse(String(row.own)).microUsd ?? undefined) : undefined;
  }

  /** So much later, whatever is due by then happens. */
  pass(ms: number): void {
    this.nowMs += ms;
    this.ringAll();
  }

  /** Runs what is due until nothing is left to do. */
  async rest(): Promise<void> {
    this.network.isFair = true;
    for (const room of this.rooms) room.isCutOff = false;
    for (let round = 0; round < 2000; round += 1) {
      await this.network.drain();
      const disks = [this.disk, ...this.rooms.map(({ disk }) => disk)];
      const horizonMs = ledgerStartMs + 3 * 24 * 3_600_000;
      const next = Math.min(...disks.map(({ alarmAtMs }) => alarmAtMs ?? Number.POSITIVE_INFINITY));
      if (next > horizonMs) return;
      this.nowMs = Math.max(this.nowMs, next);
      this.ringAll();
    }
    throw new Error('the alarms never come to rest');
  }

  private ringAll(): void {
    if (this.disk.alarmAtMs !== null && this.disk.alarmAtMs <= this.nowMs) {
      this.disk.alarmAtMs = null;
      this.isRinging = true;
      const { ledger } = this;
      void ledger.alarm().then(() => {
        if (this.ledger === ledger) this.isRinging = false;
      });
    }
    for (const room of this.rooms) this.ring(room);
  }

  ring(room: Room): void {
    if (room.disk.alarmAtMs === null || room.disk.alarmAtMs > this.nowMs) return;
    room.disk.alarmAtMs = null;
    this.alarms += 1;
    room.isRinging = true;
    const { core } = room;
    void core.agenda.alarm().then(() => {
      if (room.core === core) room.isRinging = false;
    });
  }

  close(): void {
    this.disk.close();
    for (const { disk } of this.rooms) disk.close();
  }

  private toLedger<Answer>(room: Room, call: (ledger: LedgerCore) => Answer | Promise<Answer>): Promise<Answer> {
    return this.network.call(room.owner.sessionId, 'ledger', async () => call(this.ledger));
  }

  private toRoom<Answer>(roomId: string, call: (room: Room) => Answer): Promise<Answer> {
    return this.network.call('ledger', roomId, async () => {
      const room = this.rooms.find(({ owner }) => owner.sessionId === roomId);
      if (!room || room.isCutOff) throw new Error('unreachable');
      return call(room);
    });
  }
}
