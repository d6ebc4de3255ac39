import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventType } from '../../wire/event.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { evolve } from '../../worker/domain/evolve.ts';
import type { LogRecord } from '../../worker/domain/run.ts';
import { newSession, type SessionState, summaryOf, usageSources } from '../../worker/domain/session-state.ts';
import { failuresIn } from '../simulation/oracle.ts';
import { owner, SessionRun, startMs } from './session-run.ts';

const settings = { seed: 20261121, numRuns: 2000 };

/** What is stored comes back as JSON: nothing undefined, no NaN, no -0. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** The state as a room that wakes up finds it: the fold of the stored records over the stored state. */
function rebuilt(before: SessionState, records: LogRecord[]): SessionState {
  let state = stored(before);
  for (const { events, marks, stream } of stored(records)) {
    events.forEach((event, index) => {
      state = evolve(state, event, marks[index], stream);
    });
  }
  return state;
}

const hostile = fc.constantFrom('', 'a', '__proto__', 'constructor', '7', '\ud800', '💥', 'x'.repeat(300), 'toString', '\0');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const amounts = fc.constantFrom(0, -0, 1, 5000, Number.NaN, Number.POSITIVE_INFINITY, 0.1);
const counts = fc.nat({ max: 5000 });
const anything = fc.constantFrom<unknown>(undefined, null, { deep: [1, undefined] }, 'text', Number.NaN, [undefined]);

const drafts: fc.Arbitrary<Draft> = fc.record({
  type: fc.constantFrom(...EventType.options),
  hook: fc.constantFrom('hook', 'PostToolBatch', 'flightdeck'),
  n: maybe(fc.integer({ min: 1, max: 12 })),
  key: maybe(fc.constantFrom('k1', 'k2', 'k3')),
  tool: maybe(fc.constantFrom('Bash', 'Agent', 'constructor')),
  toolUseId: maybe(fc.oneof(hostile, fc.constantFrom('t1', 't2', 't3'))),
  input: anything,
  output: anything,
  ok: maybe(fc.boolean()),
  durationMs: maybe(amounts),
  text: maybe(hostile),
  usage: maybe(
    fc.record({
      input: counts,
      output: counts,
      cacheRead: counts,
      cacheWrite: counts,
      model: maybe(hostile),
      durationMs: maybe(amounts),
    }),
  ),
  usageSource: maybe(fc.constantFrom(...usageSources)),
  costMicroUsd: maybe(fc.oneof(fc.constant(null), counts)),
  redactions: maybe(fc.nat({ max: 3 })),
  subagentId: maybe(hostile),
  parentToolUseId: maybe(hostile),
  control: maybe(
    fc.record({
      action: fc.constantFrom('renamed', 'tagged', 'paused', 'resumed', 'stopped', 'timed_out', 'budget_changed', 'repriced'),
      title: maybe(hostile),
      tags: maybe(fc.array(hostile, { maxLength: 2 })),
      status: maybe(fc.constantFrom('running', 'paused', 'completed')),
      limitMicroUsd: maybe(fc.oneof(fc.constant(null), fc.nat({ max: 9000 }))),
      deltaMicroUsd: maybe(counts),
    }),
  ),
  facts: maybe(fc.record({ model: maybe(hostile), cwd: maybe(hostile), title: maybe(hostile), gitBranch: maybe(hostile) })),
  batch: maybe(
    fc.array(fc.record({ tool: fc.constant('Bash'), toolUseId: fc.constantFrom('t1', 't2', '__proto__') }), { maxLength: 2 }),
  ),
});
const posts = fc.array(fc.record({ stream: maybe(hostile), drafts: fc.array(drafts, { minLength: 1, maxLength: 4 }) }), {
  maxLength: 8,
});

describe('a session’s state', () => {
  it('is the same whether its events were just taken or are read back from the log', () => {
    fc.assert(
      fc.property(posts, fc.nat({ max: 8 }), (all, saveAfter) => {
        const run = new SessionRun();
        let saved = run.state;
        let unsaved = 0;
        all.forEach((post, index) => {
          run.ingest(post);
          if (index !== saveAfter) return;
          saved = run.state;
          unsaved = run.records.length;
        });
        const state = rebuilt(saved, run.records.slice(unsaved));
        // As JSON, which is what the next checkpoint writes; and as the screen shows it.
        expect(stored(state)).toEqual(stored(run.state));
        expect(summaryOf(state)).toEqual(stored(summaryOf(run.state)));
      }),
      settings,
    );
  });

  it('counts what its events count, whatever they are', () => {
    fc.assert(
      fc.property(posts, (all) => {
        const run = new SessionRun();
        for (const post of all) run.ingest(post);
        const { state, events } = run;
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
        expect(state).toMatchObject({ lastSeq: events.length, eventCount: events.length });
        expect(state.errorCount).toBe(failuresIn(events));
        const calls = events.filter(({ type }) => type === 'tool.started' || type === 'tool.finished' || type === 'tool.failed');
        expect(state.toolCallCount).toBe(new Set(calls.map(({ toolUseId }) => toolUseId)).size);
        for (const id of Object.keys(state.openCalls)) expect(calls.some(({ toolUseId }) => toolUseId === id)).toBe(true);
      }),
      settings,
    );
  });

  it('starts as nothing at all', () => {
    const state = newSession(owner(), startMs);
    expect(summaryOf(state)).toMatchObject({
      status: 'running',
      eventCount: 0,
      lastSeq: 0,
      costMicroUsd: 0,
      endedAt: null,
      title: '',
    });
    expect(stored(state)).toEqual(state);
  });
});
