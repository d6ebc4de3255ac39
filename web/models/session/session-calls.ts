import type { SessionEvent } from '../../../wire/event.ts';
import { countLines, fileEdits } from './session-edits.ts';
import { textField } from './session-fields.ts';
import { changeLane } from './session-lanes.ts';
import { outputText } from './session-output.ts';
import type { Outcome, ToolRow } from './session-rows.ts';
import { baseOf, changeRow, pushRow, rowAt, type Timeline } from './session-timeline-state.ts';
import { summarizeTool } from './session-tool.ts';

const failureLines = 6;
const failureChars = 2000;

export function startCall(timeline: Timeline, event: SessionEvent, atMs: number): void {
  settlePermissions(timeline, event);
  const key = callKey(event);
  const known = timeline.calls.get(key);
  const row = rowAt(timeline, known, 'tool');
  // A resumed agent fires the call that it was stopped at once more: it stays one row.
  if (known !== undefined && row && event.toolUseId !== undefined && row.endSeq === null) {
    if (!event.refused) timeline.open.add(known);
    timeline.rowOfSeq.set(event.seq, known);
    changeRow(timeline, known, 'tool', {
      outcome: beginning(event),
      refused: event.refused ?? null,
      approvalId: event.approval?.id ?? null,
    });
    return;
  }
  const index = addCall(timeline, event, atMs, { startSeq: event.seq, outcome: beginning(event) });
  if (!event.refused) timeline.open.add(index);
}

export function endCall(timeline: Timeline, event: SessionEvent, atMs: number): void {
  settlePermissions(timeline, event);
  // The room itself closes calls whose answer never came (Esc, a kill): that is no failure of the tool.
  const abandoned = event.hook === 'flightdeck' && event.type === 'tool.failed';
  const known = timeline.calls.get(callKey(event));
  const awaited = rowAt(timeline, known, 'tool')?.endSeq === null;
  // An end whose beginning was never seen (or isn't loaded) is a call all the same.
  const index = known !== undefined && awaited ? known : addCall(timeline, event, atMs, { startSeq: null, outcome: 'ok' });
  const row = rowAt(timeline, index, 'tool');
  if (!row) return;
  // What we refused did not fail: the agent only tells that it did not run.
  const failed = !abandoned && row.refused === null && (event.type === 'tool.failed' || event.ok === false);
  const input = event.input ?? row.input;
  const agentId = textField(event.output, 'agentId');
  timeline.open.delete(index);
  timeline.rowOfSeq.set(event.seq, index);
  changeRow(timeline, index, 'tool', {
    outcome: row.refused === null ? outcomeOf(failed, abandoned) : 'refused',
    endSeq: event.seq,
    durationMs: event.durationMs ?? (row.startSeq === null ? null : Math.max(0, atMs - row.atMs)),
    failure: failed ? lastLines(failureText(event)) : '',
    summary: summarizeTool(row.tool, input, event.output, timeline.home, failed),
    redactions: row.startSeq === null ? row.redactions : Math.max(row.redactions, event.redactions ?? 0),
    spawned: row.spawned ?? (agentId !== undefined && timeline.lanes.has(agentId) ? agentId : null),
    approvalId: null,
    input: undefined,
  });
  if (failed) tellFailure(timeline, event, index);
  else if (!abandoned && row.refused === null) touchFiles(timeline, row.tool, input, event.output, index);
}

function beginning(event: SessionEvent): Outcome {
  if (event.refused) return 'refused';
  return event.approval ? 'waiting' : 'running';
}

/** Somebody answered a call that waited, or nobody did in time. */
export function settleApproval(timeline: Timeline, event: SessionEvent): void {
  const { control, text = '' } = event;
  // The question's id is the seq of its call.
  const index = timeline.rowOfSeq.get(Number(control?.approvalId?.replace('apr_', '')));
  const row = rowAt(timeline, index, 'tool');
  if (index === undefined || !row || row.approvalId !== control?.approvalId || control?.answer === 'defer') return;
  const isDenied = control?.action === 'approval_denied' || control?.answer === 'deny';
  changeRow(timeline, index, 'tool', {
    approvalId: null,
    verdict: null,
    outcome: row.outcome === 'waiting' ? 'running' : row.outcome,
    refused: isDenied ? { because: 'denied', reason: text } : row.refused,
  });
}

/** A question to a person: about an open call where one fits, else a row of its own. */
export function askPermission(timeline: Timeline, event: SessionEvent, atMs: number): void {
  const index = questioned(timeline, event);
  if (index !== undefined) {
    changeRow(timeline, index, 'tool', { outcome: 'waiting', askedSeq: event.seq });
    timeline.rowOfSeq.set(event.seq, index);
    timeline.approvals.push(index);
    return;
  }
  const tool = event.tool ?? '';
  const summary = summarizeTool(tool, event.input, undefined, timeline.home);
  const row = pushRow(timeline, { ...baseOf(event, atMs), kind: 'permission', tool, summary, outcome: 'waiting' });
  timeline.open.add(row);
  timeline.rowOfSeq.set(event.seq, row);
  timeline.approvals.push(row);
}

/** Whatever is still open when a turn ends (in `lane`) or everything does (null lane and `all`) will get no answer any more. */
export function abandonCalls(timeline: Timeline, lane: string | null, all: boolean): void {
  for (const index of timeline.open) {
    const row = timeline.rows[index];
    if (!all && row?.lane !== lane) continue;
    timeline.open.delete(index);
    changeRow(timeline, index, 'tool', { outcome: 'unfinished' });
    changeRow(timeline, index, 'permission', { outcome: 'ok' });
  }
}

export function tellFailure(timeline: Timeline, event: SessionEvent, index: number): void {
  timeline.errors.push(index);
  const lane = event.subagentId === undefined ? undefined : timeline.lanes.get(event.subagentId);
  if (lane) changeLane(timeline, lane.id, { errors: lane.errors + 1 });
}

function addCall(timeline: Timeline, event: SessionEvent, atMs: number, state: Pick<ToolRow, 'startSeq' | 'outcome'>): number {
  const tool = event.tool ?? '';
  const index = pushRow(timeline, {
    ...baseOf(event, atMs),
    kind: 'tool',
    tool,
    summary: summarizeTool(tool, event.input, undefined, timeline.home),
    endSeq: null,
    askedSeq: null,
    durationMs: null,
    failure: '',
    spawned: null,
    verdict: timeline.verdicts.get(event.seq) ?? null,
    refused: event.refused ?? null,
    approvalId: event.approval?.id ?? null,
    warned: (event.warned ?? []).map(({ reason }) => reason),
    input: event.input,
    ...state,
  });
  timeline.calls.set(callKey(event), index);
  timeline.rowOfSeq.set(event.seq, index);
  timeline.tools.set(tool, (timeline.tools.get(tool) ?? 0) + 1);
  const lane = event.subagentId === undefined ? undefined : timeline.lanes.get(event.subagentId);
  if (lane) changeLane(timeline, lane.id, { toolCalls: lane.toolCalls + 1 });
  return index;
}

/** Agents without call ids run one call of a tool at a time. */
const callKey = (event: SessionEvent): string => event.toolUseId ?? `${event.subagentId ?? ''} ${event.tool ?? ''}`;

/** The open call that a question is about: Claude Code asks without naming it, so the input decides between several. */
function questioned(timeline: Timeline, event: SessionEvent): number | undefined {
  if (event.toolUseId !== undefined) return timeline.calls.get(event.toolUseId);
  const fitting: number[] = [];
  for (const index of timeline.open) {
    const row = rowAt(timeline, index, 'tool');
    if (row?.outcome === 'running' && row.tool === event.tool && row.lane === (event.subagentId ?? null)) fitting.push(index);
  }
  if (fitting.length < 2) return fitting[0];
  const input = JSON.stringify(event.input);
  return fitting.find((index) => JSON.stringify(rowAt(timeline, index, 'tool')?.input) === input) ?? fitting.at(-1);
}

/** A question of its own is answered once the agent goes on with that tool. */
function settlePermissions(timeline: Timeline, event: SessionEvent): void {
  for (const index of timeline.open) {
    const row = rowAt(timeline, index, 'permission');
    if (!row || row.tool !== event.tool || row.lane !== (event.subagentId ?? null)) continue;
    timeline.open.delete(index);
    changeRow(timeline, index, 'permission', { outcome: 'ok' });
  }
}

function touchFiles(timeline: Timeline, tool: string, input: unknown, output: unknown, row: number): void {
  for (const edit of fileEdits(tool, input, output)) {
    const lines = countLines(edit);
    const path = edit.movedTo ?? edit.path;
    const known = timeline.files.get(path);
    timeline.files.set(path, {
      path,
      added: (known?.added ?? 0) + lines.added,
      removed: (known?.removed ?? 0) + lines.removed,
      edits: (known?.edits ?? 0) + 1,
      row,
    });
  }
}

function outcomeOf(failed: boolean, abandoned: boolean): Outcome {
  if (abandoned) return 'unfinished';
  return failed ? 'failed' : 'ok';
}

/** What there is to read about a failure: the tool's own words first. */
export const failureText = (event: SessionEvent): string => outputText(event.output) ?? event.text ?? '';

function lastLines(text: string): string {
  const end = text.slice(-failureChars).trimEnd();
  return end.split('\n').slice(-failureLines).join('\n');
}
