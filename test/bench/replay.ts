import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { IngestActor } from '../../worker/domain/actor.ts';
import type { SessionRoom } from '../../worker/rooms/session/session-room.ts';
import { ownerOf } from '../../worker/routes/ingest/owner.ts';
import type { makeRig } from '../rooms/rig.ts';
import type { Bill } from './bill.ts';
import type { Meter } from './meter.ts';

/** One request of a script, `atMs` after its start. */
export interface Step {
  atMs: number;
  path: string;
  body: unknown;
}

export interface Script {
  name: string;
  agent: string;
  externalId: string;
  steps: Step[];
}

/**
 * Each play begins in a later month: what a day or a month costs an organization once is in every bill alike, and token buckets never
 * see the clock go back. All of them are ahead of any clock that this test will run under, so that the platform rings no alarm by itself.
 */
const startOf = (index: number) => Date.UTC(2100, index, 4, 9);
let plays = 0;
const idleMs = 10_000;
const maxAlarms = 10_000;

/**
 * Plays a session from its first hook until it is archived, on a virtual clock: alarms ring when they are due, in between and
 * afterwards. Answers what that would have been billed.
 */
export async function play(rig: Awaited<ReturnType<typeof makeRig>>, meter: Meter, script: Script): Promise<Bill> {
  const actor: IngestActor = {
    tokenId: 'replay',
    organizationId: rig.account.organization.id,
    projectId: rig.account.project.id,
    userId: rig.account.user.id,
  };
  const { sessionId } = ownerOf(actor, script.agent, script.externalId);
  const stub = env.SESSION_ROOM.getByName(`${actor.organizationId}/${sessionId}`);
  const epochMs = startOf(plays);
  plays += 1;
  const clock = vi.spyOn(Date, 'now');
  clock.mockReturnValue(epochMs);
  meter.reset();
  try {
    let lastMs = epochMs;
    const bell = { stub, meter, clock };
    for (const { atMs, path, body } of script.steps) {
      await ringUntil(epochMs + atMs, bell);
      clock.mockReturnValue(epochMs + atMs);
      // A room without sockets is evicted when it has been idle for a while, and pays for waking up.
      if (epochMs + atMs - lastMs > idleMs) await evictDurableObject(stub);
      lastMs = epochMs + atMs;
      meter.part = path.startsWith('/otlp') ? 'otlp' : 'hooks';
      meter.add(meter.part, 'workerRequests');
      const response = await rig.post(path, body);
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      await response.arrayBuffer();
    }
    await ringUntil(Number.POSITIVE_INFINITY, bell);
    const parts = meter.take();
    const rows = await runInDurableObject(
      stub,
      (_, { storage }) => storage.sql.exec<{ count: number }>('SELECT count(*) AS count FROM log').one().count,
    );
    if (rows > 0) throw new Error(`${script.name}: ${rows} rows were never archived`);
    const events = (await stub.summary())?.lastSeq ?? 0;
    return { name: script.name, events, parts };
  } finally {
    clock.mockRestore();
  }
}

/** Rings the room's one alarm whenever the virtual clock passes it. */
async function ringUntil(atMs: number, { stub, meter, clock }: Bell): Promise<void> {
  for (let rung = 0; rung < maxAlarms; rung++) {
    const dueMs = meter.alarmAtMs;
    if (dueMs === null || dueMs > atMs) return;
    clock.mockReturnValue(Math.max(dueMs, Date.now()));
    meter.alarmAtMs = null;
    await runDurableObjectAlarm(stub);
  }
  throw new Error('an alarm sets itself again for ever');
}

interface Bell {
  stub: DurableObjectStub<SessionRoom>;
  meter: Meter;
  clock: { mockReturnValue(ms: number): unknown };
}
