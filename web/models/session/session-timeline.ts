import type { SessionEvent } from '../../../wire/event.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import { abandonCalls, askPermission, endCall, settleApproval, startCall, tellFailure } from './session-calls.ts';
import { controlWords } from './session-control.ts';
import { numberField, textField } from './session-fields.ts';
import { enterLane, leaveLane, spendInLane } from './session-lanes.ts';
import type { MarkRow, Spend } from './session-rows.ts';
import { addSpend, baseOf, changeRow, newTurn, pushRow, rowAt, type Timeline, type Turn } from './session-timeline-state.ts';

/** Gemini CLI tells a message in chunks without an id: those in a row are one. */
const chunkHook = 'AfterModel';

/** A silence longer than this gets a row of its own. */
const gapAfterMs = 60_000;

/** Adds one event in constant time. Events come in seq order; a seq that is skipped leaves a hole row. */
export function appendEvent(timeline: Timeline, event: SessionEvent): void {
  const atMs = timeOf(event);
  if (event.seq > timeline.lastSeq + 1) addHole(timeline, timeline.lastSeq + 1, event.seq - 1, atMs);
  timeline.lastSeq = event.seq;
  timeline.revision += 1;
  // Telemetry comes late and in batches: its time says nothing about silence.
  if (event.type !== 'usage' && event.type !== 'other') passTime(timeline, event, atMs);
  if (event.type !== 'subagent.finished') enterLane(timeline, event, atMs);
  switch (event.type) {
    case 'prompt':
      prompt(timeline, event, atMs);
      return;
    case 'message':
      message(timeline, event, atMs);
      return;
    case 'tool.started':
      startCall(timeline, event, atMs);
      return;
    case 'tool.finished':
    case 'tool.failed':
      endCall(timeline, event, atMs);
      return;
    case 'permission.requested':
      askPermission(timeline, event, atMs);
      return;
    case 'usage':
      usage(timeline, event, atMs);
      return;
    case 'subagent.started':
      // Entering its lane made or found the row that stands for it.
      timeline.rowOfSeq.set(
        event.seq,
        timeline.lanes.get(event.subagentId ?? '')?.header ?? mark(timeline, event, atMs, event.type),
      );
      return;
    case 'subagent.finished':
      if (leaveLane(timeline, event, atMs)) abandonCalls(timeline, event.subagentId ?? null, false);
      else mark(timeline, event, atMs, event.type, { quiet: true });
      return;
    case 'turn.finished':
      endTurn(timeline, event, atMs);
      return;
    case 'session.started':
    case 'session.ended':
      abandonCalls(timeline, null, true);
      mark(timeline, event, atMs, event.type);
      return;
    case 'notification':
    case 'compaction':
    case 'control':
      settleApproval(timeline, event);
      keepMark(timeline, event, mark(timeline, event, atMs, event.type));
      return;
    case 'other':
      mark(timeline, event, atMs, event.type, { quiet: true });
      return;
    default:
      event.type satisfies never;
  }
}

/** Our answer to a tool call, which may come before or after its event. */
export function tellVerdict(timeline: Timeline, seq: number, toolUseId: string | undefined, verdict: Verdict): void {
  const index = (toolUseId === undefined ? undefined : timeline.calls.get(toolUseId)) ?? timeline.rowOfSeq.get(seq);
  const row = rowAt(timeline, index, 'tool');
  if (index === undefined || !row) return;
  const allowed = row.outcome === 'waiting' && verdict.type === 'allow';
  changeRow(timeline, index, 'tool', { verdict, outcome: allowed ? 'running' : row.outcome });
  timeline.revision += 1;
}

const timeOf = (event: SessionEvent): number => {
  const atMs = Date.parse(event.at);
  return Number.isNaN(atMs) ? Date.parse(event.receivedAt) : atMs;
};

function passTime(timeline: Timeline, event: SessionEvent, atMs: number): void {
  const ms = atMs - timeline.lastMs;
  // A call's end says itself how long it took.
  const ends = event.type === 'tool.finished' || event.type === 'tool.failed';
  if (ms > gapAfterMs && timeline.rows.length > 0 && !ends) {
    pushRow(timeline, { ...baseOf(event, atMs), key: `g${event.seq}`, lane: null, redactions: 0, kind: 'gap', ms });
  }
  timeline.lastMs = Math.max(timeline.lastMs, atMs);
  timeline.firstMs = Math.min(timeline.firstMs, atMs);
}

function addHole(timeline: Timeline, from: number, to: number, atMs: number): void {
  const row = { key: `h${from}`, seq: to + 1, atMs, lane: null, redactions: 0, quiet: false };
  pushRow(timeline, { ...row, kind: 'hole', from, to });
  // Silence across a hole is unknown.
  timeline.lastMs = atMs;
}

function prompt(timeline: Timeline, event: SessionEvent, atMs: number): void {
  const text = event.text ?? '';
  const fromTask = text.startsWith('<task-notification>');
  const index = pushRow(timeline, {
    ...baseOf(event, atMs),
    kind: 'prompt',
    text: fromTask ? (/<summary>([\s\S]*?)<\/summary>/.exec(text)?.[1] ?? text) : text,
    fromTask,
    spend: newTurn(atMs, null).spend,
    turnMs: null,
    refused: event.refused ?? null,
  });
  timeline.rowOfSeq.set(event.seq, index);
  timeline.prompts.push(index);
  const turn = newTurn(atMs, index);
  timeline.turn = turn;
  if (event.promptId !== undefined) timeline.turns.set(event.promptId, turn);
}

/** The pieces of one message are one row, in their own order, whatever comes between them. */
function message(timeline: Timeline, event: SessionEvent, atMs: number): void {
  const id = textField(event.data, 'messageId', 'message_id');
  const text = event.text ?? '';
  const part = { index: numberField(event.data, 'index') ?? 0, text };
  const known = id === undefined ? undefined : timeline.messages.get(id);
  const last = timeline.rows.length - 1;
  const before = rowAt(timeline, last, 'message');
  if (id === undefined && event.hook === chunkHook && before?.chunked && before.lane === (event.subagentId ?? null)) {
    timeline.rowOfSeq.set(event.seq, last);
    changeRow(timeline, last, 'message', { text: before.text + text });
    return;
  }
  if (!known) {
    const row = pushRow(timeline, { ...baseOf(event, atMs), kind: 'message', text, chunked: event.hook === chunkHook });
    timeline.rowOfSeq.set(event.seq, row);
    if (id !== undefined) timeline.messages.set(id, { row, parts: [part] });
    return;
  }
  const inOrder = part.index >= (known.parts.at(-1)?.index ?? 0);
  known.parts.push(part);
  if (!inOrder) known.parts.sort((a, b) => a.index - b.index);
  const row = rowAt(timeline, known.row, 'message');
  timeline.rowOfSeq.set(event.seq, known.row);
  changeRow(timeline, known.row, 'message', {
    text: inOrder ? (row?.text ?? '') + text : known.parts.map((one) => one.text).join(''),
    redactions: (row?.redactions ?? 0) + (event.redactions ?? 0),
  });
}

function usage(timeline: Timeline, event: SessionEvent, atMs: number): void {
  const index = pushRow(timeline, {
    ...baseOf(event, atMs),
    kind: 'usage',
    quiet: true,
    model: event.usage?.model ?? '',
    tokens: event.usage ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    costMicroUsd: event.costMicroUsd ?? null,
  });
  timeline.rowOfSeq.set(event.seq, index);
  spendInLane(timeline, event);
  const turn = turnOf(timeline, event);
  if (!turn) return;
  turn.spend = addSpend(turn.spend, event);
  showTurn(timeline, turn);
}

const turnOf = (timeline: Timeline, event: SessionEvent): Turn | null =>
  (event.promptId === undefined ? undefined : timeline.turns.get(event.promptId)) ?? timeline.turn;

function endTurn(timeline: Timeline, event: SessionEvent, atMs: number): void {
  abandonCalls(timeline, event.subagentId ?? null, false);
  const turn = turnOf(timeline, event);
  // Agents without message hooks say only here what they answered; the others say it twice.
  if (event.ok !== false && event.text && !wasSaid(timeline, event.text)) {
    pushRow(timeline, { ...baseOf(event, atMs), key: `m${event.seq}`, kind: 'message', text: event.text, chunked: false });
  }
  const index = mark(timeline, event, atMs, 'turn.finished', event.ok === false ? {} : { text: '' });
  if (!turn) return;
  turn.endedMs = atMs;
  turn.endRow = index;
  showTurn(timeline, turn);
}

/** Whether the last message of the main agent was this text. */
function wasSaid(timeline: Timeline, text: string): boolean {
  const after = timeline.prompts.at(-1) ?? 0;
  for (let index = timeline.rows.length - 1; index >= after; index -= 1) {
    const row = rowAt(timeline, index, 'message');
    if (row && row.lane === null) return row.text.trim() === text.trim();
  }
  return false;
}

/** A turn's cost stands at its prompt and at its end; telemetry may come after both. */
function showTurn(timeline: Timeline, turn: Turn): void {
  const shown: { spend: Spend; turnMs: number | null } = {
    spend: turn.spend,
    turnMs: turn.endedMs === null ? null : Math.max(0, turn.endedMs - turn.startedMs),
  };
  if (turn.promptRow !== null) changeRow(timeline, turn.promptRow, 'prompt', shown);
  if (turn.endRow !== null) changeRow(timeline, turn.endRow, 'mark', shown);
}

function keepMark(timeline: Timeline, { control }: SessionEvent, index: number): void {
  if (control?.action === 'snapshot_taken') timeline.snapshots.push(index);
}

function mark(
  timeline: Timeline,
  event: SessionEvent,
  atMs: number,
  type: MarkRow['type'],
  change: Partial<MarkRow> = {},
): number {
  const failed = event.ok === false;
  const index = pushRow(timeline, {
    ...baseOf(event, atMs),
    kind: 'mark',
    type,
    text: event.control
      ? controlWords(event.control, event.text)
      : (event.text ?? textField(event.data, 'reason', 'message') ?? ''),
    hook: event.hook ?? event.type,
    failed,
    spend: null,
    turnMs: null,
    ...change,
  });
  timeline.rowOfSeq.set(event.seq, index);
  if (failed) tellFailure(timeline, event, index);
  return index;
}
