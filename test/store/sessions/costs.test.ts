import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { CostBy } from '../../../wire/cost-report.ts';
import { limits } from '../../../wire/limits.ts';
import { summaryOf } from '../../../worker/domain/session-state.ts';
import { openDb } from '../../../worker/store/db.ts';
import { modelsSince } from '../../../worker/store/sessions/costs.ts';
import { deleteSession, flushSession } from '../../../worker/store/sessions/flush.ts';
import { draft } from '../../domain/session-run.ts';
import { costReportsAgree } from './cost-property.ts';
import { all, called, Flushed, ran, reportOf } from './flushed.ts';

const db = openDb(env.DB);
const day = 24 * 3600_000;

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
    const run = new Flushed(db, 'org_cost_a');
    run.post(called('opus', 500), ran('Bash', 20, 't1'), ran('Read', 0, 't2'));
    await run.flush();
    run.post(called('haiku', 30));
    await run.flush();
    expect(await costRows(run.org)).toEqual([]);
    const live = await reportOf(db, run.org, 'model');
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
    expect(await reportOf(db, run.org, 'model')).toEqual(live);
    expect((await reportOf(db, run.org, 'tool')).items.map(({ kind, key, costMicroUsd }) => [kind, key, costMicroUsd])).toEqual([
      ['model_calls', '', 530],
      ['named', 'Bash', 20],
    ]);
  });

  it('puts what came before midnight on the day before, when D1 was down over midnight, too', async () => {
    const run = new Flushed(db, 'org_cost_b');
    run.post(called('opus', 500));
    await run.flush();
    run.post(called('opus', 7));
    run.nowMs += day;
    run.post(called('haiku', 30));
    await run.flush();
    const cells = async (by: CostBy) =>
      (await reportOf(db, run.org, by)).cells.map(({ day: date, key, costMicroUsd }) => [date, key, costMicroUsd]);
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
    const run = new Flushed(db, 'org_cost_c');
    run.post(called('guess', 900, { usageSource: 'metrics' }), draft('session.ended'));
    await run.flush();
    run.post(called('opus', 300));
    await run.flush();
    expect((await reportOf(db, run.org, 'model')).items).toMatchObject([
      { key: 'opus', costMicroUsd: 300, calls: 1, tokens: { input: 10 } },
      { key: 'guess', costMicroUsd: 0, calls: 0, tokens: { input: 0 } },
    ]);
  });

  it('keeps what a deleted session cost', async () => {
    const run = new Flushed(db, 'org_cost_d');
    run.post(called('opus', 500));
    await run.flush();
    for (let time = 0; time < 2; time += 1) await deleteSession(db, run.org, run.id);
    expect(await reportOf(db, run.org, 'model')).toMatchObject({
      costMicroUsd: 500,
      items: [{ key: 'opus', costMicroUsd: 500 }],
    });
  });

  it('says so where it does not know what money was spent on', async () => {
    const run = new Flushed(db, 'org_cost_e');
    run.post(called('opus', 500), draft('session.ended'));
    // As a session of a time when costs were not told apart.
    await flushSession(db, run.org, { ...summaryOf(run.state), id: run.id }, 0);
    expect(await reportOf(db, run.org, 'model')).toMatchObject({
      costMicroUsd: 500,
      items: [{ kind: 'unattributed', name: 'Not told apart', costMicroUsd: 500, calls: null }],
      cells: [{ day: '2026-11-21', kind: 'unattributed', costMicroUsd: 500 }],
    });
  });

  it('shows the dearest by name and the rest as one', async () => {
    const org = 'org_cost_f';
    for (let first = 0; first < 3; first += 1) {
      const run = new Flushed(db, org);
      for (let n = 0; n < 20; n += 1) run.post(called(`m${first * 20 + n}`, 100 + first * 20 + n));
      run.post(draft('session.ended'));
      await run.flush();
    }
    const { items, cells, costMicroUsd } = await reportOf(db, org, 'model');
    expect(items).toHaveLength(limits.maxReportGroups + 1);
    expect(items.at(0)).toMatchObject({ key: 'm59', costMicroUsd: 159 });
    expect(items.at(-1)).toMatchObject({ kind: 'other', calls: 10, costMicroUsd: 1045 });
    expect(cells.reduce((sum, cell) => sum + cell.costMicroUsd, 0)).toBe(costMicroUsd);
  });

  it('is another organization’s to nobody else', async () => {
    expect((await reportOf(db, 'org_cost_nobody', 'model')).items).toEqual([]);
    expect(await modelsSince(db, 'org_cost_nobody', all.from, 9)).toEqual([]);
    expect(await modelsSince(db, 'org_cost_a', all.from, 9)).toEqual(['haiku', 'opus']);
    expect(await modelsSince(db, 'org_cost_a', '2026-11-22', 9)).toEqual([]);
  });
});

describe('a cost report', () => {
  it('comes to the same by whatever it is, and to what the sessions cost, on a real D1, too', async () => {
    await costReportsAgree(db, 5);
  });
});
