import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../wire/organization-limits.ts';
import type { SessionStatus } from '../../wire/session.ts';
import { backOffMs, type DeadlineName, type Duties, deadlinesOf, earliest, owedSince } from '../../worker/domain/deadlines.ts';
import { newSession, type SessionState } from '../../worker/domain/session-state.ts';
import { owner, startMs } from './session-run.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const state = (rest: Partial<SessionState> = {}): SessionState => ({ ...newSession(owner(), startMs), lastSeq: 5, ...rest });
const duties = (rest: Partial<Duties> = {}): Duties => ({
  state: state(),
  flushedSeq: 5,
  archivedSeq: 0,
  dirtySinceMs: null,
  statusDirtySinceMs: null,
  toldSeq: 5,
  toldAtMs: startMs,
  hasAudience: false,
  spectatorUntilMs: null,
  timeouts: defaultLimits,
  liveDays: 0,
  ledgerAtMs: null,
  refusalsAtMs: null,
  notBefore: {},
  ...rest,
});
/** When a duty is due, in milliseconds from the session's start; undefined where it is none. */
function due(name: DeadlineName, rest: Partial<Duties> = {}): number | undefined {
  const found = deadlinesOf(duties(rest)).find((deadline) => deadline.name === name);
  return found && found.atMs - startMs;
}

describe('a flush', () => {
  const regular = due('flush', { flushedSeq: 3, dirtySinceMs: startMs }) ?? 0;

  it('is due half a second after a session’s first event, within two minutes after others', () => {
    expect(due('flush', { flushedSeq: 0, dirtySinceMs: startMs })).toBe(500);
    expect(regular).toBeGreaterThan(10 * second);
    expect(regular).toBeLessThanOrEqual(2 * minute);
    expect(due('flush')).toBeUndefined();
  });

  it('is due within five seconds of a change of status', () => {
    const dirty = { dirtySinceMs: startMs };
    expect(due('flush', { ...dirty, statusDirtySinceMs: startMs + 10 * second })).toBe(15 * second);
    expect(due('flush', { ...dirty, statusDirtySinceMs: startMs + regular - 2 * second })).toBe(regular);
  });

  it('waits its back-off out after a failure, and no other duty waits with it', () => {
    const later = { notBefore: { flush: startMs + hour }, dirtySinceMs: startMs };
    expect(due('flush', later)).toBe(hour);
    expect(due('idle', later)).toBe(30 * minute);
    expect(due('flush', { notBefore: { flush: startMs - hour }, dirtySinceMs: startMs })).toBe(regular);
  });
});

describe('an evicted room', () => {
  it('owes its flush when it did before: the alarm that it left standing says when', () => {
    expect(owedSince(startMs, startMs + 90 * second)).toEqual({ dirtySinceMs: startMs - 30 * second, statusDirtySinceMs: null });
    expect(owedSince(startMs, startMs + hour)).toEqual({ dirtySinceMs: startMs, statusDirtySinceMs: null });
  });

  it('owes D1 a status where an alarm stood for one, or woke it', () => {
    const urgent = { dirtySinceMs: startMs, statusDirtySinceMs: startMs };
    expect(owedSince(startMs, startMs + 5 * second)).toEqual(urgent);
    expect(owedSince(startMs, null)).toEqual(urgent);
  });
});

describe('silence', () => {
  it('ends a running session after half an hour, one that waits for a person after a day', () => {
    expect(due('idle')).toBe(30 * minute);
    for (const status of ['waiting', 'paused', 'budget_exceeded'] satisfies SessionStatus[]) {
      expect(due('idle', { state: state({ status }) })).toBe(24 * hour);
    }
  });

  it('ends nothing that has ended', () => {
    for (const status of ['completed', 'failed', 'timed_out', 'cancelled'] satisfies SessionStatus[]) {
      expect(due('idle', { state: state({ status, endedAtMs: startMs }) })).toBeUndefined();
    }
  });
});

describe('the time to run', () => {
  it('is over six hours after the start, or as long as the organization says', () => {
    expect(due('timeout')).toBe(6 * hour);
    expect(due('timeout', { timeouts: { ...defaultLimits, executionTimeoutMs: 5 * minute } })).toBe(5 * minute);
    expect(due('timeout', { state: state({ runSinceMs: startMs + hour }) })).toBe(7 * hour);
    expect(due('idle', { timeouts: { ...defaultLimits, silenceTimeoutMs: minute } })).toBe(minute);
  });

  it('is not counted for who waits, is held or is over', () => {
    for (const status of ['waiting', 'paused', 'timed_out', 'completed'] satisfies SessionStatus[])
      expect(due('timeout', { state: state({ status }) })).toBeUndefined();
    expect(due('timeout', { state: state({ block: { because: 'stopped', reason: '' } }) })).toBeUndefined();
  });
});

describe('the archive', () => {
  const ended = (rest: Partial<SessionState> = {}) => state({ status: 'completed', endedAtMs: startMs, ...rest });

  it('takes a session an hour after its end, and after what still followed it', () => {
    expect(due('archive', { state: ended() })).toBe(hour);
    expect(due('archive', { state: ended({ lastEventAtMs: startMs + 10 * minute }) })).toBe(hour + 10 * minute);
  });

  it('takes one that never ended after a day of silence', () => {
    expect(due('archive')).toBe(24 * hour);
  });

  it('takes nothing twice', () => {
    expect(due('archive', { state: ended(), archivedSeq: 5 })).toBeUndefined();
    expect(due('archive', { state: ended(), archivedSeq: 4 })).toBe(hour);
  });

  it('waits for D1 to hear of what came long after the end', () => {
    const corrected = { state: ended(), archivedSeq: 4, flushedSeq: 4, dirtySinceMs: startMs + 50 * hour };
    expect(due('archive', corrected)).toBe(due('flush', corrected));
  });
});

describe('watchers', () => {
  it('are told of what is new within two minutes, where anybody listens', () => {
    expect(due('tell', { hasAudience: true, toldSeq: 4 })).toBeLessThanOrEqual(2 * minute);
    expect(due('tell', { hasAudience: true })).toBeUndefined();
    expect(due('tell', { toldSeq: 4 })).toBeUndefined();
  });

  it('lose their right when the first one’s ends', () => {
    expect(due('spectators', { spectatorUntilMs: startMs + 7 })).toBe(7);
    expect(due('spectators')).toBeUndefined();
  });
});

describe('a failed duty', () => {
  it('is tried again after 2 s, 4 s, 8 s and so on, and at least every five minutes for ever', () => {
    expect([1, 2, 3, 4, 8, 9, 10, 1000].map(backOffMs)).toEqual([
      2 * second,
      4 * second,
      8 * second,
      16 * second,
      256 * second,
      5 * minute,
      5 * minute,
      5 * minute,
    ]);
  });
});

describe('the alarm', () => {
  it('is the earliest of all duties, and none where there is nothing to do', () => {
    expect(earliest([])).toBeNull();
    const quiet = duties({ state: state({ status: 'completed', endedAtMs: startMs }), archivedSeq: 5 });
    expect(earliest(deadlinesOf(quiet))).toBeNull();
    expect(earliest(deadlinesOf(duties({ dirtySinceMs: startMs, spectatorUntilMs: startMs + 3 })))).toBe(startMs + 3);
  });

  it('always stands while D1 or R2 lacks something or the session is not over', () => {
    const time = fc.integer({ min: 0, max: 100 * hour }).map((ms) => startMs + ms);
    const any = fc.record({
      lastSeq: fc.integer({ min: 1, max: 9 }),
      flushedSeq: fc.nat({ max: 9 }),
      archivedSeq: fc.nat({ max: 9 }),
      endedAtMs: fc.option(time),
      lastEventAtMs: time,
      dirtyAtMs: time,
    });
    fc.assert(
      fc.property(any, ({ lastSeq, flushedSeq, archivedSeq, endedAtMs, lastEventAtMs, dirtyAtMs }) => {
        const status = endedAtMs === null ? 'waiting' : 'completed';
        const isDirty = flushedSeq < lastSeq;
        const found = deadlinesOf(
          duties({
            state: state({ lastSeq, status, endedAtMs, lastEventAtMs }),
            flushedSeq,
            archivedSeq,
            dirtySinceMs: isDirty ? dirtyAtMs : null,
          }),
        );
        const hasWork = isDirty || archivedSeq < lastSeq || endedAtMs === null;
        expect(found.length > 0).toBe(hasWork);
        for (const { atMs } of found) expect(Number.isFinite(atMs)).toBe(true);
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });
});
