import { limits } from '../../wire/limits.ts';
import type { Retention, RetentionReport } from '../../wire/retention.ts';
import type { Env } from '../env.ts';
import { eraseSnapshots } from '../rooms/erase-snapshots.ts';
import { budgetLedger, calling, sessionRoom } from '../rooms/index.ts';
import { insertReport, moveTurn, organizationsDue } from '../store/archive/retention.ts';
import { expiredSnapshots, trashOldSnapshots } from '../store/archive/snapshot-trash.ts';
import { openDb } from '../store/db.ts';
import { expiredSessions, quietSessions, untrashSession } from '../store/sessions/trash.ts';

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
    const { hasMore, ...report } = await retainFor(env, id, nowMs);
    if (hasMore || report.failures > 0) await moveTurn(db, id, nextMs, nowMs + soonMs);
    const { at: _, ...counts } = report;
    if (Object.values(counts).every((count) => count === 0)) continue;
    console.log(JSON.stringify({ retention: id, ...counts }));
    await insertReport(db, id, report);
  }
}

async function retainFor(env: Env, organizationId: string, nowMs: number): Promise<RetentionReport & { hasMore: boolean }> {
  const db = openDb(env.DB);
  const { maxRetainedSessions, maxRetainedSnapshots, trashDays } = limits;
  const report = {
    at: new Date(nowMs).toISOString(),
    trashedSessions: 0,
    trashedSnapshots: 0,
    erasedSessions: 0,
    erasedSnapshots: 0,
    failures: 0,
  };
  /** One part of the work: it fails alone. */
  const attempt = async (part: () => Promise<void>) => {
    try {
      await part();
    } catch (error) {
      report.failures += 1;
      console.warn(JSON.stringify({ retention: organizationId, failed: String(error) }));
    }
  };
  const room = (sessionId: string) => sessionRoom(env, organizationId, sessionId);
  /** The room decides what is in the trash: a row of a session that is not would come up again at each run. */
  const followRoom = async (id: string) => {
    const isLive = await calling(
      () => room(id),
      async (stub): Promise<boolean> => (await stub.summary()) !== null,
    );
    if (isLive) await untrashSession(db, organizationId, id, nowMs);
  };
  const trashedUntilMs = nowMs - trashDays * dayMs;
  let hasMore = false;

  await attempt(async () => {
    const sessionIds = await expiredSessions(db, organizationId, trashedUntilMs, maxRetainedSessions);
    hasMore ||= sessionIds.length === maxRetainedSessions;
    for (const id of sessionIds) {
      await attempt(async () => {
        const isErased = await calling(
          () => room(id),
          async (stub): Promise<boolean> => stub.empty(),
        );
        if (isErased) report.erasedSessions += 1;
        else await followRoom(id);
      });
    }
  });
  await attempt(async () => {
    const snapshots = await expiredSnapshots(db, organizationId, trashedUntilMs, maxRetainedSnapshots);
    hasMore ||= snapshots.length === maxRetainedSnapshots;
    await eraseSnapshots(env, organizationId, snapshots);
    report.erasedSnapshots = snapshots.length;
  });
  await attempt(async () => {
    const { sessionDays, snapshotDays } = await calling(
      () => budgetLedger(env, organizationId),
      async (ledger): Promise<Retention> => ledger.retention(),
    );
    if (snapshotDays !== null) {
      const old = { untilMs: nowMs - snapshotDays * dayMs, limit: maxRetainedSnapshots, nowMs };
      report.trashedSnapshots = await trashOldSnapshots(db, organizationId, old);
      hasMore ||= report.trashedSnapshots === maxRetainedSnapshots;
    }
    if (sessionDays === null) return;
    const quietSinceMs = nowMs - sessionDays * dayMs;
    const quiet = await quietSessions(db, organizationId, quietSinceMs, maxRetainedSessions);
    hasMore ||= quiet.length === maxRetainedSessions;
    for (const id of quiet) {
      await attempt(async () => {
        if (
          await calling(
            () => room(id),
            async (stub): Promise<boolean> => stub.discard(null, quietSinceMs),
          )
        )
          report.trashedSessions += 1;
      });
    }
  });
  return { ...report, hasMore };
}
