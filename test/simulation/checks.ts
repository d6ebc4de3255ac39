import { expect } from 'vitest';
import { openDb } from '../../worker/store/db.ts';
import { costFigures } from '../../worker/store/sessions/costs.ts';
import { listSessions } from '../../worker/store/sessions/list.ts';
import { always, daysQuery, type Outcome } from './outcome.ts';
import type { World } from './world.ts';

/** What holds at every moment: while there is work to do, an alarm stands. */
export function checkStep(world: World): void {
  const summary = world.core.summary();
  if (!summary || world.hasAlarm) return;
  const { flushedSeq } = rowOf(world) ?? { flushedSeq: 0 };
  const isOver = summary.endedAt !== null && world.core.archivedSeq === summary.lastSeq;
  if (!isOver || flushedSeq < summary.lastSeq) throw new Error('there is work to do, and no alarm is set');
}

export async function outcomeOf(world: World): Promise<Outcome> {
  const { owner, core, d1 } = world;
  return {
    log: await world.read(0),
    summary: core.summary(),
    listed: (await listSessions(openDb(d1.binding), owner.organizationId, {})).items,
    days: { ...d1.statement(daysQuery).get(owner.organizationId) },
    costs: await costFigures(openDb(d1.binding), owner.organizationId, always, 'model'),
    archivedSeq: core.archivedSeq,
    seen: world.spectators.map(({ events }) => events),
  };
}

/** A deleted session leaves nothing behind, in whatever state it was, and late hooks do not make it anew. */
export async function checkDeleted(world: World): Promise<void> {
  const { owner, core } = world;
  expect(rowOf(world)).toBeUndefined();
  expect([...world.archive.objects.keys()]).toEqual([]);
  world.evict();
  const late = await world.core.entrance.take({ owner, drafts: [{ type: 'prompt', hook: 'UserPromptSubmit', text: 'late' }] });
  expect(late).toMatchObject({ ok: true, accepted: 0 });
  expect([core.summary(), world.core.summary(), world.disk.alarmAtMs]).toEqual([null, null, null]);
}

function rowOf(world: World): { flushedSeq: number } | undefined {
  const row = world.d1.statement('SELECT flushed_seq FROM sessions WHERE id = ?').get(world.owner.sessionId);
  return row && { flushedSeq: Number(row.flushed_seq) };
}
