import { expect } from 'vitest';
import type { SessionEvent } from '../../wire/event.ts';
import { openDb } from '../../worker/store/db.ts';
import { listSessions } from '../../worker/store/sessions/list.ts';
import { isOwn, type Oracle, recount } from './oracle.ts';
import type { World } from './world.ts';

/** What holds at every moment: while there is work to do, an alarm stands. */
export function checkStep(world: World): void {
  const summary = world.core.summary();
  if (!summary || world.hasAlarm) return;
  const { flushedSeq } = rowOf(world) ?? { flushedSeq: 0 };
  const isOver = summary.endedAt !== null && world.core.archivedSeq === summary.lastSeq;
  if (!isOver || flushedSeq < summary.lastSeq) throw new Error('there is work to do, and no alarm is set');
}

/** What holds once everybody has sent everything and the room has come to rest. */
export async function checkEnd(world: World, oracle: Oracle): Promise<void> {
  const { owner, core } = world;
  const log = await world.read(0);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
  // Each logical event once, in the order of its first arrival, and nothing that nobody sent.
  expect(log.filter((event) => !isOwn(event)).map(({ id }) => id)).toEqual(oracle.expected.map(({ id }) => id));
  checkContents(log, oracle);

  const summary = core.summary();
  if (oracle.expected.length === 0 && oracle.refused === 0) {
    expect(summary).toBeNull();
    return;
  }
  expect(summary).toMatchObject({ ...recount(log), refusedCount: oracle.refused });
  const { items } = await listSessions(openDb(world.d1.binding), owner.organizationId, {});
  expect(items).toEqual([summary]);
  expect(daysOf(world)).toEqual(recountDays(log));
  if (log.length > 0) expect(core.archivedSeq).toBe(log.length);

  for (const spectator of world.spectators) {
    world.connect(spectator);
    await spectator.receive(Number.MAX_SAFE_INTEGER, (after, to) => world.read(after, to));
    expect(spectator.events).toEqual(log);
  }
}

function checkContents(log: SessionEvent[], oracle: Oracle): void {
  const stored = new Map(log.map((event) => [event.id, event]));
  for (const draft of oracle.expected) {
    const event = stored.get(draft.id ?? '');
    // Usage in a numbered event that a better source outdoes keeps its number and loses its name.
    if (draft.type === 'usage' && event?.type === 'other') continue;
    const { type, tool, text, input, output, ok } = JSON.parse(JSON.stringify(draft));
    expect({ ...event }).toMatchObject(JSON.parse(JSON.stringify({ type, tool, text, input, output, ok })));
  }
}

/** A deleted session leaves nothing behind, in whatever state it was, and late hooks do not make it anew. */
export async function checkDeleted(world: World): Promise<void> {
  const { owner, core } = world;
  expect(rowOf(world)).toBeUndefined();
  expect([...world.archive.objects.keys()]).toEqual([]);
  world.evict();
  const late = world.core.ingest({ owner, drafts: [{ type: 'prompt', hook: 'UserPromptSubmit', text: 'late' }] });
  expect(late).toMatchObject({ ok: true, accepted: 0 });
  expect([core.summary(), world.core.summary(), world.disk.alarmAtMs]).toEqual([null, null, null]);
}

function rowOf(world: World): { flushedSeq: number } | undefined {
  const row = world.d1.statement('SELECT flushed_seq FROM sessions WHERE id = ?').get(world.owner.sessionId);
  return row && { flushedSeq: Number(row.flushed_seq) };
}

function daysOf(world: World): Record<string, number> | undefined {
  const query = `SELECT sum(events) AS events, sum(tool_calls) AS toolCalls, sum(errors) AS errors, sum(input_tokens) AS input,
    sum(output_tokens) AS output, sum(cost_micro_usd) AS cost FROM session_days WHERE organization_id = ?`;
  return { ...world.d1.statement(query).get(world.owner.organizationId) } as Record<string, number>;
}

function recountDays(log: SessionEvent[]): Record<string, number> {
  const { eventCount, toolCallCount, errorCount, tokens, costMicroUsd } = recount(log);
  return {
    events: eventCount,
    toolCalls: toolCallCount,
    errors: errorCount,
    input: tokens.input,
    output: tokens.output,
    cost: costMicroUsd,
  };
}
