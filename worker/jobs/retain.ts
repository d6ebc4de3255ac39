import { limits } from '../../wire/limits.ts';
import type { Retention, RetentionReport } from '../../wire/retention.ts';
import type { Env } from '../env.ts';
import { eraseSnapshots } from '../rooms/contents/erase-snapshots.ts';
import { budgetLedger, calling, sessionRoom } from '../rooms/index.ts';
import type { SessionRoom } from '../rooms/session/session-room.ts';
import { insertReport, moveTurn, organizationsDue } from '../store/archive/retention.ts';
import { expiredSnapshots, trashOldSnapshots } from '../store/archive/snapshot-trash.ts';
import { deleteArchived } from '../store/archive.ts';
import { type Db, openDb } from '../store/db.ts';
import { deleteSession } from '../store/sessions/flush.ts';
import { expiredSessions, quietSessions, untrashSession } from '../store/sessions/trash.ts';

const { maxRetainedSessions, maxRetainedSnapshots } = limits;
const dayMs = 24 * 3600_000;
/** Where one run was not enough. */
const soonMs = 60_000;

/**
 * Gives each organization its turn, once a day: what is older than it keeps goes into the trash, and what has lain there long enough goes for
 * good. Bounded, and repeatable at any point; the turn is moved first, so that two runs at the same time do not do the same.
 */
export async function retain(env: Env, nowMs: number): Promise<void> {
  const db = openDb(env.DB);
  for (const { id, dueAtMs } of await organizationsDue(db, nowMs, limits.maxRetainedOrganizations)) {
    const nextMs = nowMs + dayMs;
    if (!(await moveTurn(db, id, dueAtMs, nextMs))) continue;
    const { hasMore, report } = await retainFor(env, id, nowMs);
    if (hasMore || report.failures > 0) await moveTurn(db, id, nextMs, nowMs + soonMs);
    const { at: _, ...counts } = report;
    if (Object.values(counts).every((count) => count === 0)) continue;
    console.log(JSON.stringify({ retention: id, ...counts }));
    await insertReport(db, id, report);
  }
}

/** An organization's turn, and what came of it so far. */
interface Turn {
  env: Env;
  db: Db;
  organizationId: string;
  nowMs: number;
  report: RetentionReport;
  /** One run does not do all there is to do. */
  hasMore: boolean;
}

async function retainFor(env: Env, organizationId: string, nowMs: number): Promise<Turn> {
  const report = {
    at: new Date(nowMs).toISOString(),
    trashedSessions: 0,
    trashedSnapshots: 0,
    erasedSessions: 0,
    erasedSnapshots: 0,
    failures: 0,
  };
  const turn: Turn = { env, db: openDb(env.DB), organizationId, nowMs, report, hasMore: false };
  await attempt(turn, () => emptySessions(turn));
  await attempt(turn, () => emptySnapshots(turn));
  await attempt(turn, () => trashOld(turn));
  return turn;
}

/** One part of the work: it fails alone. */
async function attempt({ organizationId, report }: Turn, part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (error) {
    report.failures += 1;
    console.warn(JSON.stringify({ retention: organizationId, failed: String(error) }));
  }
}

/** Sessions that have lain in the trash long enough go for good. */
async function emptySessions(turn: Turn): Promise<void> {
  const { db, organizationId, report } = turn;
  const sessionIds = await expiredSessions(db, organizationId, trashedUntilMs(turn), maxRetainedSessions);
  turn.hasMore ||= sessionIds.length === maxRetainedSessions;
  for (const id of sessionIds) {
    await attempt(turn, async () => {
      if (await inRoom(turn, id, async (room) => room.empty())) report.erasedSessions += 1;
      else if (await followRoom(turn, id)) report.erasedSessions += 1;
    });
  }
}

/**
 * The room decides what is in the trash: a row of a session that is not would come up again at each run. Where the room knows of no session
 * at all the row goes, with what the archive has of it, and that is true.
 */
async function followRoom(turn: Turn, id: string): Promise<boolean> {
  const { env, db, organizationId, nowMs } = turn;
  const isLive = await inRoom(turn, id, async (room) => (await room.summary()) !== null);
  if (isLive) {
    await untrashSession(db, organizationId, id, nowMs);
    return false;
  }
  await deleteSession(db, organizationId, id);
  await deleteArchived(env.ARCHIVE, organizationId, id);
  return true;
}

/** Snapshots that have lain in it long enough go for good. */
async function emptySnapshots(turn: Turn): Promise<void> {
  const { env, db, organizationId, report } = turn;
  const snapshots = await expiredSnapshots(db, organizationId, trashedUntilMs(turn), maxRetainedSnapshots);
  turn.hasMore ||= snapshots.length === maxRetainedSnapshots;
  await eraseSnapshots(env, organizationId, snapshots);
  report.erasedSnapshots = snapshots.length;
}

/** What is older than the organization keeps goes into the trash. */
async function trashOld(turn: Turn): Promise<void> {
  const { sessionDays, snapshotDays } = await calling(
    () => budgetLedger(turn.env, turn.organizationId),
    async (ledger): Promise<Retention> => ledger.retention(),
  );
  if (snapshotDays !== null) await trashSnapshots(turn, turn.nowMs - snapshotDays * dayMs);
  if (sessionDays !== null) await trashSessions(turn, turn.nowMs - sessionDays * dayMs);
}

async function trashSnapshots(turn: Turn, untilMs: number): Promise<void> {
  const { db, organizationId, nowMs, report } = turn;
  const old = { untilMs, limit: maxRetainedSnapshots, nowMs };
  report.trashedSnapshots = await trashOldSnapshots(db, organizationId, old);
  turn.hasMore ||= report.trashedSnapshots === maxRetainedSnapshots;
}

async function trashSessions(turn: Turn, quietSinceMs: number): Promise<void> {
  const { db, organizationId, report } = turn;
  const quiet = await quietSessions(db, organizationId, quietSinceMs, maxRetainedSessions);
  turn.hasMore ||= quiet.length === maxRetainedSessions;
  for (const id of quiet) {
    await attempt(turn, async () => {
      if (await inRoom(turn, id, async (room) => room.discard(null, quietSinceMs))) report.trashedSessions += 1;
    });
  }
}

const trashedUntilMs = ({ nowMs }: Turn): number => nowMs - limits.trashDays * dayMs;

const inRoom = (
  { env, organizationId }: Turn,
  sessionId: string,
  call: (room: DurableObjectStub<SessionRoom>) => Promise<boolean>,
): Promise<boolean> => calling(() => sessionRoom(env, organizationId, sessionId), call);
