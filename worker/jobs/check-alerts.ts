import { limits } from '../../wire/limits.ts';
import type { Env } from '../env.ts';
import { alertDesk, calling } from '../rooms/index.ts';
import { moveAlertTurn, restTurn, turnsDue } from '../store/alerts/turns.ts';
import { type Db, openDb } from '../store/db.ts';

const minuteMs = 60_000;
/** What ended this lately may not have been seen by any tick yet. */
const recentMs = 10 * minuteMs;
/** Side by side: a Worker opens six connections at once. */
const lanes = 6;

/**
 * Has every organization of which something is live look at its alert rules. The turn is moved first, so that two runs of a minute look
 * once; looking twice would fire nothing twice, either. An organization that fails has its next turn in a minute, as ever.
 */
export async function checkAlerts(env: Env, nowMs: number): Promise<void> {
  const db = openDb(env.DB);
  const due = await turnsDue(db, nowMs, limits.maxAlertTurns);
  const work = async () => {
    for (let turn = due.shift(); turn; turn = due.shift()) {
      const { id, dueAtMs } = turn;
      await takeTurn(env, db, { id, dueAtMs, nowMs }).catch((error: unknown) =>
        console.warn(JSON.stringify({ alerts: id, failed: String(error) })),
      );
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
}

async function takeTurn(env: Env, db: Db, { id, dueAtMs, nowMs }: { id: string; dueAtMs: number; nowMs: number }): Promise<void> {
  const nextMs = nowMs + minuteMs;
  if (!(await moveAlertTurn(db, id, dueAtMs, nextMs))) return;
  const isBusy = await calling(
    () => alertDesk(env, id),
    async (desk): Promise<boolean> => desk.tick(),
  );
  if (!isBusy) await restTurn(db, id, nextMs, nowMs - recentMs);
}
