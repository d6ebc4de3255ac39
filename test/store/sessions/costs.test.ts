import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CostBy, type CostReport } from '../../../wire/cost-report.ts';
import { limits } from '../../../wire/limits.ts';
import { costReport } from '../../../worker/domain/cost-report.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { costLinesOf, costsOf } from '../../../worker/domain/session-costs.ts';
import { type SessionState, spentOf, summaryOf } from '../../../worker/domain/session-state.ts';
import { openDb } from '../../../worker/store/db.ts';
import { costFigures, modelsSince } from '../../../worker/store/sessions/costs.ts';
import { deleteSession, flushSession } from '../../../worker/store/sessions/flush.ts';
import { draft, SessionRun, startMs } from '../../domain/session-run.ts';

const db = openDb(env.DB);
const all = { from: '2026-01-01', to: '2026-12-31' };
const day = 24 * 3600_000;

async function reportOf(org: string, by: CostBy, range = all): Promise<CostReport> {
  return costReport({ by, ...range }, await costFigures(db, org, range, by), (key) => key);
}

const called = (model: string, costMicroUsd: number, rest: Partial<Draft> = {}): Draft =>
  draft('usage', {
    usage: { input: 10, output: 1, cacheRead: 2, cacheWrite: 3, model },
    usageSource: 'logs',
    costMicroUsd,
    ...rest,
  });
const ran = (tool: string, costMicroUsd: number, id: string): Draft =>
  draft('tool.finished', { tool, toolUseId: id, ok: true, costMicroUsd });

const ids = Array.from({ length: 1000 }, (_, n) => `ses_c${n}`);

/** A session and D1, which may miss flushes and lose answers. */
class Flushed extends SessionRun {
  readonly id = ids.pop() ?? '';
  readonly org: string;
  /** What the room believes that D1 holds. */
  seq = 0;
  /** What D1 holds. */
  held: SessionState | undefined;

  constructor(org: string) {
    super();
    this.org = org;
    this.nowMs = startMs;
  }

  async flush({ answer = true } = {}): Promise<void> {
    const summary = { ...summaryOf(this.state), id: this.id };
    const { seq } = await flushSession(db, this.org, summary, this.seq, costLinesOf(this.state));
    if (seq === this.state.lastSeq) this.held = this.state;
    if (answer) this.seq = seq;
  }
}

const costRows = async (org: string) =>
  (
    await env.DB.prepare(
      'SELECT day, kind, name, calls, cost_micro_usd AS cost FROM cost_days WHERE organization_id = ? ORDER BY 1, 2, 3',
    )
      .bind(org)
      .all()
  ).results;

describe('the roll-up by model and tool', () => {
  it('is written when a session ends, not before, and the report knows of it all the same', async () => {
    const run = new Flushed('org_cost_a');
    run.post(called('opus', 500), ran('Bash', 20, 't1'), ran('Read', 0, 't2'));
    await run.flush();
    run.post(called('haiku', 30));
    await run.flush();
    expect(await costRows(run.org)).toEqual([]);
    const live = await reportOf(run.org, 'model');
    expect(live.items.map(({ kind, key, costMicroUsd, calls }) => [kind, key, costMicroUsd, calls])).toEqual([
      ['named', 'opus', 500, 1],
      ['named', 'haiku', 30, 1],
      ['tool_calls', '', 20, 1],
    ]);
    run.post(draft('session.ended'));
    for (let time = 0; time < 3; time += 1) await run.flush({ answer: time === 2 });
    expect(await costRows(run.org)).toEqual([
      { day: '2026-11-21', kind: 'model', name: 'haiku', calls: 1, cost: 30 },
      { day: '2026-11-21', kind: 'model', name: 'opus', calls: 1, cost: 500 },
      { day: '2026-11-21', kind: 'tool', name: 'Bash', calls: 1, cost: 20 },
    ]);
    expect(await reportOf(run.org, 'model')).toEqual(live);
    expect((await reportOf(run.org, 'tool')).items.map(({ kind, key, costMicroUsd }) => [kind, key, costMicroUsd])).toEqual([
      ['model_calls', '', 530],
      ['named', 'Bash', 20],
    ]);
  });

  it('puts what came before midnight on the day before, when D1 was down over midnight, too', async () => {
    const run = new Flushed('org_cost_b');
    run.post(called('opus', 500));
    await run.flush();
    run.post(called('opus', 7));
    run.nowMs += day;
    run.post(called('haiku', 30));
    await run.flush();
    const cells = async (by: CostBy) =>
      (await reportOf(run.org, by)).cells.map(({ day: date, key, costMicroUsd }) => [date, key, costMicroUsd]);
    expect(await cells('model')).toEqual([
      ['2026-11-21', 'opus', 500],
      ['2026-11-22', 'haiku', 30],
      ['2026-11-22', 'opus', 7],
    ]);
    expect(await cells('day')).toEqual([
      ['2026-11-21', '2026-11-21', 500],
      ['2026-11-22', '2026-11-22', 37],
    ]);
    expect(await costRows(run.org)).toMatchObject([{ day: '2026-11-21', cost: 500 }]);
  });

  it('follows better figures that replace worse ones, and takes back what those said', async () => {
    const run = new Flushed('org_cost_c');
    run.post(called('guess', 900, { usageSource: 'metrics' }), draft('session.ended'));
    await run.flush();
    run.post(called('opus', 300));
    await run.flush();
    expect((await reportOf(run.org, 'model')).items).toMatchObject([
      { key: 'opus', costMicroUsd: 300, calls: 1, tokens: { input: 10 } },
      { key: 'guess', costMicroUsd: 0, calls: 0, tokens: { input: 0 } },
    ]);
  });

  it('keeps what a deleted session cost', async () => {
    const run = new Flushed('org_cost_d');
    run.post(called('opus', 500));
    await run.flush();
    for (let time = 0; time < 2; time += 1) await deleteSession(db, run.org, run.id);
    expect(await reportOf(run.org, 'model')).toMatchObject({ costMicroUsd: 500, items: [{ key: 'opus', costMicroUsd: 500 }] });
  });

  it('says so where it does not know what money was spent on', async () => {
    const run = new Flushed('org_cost_e');
    run.post(called('opus', 500), draft('session.ended'));
    // As a session of a time when costs were not told apart.
    await flushSession(db, run.org, { ...summaryOf(run.state), id: run.id }, 0);
    expect(await reportOf(run.org, 'model')).toMatchObject({
      costMicroUsd: 500,
      items: [{ kind: 'unattributed', name: 'Not told apart', costMicroUsd: 500, calls: null }],
      cells: [{ day: '2026-11-21', kind: 'unattributed', costMicroUsd: 500 }],
    });
  });

  it('shows the dearest by name and the rest as one', async () => {
    const org = 'org_cost_f';
    for (let first = 0; first < 3; first += 1) {
      const run = new Flushed(org);
      for (let n = 0; n < 20; n += 1) run.post(called(`m${first * 20 + n}`, 100 + first * 20 + n));
      run.post(draft('session.ended'));
      await run.flush();
    }
    const { items, cells, costMicroUsd } = await reportOf(org, 'model');
    expect(items).toHaveLength(limits.maxReportGroups + 1);
    expect(items.at(0)).toMatchObject({ key: 'm59', costMicroUsd: 159 });
    expect(items.at(-1)).toMatchObject({ kind: 'other', calls: 10, costMicroUsd: 1045 });
    expect(cells.reduce((sum, cell) => sum + cell.costMicroUsd, 0)).toBe(costMicroUsd);
  });

  it('is another organization’s to nobody else', async () => {
    expect((await reportOf('org_cost_nobody', 'model')).items).toEqual([]);
    expect(await modelsSince(db, 'org_cost_nobody', all.from, 9)).toEqual([]);
    expect(await modelsSince(db, 'org_cost_a', all.from, 9)).toEqual(['haiku', 'opus']);
    expect(await modelsSince(db, 'org_cost_a', '2026-11-22', 9)).toEqual([]);
  });
});

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

describe('a cost report', () => {
  it('comes to the same by whatever it is, and to what the sessions cost, at every moment', { timeout: 120_000 }, async () => {
    const orgs = Array.from({ length: 100 }, (_, n) => `org_cost_p${n}`);
    await fc.assert(
      fc.asyncProperty(schedules, fc.boolean(), async (steps, deletes) => {
        const org = orgs.pop() ?? '';
        const runs = [new Flushed(org), new Flushed(org), new Flushed(org)];
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
          const report = await reportOf(org, by);
          expect([by, report.costMicroUsd]).toEqual([by, spent]);
          const sum = (parts: { costMicroUsd: number }[]) => parts.reduce((total, part) => total + part.costMicroUsd, 0);
          expect([by, sum(report.items), sum(report.cells)]).toEqual([by, spent, spent]);
          expect(report.items.some(({ kind }) => kind === 'unattributed')).toBe(false);
        }
        const { items } = await reportOf(org, 'model');
        for (const { kind, key, costMicroUsd, calls } of items) {
          if (kind !== 'named') continue;
          const parts = held.flatMap((state) => costsOf(state).models.filter(({ name }) => name === key));
          expect([key, costMicroUsd]).toEqual([key, parts.reduce((sum, part) => sum + part.costMicroUsd, 0)]);
          expect([key, calls]).toEqual([key, parts.reduce((sum, part) => sum + part.calls, 0)]);
        }
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });
});
