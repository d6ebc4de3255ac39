import { describe, expect, test } from 'vitest';
import type { MarkRow, PromptRow, Row, ToolRow } from '../../../web/models/session/session-rows.ts';
import { appendEvent, tellVerdict } from '../../../web/models/session/session-timeline.ts';
import { newTimeline, type Timeline } from '../../../web/models/session/session-timeline-state.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { finished, fold, folded, script, started, usage } from './session-events.ts';

const kinds = (timeline: Timeline) => timeline.rows.map((row) => row.kind);
const tools = (timeline: Timeline): ToolRow[] => timeline.rows.filter((row) => row.kind === 'tool');
const only = <Kind extends Row['kind']>(timeline: Timeline, kind: Kind) => {
  const found = timeline.rows.filter((row) => row.kind === kind);
  expect(found).toHaveLength(1);
  return found[0] as Extract<Row, { kind: Kind }>;
};

describe('a tool call', () => {
  test('is one row from its start to its end', () => {
    const timeline = folded(started('t1'), finished('t1'));
    expect(only(timeline, 'tool')).toMatchObject({ outcome: 'ok', startSeq: 1, endSeq: 2, durationMs: 210 });
    expect(timeline.rowOfSeq.get(1)).toBe(timeline.rowOfSeq.get(2));
  });

  test('runs until its end comes', () => {
    expect(only(folded(started('t1')), 'tool').outcome).toBe('running');
  });

  test('takes its duration from the clock where the agent tells none', () => {
    const timeline = folded(started('t1'), { ...finished('t1'), durationMs: undefined, afterMs: 4200 });
    expect(only(timeline, 'tool').durationMs).toBe(4200);
  });

  test('of several at once, each finds its own start', () => {
    const timeline = folded(started('a'), started('b'), finished('b'), { ...finished('a'), type: 'tool.failed', ok: false });
    expect(tools(timeline).map((row) => row.outcome)).toEqual(['failed', 'ok']);
  });

  test('whose start was never seen is a row all the same', () => {
    expect(only(folded(finished('t1')), 'tool')).toMatchObject({ outcome: 'ok', startSeq: null, endSeq: 1 });
  });

  test('that failed shows the last lines of what it said and counts as an error', () => {
    const text = `Exit code 1\n${Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n')}\n`;
    const timeline = folded(started('t1'), { type: 'tool.failed', toolUseId: 't1', tool: 'Bash', ok: false, text });
    expect(only(timeline, 'tool').failure.split('\n')).toEqual([
      'line 34',
      'line 35',
      'line 36',
      'line 37',
      'line 38',
      'line 39',
    ]);
    expect(timeline.errors).toEqual([0]);
  });

  test('that nobody ended is unfinished once the turn is over, and no error', () => {
    const timeline = folded({ type: 'prompt', text: 'go' }, started('t1'), { type: 'turn.finished', ok: true });
    expect(only(timeline, 'tool').outcome).toBe('unfinished');
    expect(timeline.errors).toEqual([]);
  });

  test('that the room closed because no answer ever came is unfinished, and no error', () => {
    const closed = {
      type: 'tool.failed',
      hook: 'flightdeck',
      toolUseId: 't1',
      tool: 'Bash',
      ok: false,
      text: 'interrupted',
    } as const;
    const timeline = folded(started('t1'), closed);
    expect(only(timeline, 'tool').outcome).toBe('unfinished');
    expect(timeline.errors).toEqual([]);
  });

  test('that a resumed agent fires again stays one row', () => {
    const timeline = folded(started('t1'), { type: 'session.ended' }, { type: 'session.started' }, started('t1'), finished('t1'));
    expect(only(timeline, 'tool')).toMatchObject({ outcome: 'ok', startSeq: 1, endSeq: 5 });
  });

  test('counts secrets that its start and its end both repeat once', () => {
    const timeline = folded({ ...started('t1'), redactions: 2 }, { ...finished('t1'), redactions: 3 });
    expect(only(timeline, 'tool').redactions).toBe(3);
  });

  test('that we refused is refused, not failed, whatever the agent tells of it', () => {
    const refused = { because: 'budget_exceeded', reason: '$5.00 of $5.00 spent' } as const;
    const told = { type: 'tool.failed', toolUseId: 't1', tool: 'Bash', ok: false, output: 'PreToolUse:Bash hook error' } as const;
    const timeline = folded({ ...started('t1'), refused }, told);
    expect(only(timeline, 'tool')).toMatchObject({ outcome: 'refused', refused, failure: '' });
    expect(timeline.errors).toEqual([]);
  });

  test('adds to the files it touched', () => {
    const edit = (id: string, structuredPatch: unknown) => [
      { type: 'tool.started', tool: 'Edit', toolUseId: id, input: { file_path: '/home/dev/project/src/login.ts' } } as const,
      { type: 'tool.finished', tool: 'Edit', toolUseId: id, output: { structuredPatch }, ok: true } as const,
    ];
    const hunk = (...lines: string[]) => ({ oldStart: 1, newStart: 1, lines });
    const timeline = folded(...edit('a', [hunk(' x', '-a', '+b', '+c')]), ...edit('b', [hunk('-d')]));
    expect([...timeline.files.values()]).toMatchObject([
      { path: '/home/dev/project/src/login.ts', added: 2, removed: 2, edits: 2, row: 1 },
    ]);
    expect(tools(timeline)[0]?.summary).toMatchObject({ subject: 'src/login.ts', lines: { added: 2, removed: 1 } });
  });
});

describe('a question to a person', () => {
  const asks = { type: 'permission.requested', tool: 'Bash', input: { command: 'rm -rf dist' } } as const;

  test('makes the open call wait, though it does not name it', () => {
    const timeline = folded(started('t1', 'Bash', { command: 'rm -rf dist' }), asks);
    expect(only(timeline, 'tool')).toMatchObject({ outcome: 'waiting', askedSeq: 2 });
    expect(timeline.approvals).toEqual([0]);
  });

  test('goes to the call with the same input when several are open', () => {
    const timeline = folded(started('a', 'Bash', { command: 'rm -rf dist' }), started('b', 'Bash', { command: 'ls' }), asks);
    expect(tools(timeline).map((row) => row.outcome)).toEqual(['waiting', 'running']);
  });

  test('is over when the call ends', () => {
    expect(only(folded(started('t1'), asks, finished('t1')), 'tool')).toMatchObject({ outcome: 'ok', askedSeq: 2 });
  });

  test('without a call is a row that waits until the agent goes on with that tool', () => {
    const waiting = script(asks);
    expect(only(fold(waiting), 'permission').outcome).toBe('waiting');
    expect(only(fold([...waiting, ...script({ type: 'other' }, started('t1')).slice(1)]), 'permission').outcome).toBe('ok');
  });

  test('that we allowed makes the call run on', () => {
    const timeline = folded(started('t1'), asks);
    tellVerdict(timeline, 1, 't1', { type: 'allow' });
    expect(only(timeline, 'tool')).toMatchObject({ outcome: 'running', verdict: { type: 'allow' } });
  });
});

describe('messages', () => {
  const part = (index: number, text: string, messageId = 'm1') =>
    ({ type: 'message', text, data: { message_id: messageId, index } }) as const;

  test('in pieces are one row', () => {
    expect(only(folded(part(0, 'Hello '), part(1, 'world')), 'message').text).toBe('Hello world');
  });

  test('are joined in their own order, also when a tool call comes in between', () => {
    const timeline = folded(part(0, 'one '), started('t1'), part(2, 'three'), part(1, 'two '));
    expect(only(timeline, 'message').text).toBe('one two three');
  });

  test('of different ids stay apart', () => {
    expect(kinds(folded(part(0, 'a', 'm1'), part(0, 'b', 'm2')))).toEqual(['message', 'message']);
  });

  test('without ids stay apart', () => {
    expect(kinds(folded({ type: 'message', text: 'a' }, { type: 'message', text: 'b' }))).toEqual(['message', 'message']);
  });

  test('in chunks without ids are one until the model call is counted', () => {
    const chunk = (text: string) => ({ type: 'message', text, hook: 'AfterModel' }) as const;
    const timeline = folded(chunk('Hel'), chunk('lo'), usage(5), chunk('Next'));
    expect(timeline.rows.filter((row) => row.kind === 'message').map((row) => row.text)).toEqual(['Hello', 'Next']);
  });

  test('that only the end of the turn tells are shown, and shown once', () => {
    const silent = folded({ type: 'prompt', text: 'go' }, { type: 'turn.finished', ok: true, text: 'Done.' });
    expect(only(silent, 'message').text).toBe('Done.');
    const told = folded({ type: 'prompt', text: 'go' }, part(0, 'Done.'), { type: 'turn.finished', ok: true, text: 'Done.' });
    expect(only(told, 'message').text).toBe('Done.');
  });
});

describe('subagents', () => {
  const start = { type: 'subagent.started', subagentId: 's1', subagentType: 'Explore', parentToolUseId: 'a1' } as const;
  const inside = (id: string) => ({ ...started(id), subagentId: 's1' });

  test('stand under the call that started them', () => {
    const timeline = folded(started('a1', 'Agent', { description: 'Find callers' }), start, inside('t1'));
    expect(kinds(timeline)).toEqual(['tool', 'tool']);
    expect(tools(timeline)[0]?.spawned).toBe('s1');
    expect(tools(timeline)[1]?.lane).toBe('s1');
    expect(timeline.lanes.get('s1')).toMatchObject({ depth: 1, parent: null, header: 0, toolCalls: 1, outcome: 'running' });
  });

  test('without a named parent stand under the only open call of an agent', () => {
    const timeline = folded(started('a1', 'Agent'), { ...start, parentToolUseId: undefined });
    expect(timeline.lanes.get('s1')?.header).toBe(0);
  });

  test('without a named parent are not guessed between two open calls', () => {
    const timeline = folded(started('a1', 'Agent'), started('a2', 'Agent'), { ...start, parentToolUseId: undefined });
    expect(kinds(timeline)).toEqual(['tool', 'tool', 'subagent']);
  });

  test('of subagents are one deeper, in a hue of their own', () => {
    const timeline = folded(
      started('a1', 'Agent'),
      start,
      { ...started('a2', 'Agent'), subagentId: 's1' },
      {
        ...start,
        subagentId: 's2',
        parentToolUseId: 'a2',
      },
    );
    expect(timeline.lanes.get('s2')).toMatchObject({ depth: 2, parent: 's1', hue: 2 });
  });

  test('end with what they came to', () => {
    const failed = { type: 'tool.failed', toolUseId: 't1', tool: 'Bash', ok: false, text: 'no', subagentId: 's1' } as const;
    const timeline = folded(started('a1', 'Agent'), start, inside('t1'), failed, usage(700, { subagentId: 's1' }), {
      type: 'subagent.finished',
      subagentId: 's1',
    });
    expect(timeline.lanes.get('s1')).toMatchObject({
      outcome: 'ok',
      errors: 1,
      toolCalls: 1,
      spend: { costMicroUsd: 700, calls: 1 },
    });
  });

  test('that stop without ever having started stay out of sight', () => {
    expect(only(folded({ type: 'subagent.finished', subagentId: 'x' }), 'mark').quiet).toBe(true);
  });
});

describe('cost', () => {
  const prompt = { type: 'prompt', text: 'go', promptId: 'p1' } as const;

  test('of model calls stands at the prompt and at the end of its turn', () => {
    const timeline = folded(prompt, usage(300), usage(400), { type: 'turn.finished', ok: true, promptId: 'p1' });
    const spend = {
      costMicroUsd: 700,
      calls: 2,
      unpricedCalls: 0,
      tokens: { input: 20, output: 40, cacheRead: 2000, cacheWrite: 200 },
    };
    expect(only(timeline, 'prompt')).toMatchObject({ spend, turnMs: 3000 });
    expect(only(timeline, 'mark')).toMatchObject({ spend, turnMs: 3000 });
  });

  test('that comes after the turn, even after the next prompt, goes to its own turn', () => {
    const timeline = folded(
      prompt,
      { type: 'turn.finished', promptId: 'p1' },
      { ...prompt, promptId: 'p2' },
      usage(300, { promptId: 'p1' }),
    );
    const [first, second] = timeline.rows.filter((row): row is PromptRow => row.kind === 'prompt');
    expect(first?.spend.costMicroUsd).toBe(300);
    expect(second?.spend.costMicroUsd).toBe(0);
    expect((timeline.rows[1] as MarkRow).spend?.costMicroUsd).toBe(300);
  });

  test('without a price is counted as unpriced, never as free', () => {
    const row = only(folded(prompt, usage(null), usage(50)), 'prompt');
    expect(row.spend).toMatchObject({ costMicroUsd: 50, calls: 2, unpricedCalls: 1 });
  });

  test('has rows of its own that stay out of sight', () => {
    expect(only(folded(prompt, usage(null)), 'usage')).toMatchObject({ quiet: true, costMicroUsd: null });
  });
});

describe('time', () => {
  test('of more than a minute in silence is a gap', () => {
    const timeline = folded({ type: 'prompt', text: 'a' }, { type: 'prompt', text: 'b', afterMs: 240_000 });
    expect(only(timeline, 'gap').ms).toBe(240_000);
  });

  test('of a minute, or of a long tool call, is none', () => {
    const timeline = folded(
      { type: 'prompt', text: 'a' },
      { ...started('t1'), afterMs: 60_000 },
      { ...finished('t1'), afterMs: 300_000 },
    );
    expect(kinds(timeline)).toEqual(['prompt', 'tool']);
  });

  test('that telemetry tells late makes no gap', () => {
    const timeline = folded({ type: 'prompt', text: 'a' }, usage(1, {}), { type: 'message', text: 'b', afterMs: 3000 });
    expect(kinds(timeline)).not.toContain('gap');
  });
});

test.each([
  [{ action: 'paused', by: { userId: 'u', name: 'Ada' } }, 'Paused by Ada'],
  [{ action: 'renamed', title: 'New', by: { userId: 'u', name: 'Ada' } }, 'Renamed by Ada to “New”'],
  [{ action: 'budget_changed', limitMicroUsd: 2_000_000 }, 'Budget set to $2.00'],
  [{ action: 'budget_changed', limitMicroUsd: null, by: { userId: 'u', name: 'Ada' } }, 'Budget taken away by Ada'],
  [{ action: 'budget_changed', limitTokens: 50_000, by: { userId: 'u', name: 'Ada' } }, 'Budget set to 50.0k tokens by Ada'],
  [{ action: 'paused', budgetId: 'bud_1' }, 'Paused: a budget is spent'],
  [{ action: 'timed_out' }, 'Timed out: nothing was heard for too long'],
] as const)('what was done to a session is said in words: %j', (control, words) => {
  expect(only(folded({ type: 'control', control, text: 'what the agent reads' }), 'mark').text).toBe(words);
});

test('events that are not loaded leave one hole, named by its ends', () => {
  const events = script(...Array.from({ length: 9 }, () => ({ type: 'message', text: 'x' }) as const));
  const timeline = fold([...events.slice(0, 2), ...events.slice(6)]);
  expect(only(timeline, 'hole')).toMatchObject({ from: 3, to: 6 });
  expect(timeline.rowOfSeq.get(7)).toBe(3);
});

test('every event can be found in some row', () => {
  const events = script(
    { type: 'session.started' },
    { type: 'prompt', text: 'go', promptId: 'p' },
    started('a1', 'Agent'),
    { type: 'subagent.started', subagentId: 's1', parentToolUseId: 'a1' },
    { type: 'subagent.finished', subagentId: 's1' },
    finished('a1', 'Agent'),
    { type: 'permission.requested', tool: 'Write' },
    { type: 'notification', text: 'Claude needs your permission' },
    { type: 'compaction', text: 'summary' },
    { type: 'control', text: 'paused by Ada' },
    { type: 'other', hook: 'ConfigChange', data: {} },
    usage(null),
    { type: 'turn.finished', ok: false, text: 'server_error' },
    { type: 'session.ended' },
  );
  const timeline = fold(events);
  for (const { seq } of events) expect(timeline.rows[timeline.rowOfSeq.get(seq) ?? -1], `event ${seq}`).toBeDefined();
  expect(timeline.errors.map((index) => timeline.rows[index]?.seq)).toEqual([13]);
});

test('rows that did not change keep their identity', () => {
  const events = script({ type: 'prompt', text: 'go' }, started('t1'), { type: 'message', text: 'x' }, finished('t1'));
  const timeline = newTimeline(null);
  for (const event of events.slice(0, 3)) appendEvent(timeline, event);
  const before = [...timeline.rows];
  appendEvent(timeline, events[3] as SessionEvent);
  expect(timeline.rows.map((row, i) => row === before[i])).toEqual([true, false, true]);
});

// What grows with the square of a session's length would outlast the time that a test has.
test('100,000 events fold into rows', () => {
  const events: SessionEvent[] = [];
  while (events.length < 100_000) {
    const id = `t${events.length}`;
    const batch = script(
      { type: 'prompt', text: 'Fix the race', promptId: id },
      { type: 'message', text: 'I will look at the lock first.', data: { message_id: id, index: 0 } },
      started(id),
      finished(id),
      usage(300, { promptId: id }),
      { type: 'turn.finished', ok: true, promptId: id },
    );
    for (const event of batch) events.push({ ...event, seq: events.length + 1 });
  }
  const timeline = fold(events);
  expect(timeline.rows.length).toBeGreaterThan(80_000);
});
