import type { SessionEvent } from '../../../wire/event.ts';
import { type Lane, noSpend, type Outcome } from './session-rows.ts';
import { addSpend, baseOf, changeRow, pushRow, rowAt, type Timeline } from './session-timeline-state.ts';
import { toolFamily } from './session-tool.ts';

const hueCount = 6;

/** Makes the subagent of an event known, under the tool call that started it where that can be told. */
export function enterLane(timeline: Timeline, event: SessionEvent, atMs: number): void {
  const id = event.subagentId;
  if (id === undefined) return;
  const known = timeline.lanes.get(id);
  if (known) {
    if (event.subagentType && !known.type) changeLane(timeline, id, { type: event.subagentType });
    return;
  }
  const header = startingCall(timeline, event);
  const parent = header === undefined ? null : (timeline.rows[header]?.lane ?? null);
  const row =
    header ?? pushRow(timeline, { ...baseOf(event, atMs), lane: null, kind: 'subagent', spawned: id, outcome: 'running' });
  if (header !== undefined) changeRow(timeline, header, 'tool', { spawned: id });
  timeline.lanes.set(id, {
    id,
    type: event.subagentType ?? '',
    parent,
    depth: (parent === null ? 0 : (timeline.lanes.get(parent)?.depth ?? 0)) + 1,
    hue: (timeline.lanes.size % hueCount) + 1,
    header: row,
    outcome: 'running',
    startedMs: atMs,
    endedMs: null,
    toolCalls: 0,
    errors: 0,
    spend: noSpend,
  });
}

/** The named call; else the only open call of an agent that has no subagent yet. With two it would be a guess. */
function startingCall(timeline: Timeline, event: SessionEvent): number | undefined {
  if (event.parentToolUseId !== undefined) return timeline.calls.get(event.parentToolUseId);
  let found: number | undefined;
  for (const index of timeline.open) {
    const row = rowAt(timeline, index, 'tool');
    if (!row || row.spawned !== null || row.lane === event.subagentId || toolFamily(row.tool) !== 'agent') continue;
    if (found !== undefined) return undefined;
    found = index;
  }
  return found;
}

export function changeLane(timeline: Timeline, id: string, change: Partial<Lane>): void {
  const lane = timeline.lanes.get(id);
  if (lane) timeline.lanes.set(id, { ...lane, ...change });
}

export function spendInLane(timeline: Timeline, event: SessionEvent): void {
  const lane = event.subagentId === undefined ? undefined : timeline.lanes.get(event.subagentId);
  if (lane) changeLane(timeline, lane.id, { spend: addSpend(lane.spend, event) });
}

/** A subagent's end; false where it never began (a compaction reports helpers of its own that nobody started). */
export function leaveLane(timeline: Timeline, event: SessionEvent, atMs: number): boolean {
  const lane = event.subagentId === undefined ? undefined : timeline.lanes.get(event.subagentId);
  if (!lane) return false;
  const outcome: Outcome = event.ok === false ? 'failed' : 'ok';
  changeLane(timeline, lane.id, { outcome, endedMs: atMs });
  changeRow(timeline, lane.header, 'subagent', { outcome });
  timeline.rowOfSeq.set(event.seq, lane.header);
  return true;
}
