import { describe, expect, it } from 'vitest';
import { EventType, type SessionEvent } from '../../wire/event.ts';
import { SessionStatus } from '../../wire/session.ts';
import { changeStatus, isEnded, statusAfter, turnAfter } from '../../worker/domain/session.ts';
import { draft, finish, sessionOf, start } from './session-run.ts';

const statuses = SessionStatus.options;
const event = (type: SessionEvent['type'], rest: Partial<SessionEvent> = {}): SessionEvent => ({
  seq: 1,
  id: 'evt_1',
  type,
  at: '2026-11-21T12:00:00.000Z',
  receivedAt: '2026-11-21T12:00:00.000Z',
  ...rest,
});
const ending = { turn: 'none', tellsTurns: true } as const;

describe('the table of statuses', () => {
  // Rows: from; columns: to, in the order of the vocabulary. `x` may follow.
  const table: Record<SessionStatus, string> = {
    //               q r w p c f t x b
    queued: '          . x . . . x x x .',
    running: '         . . x x x x x x x',
    waiting: '         . x . x x x x x x',
    paused: '          . x x . x x x x x',
    completed: '       . x . . . . . . .',
    failed: '          . x . . . . . . .',
    timed_out: '       . x . . . . . . .',
    cancelled: '       . x . . . . . . .',
    budget_exceeded: ' . x x x x x x x .',
  };
  const order: SessionStatus[] = [
    'queued',
    'running',
    'waiting',
    'paused',
    'completed',
    'failed',
    'timed_out',
    'cancelled',
    'budget_exceeded',
  ];
  const pairs = statuses.flatMap((from) =>
    statuses.map((to) => [from, to, table[from].trim().split(' ')[order.indexOf(to)] === 'x'] as const),
  );

  it('knows every status', () => {
    expect([...order].sort()).toEqual([...statuses].sort());
  });

  it.each(pairs)('from %s to %s: %s', (from, to, may) => {
    expect(changeStatus(from, to)).toBe(may ? to : from);
  });

  it('calls four statuses ended', () => {
    expect(statuses.filter(isEnded).sort()).toEqual(['cancelled', 'completed', 'failed', 'timed_out']);
  });
});

describe('an ended session', () => {
  const waking = ['session.started', 'prompt', 'tool.started'];

  it.each(EventType.options.filter((type) => type !== 'control'))('is woken by a start, a prompt or a call alone: %s', (type) => {
    for (const status of statuses.filter(isEnded)) {
      expect(statusAfter(status, event(type), ending)).toBe(waking.includes(type) ? 'running' : status);
    }
  });

  it('stays ended when telemetry follows', () => {
    const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
    const { state } = sessionOf([
      draft('prompt'),
      draft('session.ended'),
      draft('usage', { usage, usageSource: 'logs', costMicroUsd: 5 }),
    ]);
    expect(state).toMatchObject({ status: 'cancelled', eventCount: 3 });
    expect(state.usage.logs?.costMicroUsd).toBe(5);
  });

  it('runs on under the same id when its agent resumes it', () => {
    const run = sessionOf([draft('prompt'), draft('turn.finished', { ok: true }), draft('session.ended')]);
    expect(run.state).toMatchObject({ status: 'completed', endedAtMs: run.nowMs });
    run.post(draft('session.started', { reason: 'resume' }));
    expect(run.state).toMatchObject({ status: 'running', endedAtMs: null, lastSeq: 4 });
  });
});

describe('a turn', () => {
  it('is opened by a prompt or a call of the main agent and closed by its end', () => {
    expect(turnAfter('none', event('prompt'))).toBe('open');
    expect(turnAfter('ok', event('tool.started'))).toBe('open');
    expect(turnAfter('open', event('turn.finished', { ok: true }))).toBe('ok');
    expect(turnAfter('open', event('turn.finished', { ok: false }))).toBe('failed');
  });

  it('is none of a subagent’s business', () => {
    expect(turnAfter('ok', event('tool.started', { subagentId: 'a' }))).toBe('ok');
    expect(turnAfter('open', event('turn.finished', { ok: true, subagentId: 'a' }))).toBe('open');
    expect(statusAfter('running', event('turn.finished', { subagentId: 'a' }), ending)).toBe('running');
  });

  it('leaves the session waiting for a person', () => {
    expect(sessionOf([draft('prompt'), draft('turn.finished', { ok: true })]).state.status).toBe('waiting');
    expect(sessionOf([draft('prompt'), draft('permission.requested')]).state.status).toBe('waiting');
    expect(sessionOf([draft('prompt'), draft('permission.requested'), start('t')]).state.status).toBe('running');
  });
});

describe('the name of an end', () => {
  const end = draft('session.ended');
  const turn = (ok: boolean) => draft('turn.finished', { ok });

  it.each([
    ['completed', 'after a turn that went well', [draft('prompt'), turn(true), end]],
    ['completed', 'without any turn', [draft('session.started'), end]],
    ['cancelled', 'in the middle of a turn', [draft('prompt'), end]],
    ['cancelled', 'in the middle of a call', [draft('prompt'), turn(true), start('t'), end]],
    ['failed', 'after a turn that failed', [draft('prompt'), turn(false), end]],
    ['failed', 'when the agent says so', [draft('prompt'), turn(true), draft('session.ended', { ok: false })]],
    [
      'completed',
      'when a failed turn was followed by a good one',
      [draft('prompt'), turn(false), draft('prompt'), turn(true), end],
    ],
  ] as const)('is %s %s', (status, _, drafts) => {
    expect(sessionOf([...drafts]).state.status).toBe(status);
  });

  it('is completed in the middle of a turn for an agent that never tells of turns', () => {
    expect(sessionOf([draft('prompt'), end], 'home-made').state.status).toBe('completed');
  });

  it('counts once: the first end is the end', () => {
    const run = sessionOf([draft('prompt'), end]);
    const { endedAtMs } = run.state;
    run.post(end);
    expect(run.state).toMatchObject({ status: 'cancelled', endedAtMs });
  });

  it('closes what was still open as interrupted, in the order it was opened', () => {
    const run = sessionOf([
      draft('prompt'),
      start('a'),
      start('b', 'Read'),
      finish('a'),
      start('c', 'Agent', { subagentId: 's' }),
    ]);
    const events = run.post(end);
    expect(events.map(({ type, toolUseId, text, ok }) => [type, toolUseId, text, ok])).toEqual([
      ['tool.failed', 'b', 'interrupted', false],
      ['tool.failed', 'c', 'interrupted', false],
      ['session.ended', undefined, undefined, undefined],
    ]);
    expect(run.state).toMatchObject({ openCalls: {}, toolCallCount: 3, errorCount: 0 });
  });
});
