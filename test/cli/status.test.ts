import { describe, expect, it } from 'vitest';
import { dollars, eventLine } from '../../cli/status/event-line.ts';
import { sessionTable } from '../../cli/status/session-table.ts';
import { timeLeft, waitingCalls } from '../../cli/status/waiting-calls.ts';
import type { Approval } from '../../wire/approval.ts';
import { EventType, type SessionEvent } from '../../wire/event.ts';
import type { SessionSummary } from '../../wire/session.ts';

const at = '2026-11-21T08:00:00.000Z';
const event = (more: Partial<SessionEvent>): SessionEvent => ({
  seq: 1,
  id: 'evt_1',
  type: 'message',
  at,
  receivedAt: at,
  ...more,
});
const session = (more: Partial<SessionSummary>): SessionSummary => ({
  ...{ id: 'ses_1', externalId: 'x', projectId: 'prj', userId: 'usr', agent: 'codex', title: 'Fix it', status: 'running' },
  ...{ model: null, cwd: null, repository: null, gitBranch: null, startedAt: at, endedAt: null, lastEventAt: at },
  ...{ eventCount: 1, toolCallCount: 3, errorCount: 0, tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
  ...{ costMicroUsd: 1_234_567, unpricedCalls: 0, budget: null, parentId: null, tags: [], lastSeq: 1, activity: 'thinking' },
  ...{ refusedCount: 0, redactionCount: 0 },
  ...more,
});

const approval = (more: Partial<Approval>): Approval => ({
  ...{ id: 'apr_3', seq: 3, tool: 'Bash', words: 'rm -rf dist', reason: 'Rule "shells" asks.', costMicroUsd: 0, askedAt: at },
  ...{ until: '2026-11-21T08:04:00.000Z', unanswered: 'deny' },
  ...more,
});

describe('an event in a terminal', () => {
  it.each([
    [{ type: 'prompt', text: 'go\non' }, '08:00:00 > prompt go on'],
    [{ type: 'tool.started', tool: 'Bash', input: { command: 'ls' } }, '08:00:00 ▸ Bash ls'],
    [{ type: 'tool.started', tool: 'Odd', input: { a: 1 } }, '08:00:00 ▸ Odd {"a":1}'],
    [
      { type: 'tool.started', tool: 'Bash', refused: { because: 'paused', reason: 'Paused.' } },
      '08:00:00 ✗ Bash refused: Paused.',
    ],
    [
      { type: 'tool.started', tool: 'Bash', input: { command: 'ls' }, approval: approval({}) },
      '08:00:00 ? Bash waits for a person (apr_3): ls',
    ],
    [{ type: 'tool.finished', tool: 'Bash', durationMs: 1250, subagentId: 'a' }, '08:00:00   ✓ Bash 1.3 s'],
    [{ type: 'tool.failed', tool: 'Bash', text: 'Exit code 3' }, '08:00:00 ✗ Bash Exit code 3'],
    [{ type: 'other', text: 'noise' }, ''],
  ] satisfies [Partial<SessionEvent>, string][])('%o is one line', (more, line) => {
    expect(eventLine(event(more))).toBe(line);
  });

  it.each(EventType.options)('never moves the cursor or fills two lines, whatever %s carries', (type) => {
    const nasty = '\x1b[2J\x1b]0;title\x07\r\nline\u202e\u2028 \0';
    const line = eventLine(event({ type, text: nasty, tool: nasty, input: nasty, subagentType: nasty }), 60);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
    expect(line.length).toBeLessThan(120);
  });

  it('shows money in as many digits as say something, and an unknown price as unknown', () => {
    expect([0, 1234, 9_999, 10_000, 5_000_000, null].map(dollars)).toEqual([
      '$0.00',
      '$0.0012',
      '$0.0100',
      '$0.01',
      '$5.00',
      'unpriced',
    ]);
  });
});

describe('the table of sessions', () => {
  it('has the latest activity first, within the width', () => {
    const older = session({ id: 'ses_2', lastEventAt: '2026-11-21T07:00:00.000Z', title: 'x'.repeat(300) });
    const lines = sessionTable([older, session({})], Date.parse(at) + 30_000, 100);
    expect(lines.map((line) => line.trim().split(/ {2,}/).slice(0, 6))).toEqual([
      ['SESSION', 'AGENT', 'STATUS', 'LAST', 'CALLS', 'COST'],
      ['ses_1', 'codex', 'running', '30 s', '3', '$1.23'],
      ['ses_2', 'codex', 'running', '1 h', '3', '$1.23'],
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('has a dash for the cost of a session that told no usage, which is not the same as free', () => {
    const costOf = (more: Partial<SessionSummary>) => sessionTable([session(more)], Date.parse(at))[1]?.split(/ {2,}/)[5];
    expect(costOf({ costMicroUsd: 0 })).toBe('—');
    expect(costOf({ costMicroUsd: 0, tokens: { input: 9, output: 1, cacheRead: 0, cacheWrite: 0 } })).toBe('$0.00');
  });

  it('says so when there is nothing', () => {
    expect(sessionTable([], 0)).toEqual(['No session is live.']);
  });
});

describe('the calls that wait for a person', () => {
  const nowMs = Date.parse(at);

  it('are the most urgent first, with what they are and how long is left, and say how to answer', () => {
    const later = { ...approval({ id: 'apr_9', words: 'x'.repeat(300) }), sessionId: 'ses_2', until: '2026-11-21T09:59:00.000Z' };
    const lines = waitingCalls([later, { ...approval({}), sessionId: 'ses_1' }], nowMs, 100);
    expect(lines.map((line) => line.trim())).toEqual([
      '',
      'Waiting for a person:',
      'ses_1 apr_3  Bash rm -rf dist',
      '4 min left, then it is denied · Rule "shells" asks.',
      expect.stringMatching(/^ses_2 apr_9 {2}Bash x+…$/),
      '2 h left, then it is denied · Rule "shells" asks.',
      'flightdeck approve <session>, or deny <session> --note "why"',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('say what happens when nobody answers', () => {
    const until = '2026-11-21T08:00:30.000Z';
    expect(timeLeft(approval({ until, unanswered: 'allow' }), nowMs)).toBe('30 s left, then it is allowed');
    expect(timeLeft(approval({ until, unanswered: 'terminal' }), nowMs + 60_000)).toBe('0 s left, then the terminal asks');
    expect(timeLeft(approval({ deferred: true }), nowMs)).toContain('when it is resumed');
  });

  it('are silent where nothing waits', () => {
    expect(waitingCalls([], nowMs)).toEqual([]);
  });
});
