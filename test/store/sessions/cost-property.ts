import fc from 'fast-check';
import { expect } from 'vitest';
import { CostBy } from '../../../wire/cost-report.ts';
import { costsOf } from '../../../worker/domain/session-costs.ts';
import { spentOf } from '../../../worker/domain/session-state.ts';
import type { Db } from '../../../worker/store/db.ts';
import { deleteSession } from '../../../worker/store/sessions/flush.ts';
import { draft } from '../../domain/session-run.ts';
import { called, Flushed, ran, reportOf } from './flushed.ts';

const models = fc.constantFrom('opus', 'haiku', '', '__proto__', "o'brien", 'other');
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      model: models,
      cost: fc.nat(999),
      source: fc.constantFrom('logs' as const, 'hook' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tool' as const), tool: models, cost: fc.nat(99) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flush' as const), answer: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'prompt' as const) }) },
);
const schedules = fc.array(fc.record({ session: fc.nat(2), step }), { minLength: 5, maxLength: 40 });

/** Whatever sessions do and flushes lose, a report comes to the same by whatever it is, and to what the sessions cost. */
export async function costReportsAgree(db: Db, numRuns: number): Promise<void> {
  let played = 0;
  await fc.assert(
    fc.asyncProperty(schedules, fc.boolean(), async (steps, deletes) => {
      played += 1;
      const org = `org_agrees_${played}`;
      const runs = [new Flushed(db, org), new Flushed(db, org), new Flushed(db, org)];
      for (const [index, { session, step: one }] of steps.entries()) {
        const run = runs[session];
        if (!run) continue;
        if (one.do === 'call') run.post(called(one.model, one.cost, { usageSource: one.source }));
        if (one.do === 'tool') run.post(ran(one.tool, one.cost, `t${index}`));
        if (one.do === 'wait') run.nowMs += one.hours * 3600_000;
        if (one.do === 'end') run.post(draft('session.ended'));
        if (one.do === 'prompt') run.post(draft('prompt', { text: 'go on' }));
        if (one.do === 'flush' && run.state.lastSeq > 0) await run.flush(one);
      }
      if (deletes && runs[0]?.held) await deleteSession(db, org, runs[0].id);
      const held = runs.flatMap((run) => run.held ?? []);
      const spent = held.reduce((sum, state) => sum + spentOf(state), 0);
      for (const by of CostBy.options) {
        const report = await reportOf(db, org, by);
        expect([by, report.costMicroUsd]).toEqual([by, spent]);
        const sum = (parts: { costMicroUsd: number }[]) => parts.reduce((total, part) => total + part.costMicroUsd, 0);
        expect([by, sum(report.items), sum(report.cells)]).toEqual([by, spent, spent]);
        expect(report.items.some(({ kind }) => kind === 'unattributed')).toBe(false);
      }
      const { items } = await reportOf(db, org, 'model');
      for (const { kind, key, costMicroUsd, calls } of items) {
        if (kind !== 'named') continue;
        const parts = held.flatMap((state) => costsOf(state).models.filter(({ name }) => name === key));
        expect([key, costMicroUsd]).toEqual([key, parts.reduce((sum, part) => sum + part.costMicroUsd, 0)]);
        expect([key, calls]).toEqual([key, parts.reduce((sum, part) => sum + part.calls, 0)]);
      }
    }),
    { seed: 20261121, numRuns },
  );
}
