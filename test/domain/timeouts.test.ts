import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../wire/organization-limits.ts';
import { orderFor } from '../../worker/domain/control.ts';
import { span } from '../../worker/domain/span.ts';
import { overtimeDrafts, silenceDrafts } from '../../worker/domain/timeouts.ts';
import { draft, SessionRun, start, startMs } from './session-run.ts';

const minute = 60_000;
const timeouts = { ...defaultLimits, executionTimeoutMs: 2 * 60 * minute, silenceTimeoutMs: 45 * minute };
const what = 'This session has run for 2 hours, as long as it may.';
const reason = `${what} Stop and summarise; a person can resume it in Flightdeck.`;

function overtime() {
  const run = new SessionRun();
  run.post(draft('session.started'));
  run.post(...overtimeDrafts(timeouts));
  return run;
}

describe('a session that ran too long', () => {
  it('is over and held: whatever its agent asks is refused with what to do', () => {
    const run = overtime();
    expect(run.state).toMatchObject({ status: 'timed_out', block: { because: 'timed_out', reason, what } });
    const [call, closed] = run.post(start('t1'));
    expect(call).toMatchObject({ refused: { because: 'timed_out', reason } });
    expect(closed).toMatchObject({ type: 'tool.failed', text: reason });
    run.post(draft('session.started'), draft('prompt', { text: 'go on' }));
    expect(run.state).toMatchObject({ status: 'timed_out', block: { because: 'timed_out' } });
  });

  it('goes on for as long again when a person resumes it', () => {
    const run = overtime();
    const order = orderFor(run.state, { action: 'resume' }, { userId: 'usr_1', name: 'Ada' });
    run.post(...(order.ok && order.draft ? [order.draft] : []));
    expect(run.state).toMatchObject({ status: 'running', block: null, endedAtMs: null, runSinceMs: run.nowMs });
    expect(run.post(start('t1'))[0]?.refused).toBeUndefined();
  });

  it('can be neither paused nor stopped', () => {
    for (const action of ['pause', 'stop'] as const)
      expect(orderFor(overtime().state, { action }, { userId: 'usr_1', name: 'Ada' })).toMatchObject({ ok: false });
  });
});

describe('a session whose agent was silent too long', () => {
  it('is over, says how long it was silent, and runs on when its agent comes back, with its whole time', () => {
    const run = new SessionRun();
    run.post(start('t1'));
    const events = run.post(...silenceDrafts(run.state, timeouts));
    expect(events).toMatchObject([{ type: 'tool.failed' }, { text: 'closed after 45 minutes without a word' }]);
    expect(run.state).toMatchObject({ status: 'timed_out', block: null });
    run.post(draft('prompt', { text: 'again' }));
    expect(run.state).toMatchObject({ status: 'running', runSinceMs: run.nowMs });
  });
});

it('waiting for a person takes nothing of the time to run', () => {
  const run = new SessionRun();
  run.post(draft('prompt', { text: 'do it' }));
  run.post(draft('turn.finished'));
  run.nowMs += 5 * 60 * minute;
  run.post(draft('notification'));
  run.post(draft('prompt', { text: 'and now that' }));
  expect(run.state.runSinceMs - startMs).toBe(5 * 60 * minute + 2000);
});

it('time is told as people say it', () => {
  expect([minute, 30 * minute, 60 * minute, 90 * minute, 360 * minute, 4320 * minute].map(span)).toEqual([
    '1 minute',
    '30 minutes',
    '1 hour',
    '90 minutes',
    '6 hours',
    '3 days',
  ]);
});
