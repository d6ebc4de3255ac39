import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../wire/limits.ts';
import type { SessionStatus, SessionSummary } from '../../wire/session.ts';
import type { WorkReport } from '../../wire/work.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { isEnded } from '../../worker/domain/session.ts';
import { summaryOf } from '../../worker/domain/session-state.ts';
import { requestOf } from '../../worker/domain/work/request.ts';
import { WorkBook } from '../../worker/rooms/work/work-book.ts';
import { WorkCore } from '../../worker/rooms/work/work-core.ts';
import { draft, sessionOf } from '../domain/session-run.ts';
import { RoomDisk } from './room-disk.ts';

const startMs = Date.UTC(2026, 10, 21, 12);
const by = { userId: 'usr_1', name: 'Ann' };
const minute = 60_000;

// Each failure leaves a line.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
afterEach(() => void vi.restoreAllMocks());

/** A machine as `flightdeck work` is one: it stops its agent when it has lost the request, or could not report for as long as the lease. */
interface Machine {
  name: string;
  claims: number;
  has: { requestId: string; claimId: string; leasedUntilMs: number } | null;
  isCutOff: boolean;
}

/** A queue whose object can be evicted at any moment, its rooms, and machines that die, freeze and lose the network. */
class Place {
  nowMs = startMs;
  /** Rooms cannot be reached. */
  isDark = false;
  readonly disk = new RoomDisk();
  readonly told = new Map<string, Draft[]>();
  readonly machines: Machine[] = ['a', 'b', 'c'].map((name) => ({ name, claims: 0, has: null, isCutOff: false }));
  core = this.awake();
  private asked = 0;

  awake(): WorkCore {
    return new WorkCore(
      {
        storage: this.disk,
        now: () => this.nowMs,
        setAlarm: (atMs) => {
          this.disk.alarmAtMs = atMs;
        },
        tell: async ({ sessionId }, told) => {
          if (this.isDark) throw new Error('out of reach');
          this.hears(sessionId, told);
          return this.session(sessionId);
        },
      },
      this.disk.alarmAtMs,
    );
  }

  hears(sessionId: string, event: Draft): void {
    const known = this.told.get(sessionId) ?? [];
    const isOld = event.key !== undefined && known.some(({ key }) => key === event.key);
    // What its agent said itself is not said again.
    if (isOld || (event.hook === 'flightdeck' && event.type === 'session.ended' && isEnded(this.status(sessionId)))) return;
    this.told.set(sessionId, [...known, event]);
  }

  session(sessionId: string): SessionSummary {
    return summaryOf(sessionOf(this.told.get(sessionId) ?? []).state);
  }

  status = (sessionId: string): SessionStatus => this.session(sessionId).status;

  evict(): void {
    this.core = this.awake();
  }

  /** Time goes on, and alarms that are due on the way run, each twice. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (let due = this.disk.alarmAtMs; due !== null && due <= untilMs; due = this.disk.alarmAtMs) {
      this.nowMs = Math.max(this.nowMs, due);
      this.disk.alarmAtMs = null;
      this.core = this.awake();
      await this.core.alarm();
      await this.core.alarm();
    }
    this.nowMs = untilMs;
    for (const machine of this.machines) if (machine.has && machine.has.leasedUntilMs <= this.nowMs) machine.has = null;
  }

  async ask(): Promise<string> {
    this.asked += 1;
    const n = this.asked;
    const ids = { id: `req_${n}`, sessionId: `ses_${n}`, externalId: `ext${n}` };
    const wish = { organizationId: 'org_1', projectId: 'prj_1', agent: 'claude-code', prompt: `Do ${n}`, key: `${n}` };
    await this.core.add(requestOf({ ...wish, source: { kind: 'api', label: 'API' }, requestedBy: by }, ids, this.nowMs));
    return ids.id;
  }

  async claim(machine: Machine): Promise<void> {
    if (machine.has || machine.isCutOff) return;
    const claimId = `claim-of-machine-${machine.name}-${machine.claims}`;
    const claim = { claimId, machine: machine.name, agents: ['claude-code'], repositories: [], clones: false, by };
    const request = await this.core.claim(claim);
    // The answer was lost, and it asks again.
    expect((await this.core.claim(claim))?.id).toBe(request?.id);
    machine.claims += 1;
    if (request) machine.has = { requestId: request.id, claimId, leasedUntilMs: this.nowMs + limits.workLeaseMs };
  }

  async report(machine: Machine, state: WorkReport['state']): Promise<void> {
    const { has } = machine;
    if (!has || machine.isCutOff) return;
    const answer = await this.core.report(has.requestId, { claimId: has.claimId, state }, by);
    if (answer && (state === 'preparing' || state === 'running')) has.leasedUntilMs = this.nowMs + limits.workLeaseMs;
    else machine.has = null;
  }

  /** Requests that an agent runs for now, by each machine that has one. */
  running = (): string[] => this.machines.flatMap(({ has }) => has?.requestId ?? []);
}

type Step = (place: Place) => Promise<unknown> | unknown;

const machine = fc.nat({ max: 2 });
const on = (n: number, step: (place: Place, machine: Machine) => Promise<unknown> | unknown): Step => {
  return (place) => {
    const found = place.machines[n];
    return found && step(place, found);
  };
};
const states = fc.constantFrom<WorkReport['state']>('preparing', 'running', 'completed', 'failed', 'cancelled', 'returned');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>((place) => place.ask()) },
  { weight: 6, arbitrary: machine.map((n) => on(n, (place, found) => place.claim(found))) },
  { weight: 8, arbitrary: fc.tuple(machine, states).map(([n, state]) => on(n, (place, found) => place.report(found, state))) },
  // SIGKILL: it has nothing, and says nothing.
  {
    weight: 1,
    arbitrary: machine.map((n) =>
      on(n, (_, found) => {
        found.has = null;
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: machine.map((n) =>
      on(n, (_, found) => {
        found.isCutOff = !found.isCutOff;
      }),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((place) => place.evict()) },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((place) => {
      place.isDark = !place.isDark;
    }),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 4 }).map(
      (n): Step =>
        (place) =>
          place.core.cancel(`req_${n}`, by),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.integer({ min: 1, max: 4 * minute }).map(
      (ms): Step =>
        (place) =>
          place.pass(ms),
    ),
  },
);

describe('a queue whose object, rooms and machines fail as they like', () => {
  it('never has two machines run one request, and ends each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const place = new Place();
        for (const take of steps) {
          await take(place);
          const running = place.running();
          expect(new Set(running).size).toBe(running.length);
        }
        // All is well again, and one machine works off what is left.
        place.isDark = false;
        for (const each of place.machines) each.isCutOff = true;
        await place.pass(limits.workLeaseMs + minute);
        const [last] = place.machines;
        if (!last) throw new Error('There are three.');
        last.isCutOff = false;
        for (let times = 0; times < 40; times += 1) {
          await place.claim(last);
          await place.report(last, 'completed');
        }
        await place.pass(6 * minute);
        const { items } = place.core.list({ limit: 100 });
        expect(items.filter(({ status }) => !['completed', 'failed', 'cancelled'].includes(status))).toEqual([]);
        // No prompt is kept longer than it is needed, and no session waits for what is over.
        expect(items.filter(({ prompt }) => prompt !== '')).toEqual([]);
        const left = items.filter(({ status, sessionId }) => status !== 'cancelled' && place.status(sessionId) === 'queued');
        expect(left).toEqual([]);
        // As often as machines may go away over one.
        expect(items.filter(({ claims }) => claims > limits.maxClaimsPerRequest)).toEqual([]);
        place.disk.close();
      }),
      { numRuns: 150 },
    );
  });
});

describe('a machine that goes away', () => {
  it('loses what it had to the next, and three such are enough', async () => {
    const place = new Place();
    const id = await place.ask();
    for (const each of place.machines) {
      await place.claim(each);
      expect(place.core.find(id)).toMatchObject({ status: 'claimed', machine: { name: each.name } });
      await place.pass(limits.workLeaseMs);
    }
    expect(place.core.find(id)).toMatchObject({ status: 'failed', words: 'c went away over it.', claims: 3 });
    expect(place.status('ses_1')).toBe('failed');
    const actions = place.told.get('ses_1')?.map(({ type, control }) => control?.action ?? type);
    expect(actions?.slice(0, 4)).toEqual(['requested', 'claimed', 'unclaimed', 'claimed']);
  });

  it('after its agent had finished leaves nothing to do again', async () => {
    const place = new Place();
    const id = await place.ask();
    const [first, second] = place.machines;
    if (!first || !second) throw new Error('There are three.');
    await place.claim(first);
    await place.report(first, 'running');
    place.hears('ses_1', draft('session.started'));
    place.hears('ses_1', draft('session.ended'));
    first.isCutOff = true;
    await place.pass(limits.workLeaseMs);
    await place.claim(second);
    expect(second.has).toBeNull();
    expect(place.core.find(id)?.status).toBe('completed');
  });
});

it('what somebody began by hand is not begun again', async () => {
  const place = new Place();
  const id = await place.ask();
  place.hears('ses_1', draft('session.started'));
  const [first] = place.machines;
  if (!first) throw new Error('There are three.');
  await place.claim(first);
  expect(first.has).toBeNull();
  expect(place.core.find(id)).toMatchObject({ status: 'cancelled', words: 'Somebody has started its agent by hand.' });
});

it('requests from before machines’ questions had columns of their own are offered as they were', () => {
  const disk = new RoomDisk();
  const run = (query: string, ...bindings: (string | number)[]) => disk.sql.exec(query, ...bindings);
  run('CREATE TABLE migration (id INTEGER PRIMARY KEY)');
  run('INSERT INTO migration (id) VALUES (1)');
  run(`CREATE TABLE request (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, project TEXT NOT NULL,
    created_at INTEGER NOT NULL, is_told INTEGER NOT NULL, entry TEXT NOT NULL)`);
  run("CREATE INDEX open_request ON request (status, seq) WHERE status IN ('queued', 'claimed', 'running')");
  run('CREATE INDEX untold_request ON request (seq) WHERE is_told = 0');
  const wish = {
    organizationId: 'org_1',
    key: 'k',
    projectId: 'prj_1',
    agent: 'claude-code',
    prompt: 'go',
    source: { kind: 'api' as const, label: 'API' },
    requestedBy: by,
    repository: 'github.com/acme/web',
  };
  const request = requestOf(wish, { id: 'req_1', externalId: 'x', sessionId: 'ses_1' }, startMs);
  const entry = { request, untold: [], lease: null, isStopped: false };
  run("INSERT INTO request VALUES (7, 'req_1', 'queued', 'prj_1', ?, 1, ?)", startMs, JSON.stringify(entry));
  const book = new WorkBook(disk);
  expect(book.waiting()).toEqual([
    {
      id: 'req_1',
      agent: 'claude-code',
      projectId: 'prj_1',
      repository: 'github.com/acme/web',
      createdAt: new Date(startMs).toISOString(),
    },
  ]);
  expect(book.find('req_1')).toEqual(entry);
});
