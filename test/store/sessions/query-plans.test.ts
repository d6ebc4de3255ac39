import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { CostBy } from '../../../wire/cost-report.ts';
import { type Db, openDb } from '../../../worker/store/db.ts';
import * as before from '../../../worker/store/sessions/called-before.ts';
import * as costs from '../../../worker/store/sessions/costs.ts';
import * as counted from '../../../worker/store/sessions/counted-use.ts';
import * as erasing from '../../../worker/store/sessions/erasing.ts';
import * as flush from '../../../worker/store/sessions/flush.ts';
import * as list from '../../../worker/store/sessions/list.ts';
import * as since from '../../../worker/store/sessions/since.ts';
import * as trash from '../../../worker/store/sessions/trash.ts';
import * as tree from '../../../worker/store/sessions/tree.ts';
import { isoAt, startMs, summary } from './summary.ts';

const org = 'org_plans';
const cursor = `${startMs}.ses_1`;

/** How each of the store's functions is called, with every filter that changes its statement. */
const calls: Record<string, (db: Db) => Promise<unknown>> = {
  'flushSession, the first': (db) => flush.flushSession(db, org, summary('ses_1'), 0),
  'flushSession, the first of an import': (db) =>
    flush.flushSession(db, org, summary('ses_1', { imported: { at: isoAt(startMs) } }), 0),
  'flushSession, a later one': (db) => flush.flushSession(db, org, summary('ses_1', { lastSeq: 2 }), 1),
  'flushSession, the last': (db) => flush.flushSession(db, org, summary('ses_1', { endedAt: isoAt(startMs) }), 1),
  ...Object.fromEntries(
    CostBy.options.map((by) => [
      `costFigures, by ${by}`,
      (db: Db) => costs.costFigures(db, org, { from: '2026-11-01', to: '2026-11-30' }, by),
    ]),
  ),
  'namesOf, of projects': (db) => costs.namesOf(db, org, 'project', ['prj_1']),
  'namesOf, of people': (db) => costs.namesOf(db, org, 'user', ['usr_1']),
  countedUse: (db) => counted.countedUse(db, org, startMs),
  modelsSince: (db) => costs.modelsSince(db, org, '2026-11-01', 10),
  deleteSession: (db) => flush.deleteSession(db, org, 'ses_1'),
  listSessions: (db) => list.listSessions(db, org, { limit: 10 }),
  'listSessions, a later page': (db) => list.listSessions(db, org, { cursor, limit: 10 }),
  'listSessions by project': (db) => list.listSessions(db, org, { projectId: 'p', cursor }),
  'listSessions by status': (db) => list.listSessions(db, org, { statuses: ['running'], cursor }),
  'listSessions by statuses': (db) => list.listSessions(db, org, { statuses: ['running', 'waiting'], cursor }),
  'listSessions by agent': (db) => list.listSessions(db, org, { agent: 'codex', cursor }),
  'listSessions by parent': (db) => list.listSessions(db, org, { parentId: 'ses_1', cursor }),
  'listSessions by all': (db) => list.listSessions(db, org, { agent: 'codex', statuses: ['running'], projectId: 'p', cursor }),
  sessionsSince: (db) => since.sessionsSince(db, org, startMs, undefined),
  'sessionsSince, a later page': (db) => since.sessionsSince(db, org, startMs, cursor),
  listWaitingSessions: (db) => list.listWaitingSessions(db, org, { limit: 10 }),
  'listWaitingSessions, a later page': (db) => list.listWaitingSessions(db, org, { cursor, limit: 10 }),
  calledBefore: (db) => before.calledBefore(db, org, ['ses_1', 'ses_2']),
  ancestorsOf: (db) => tree.ancestorsOf(db, org, 'ses_1'),
  descendantsOf: (db) => tree.descendantsOf(db, org, 'ses_1'),
  childCount: (db) => tree.childCount(db, org, 'ses_1', 10),
  trashSession: (db) => trash.trashSession(db, org, 'ses_1', { atMs: startMs, by: null }),
  untrashSession: (db) => trash.untrashSession(db, org, 'ses_1', 5),
  listTrashedSessions: (db) => trash.listTrashedSessions(db, org, { limit: 10 }),
  'listTrashedSessions, a later page': (db) => trash.listTrashedSessions(db, org, { cursor, limit: 10 }),
  expiredSessions: (db) => trash.expiredSessions(db, org, startMs, 10),
  nextListed: (db) => erasing.nextListed(db, org, 'ses_1', 10),
  nextTrashed: (db) => erasing.nextTrashed(db, org, '5.ses_1', 10),
  snapshotsOf: (db) => erasing.snapshotsOf(db, org, 'ses_1', 10),
  eraseFromRows: (db) => erasing.eraseFromRows(db, org, ['ses_1'], { userId: 'u', name: 'n', email: 'e', pseudonym: 'ers_1' }),
  moveDays: (db) => erasing.moveDays(db, org, 'u', 'ers_1'),
  quietSessions: (db) => trash.quietSessions(db, org, startMs, 10),
  sessionTotals: (db) => list.sessionTotals(db, org, startMs),
};
/** These sum up what they found. */
const sums = /^(costFigures|modelsSince|flushSession|deleteSession|trashSession|ancestorsOf)/;
/** Pages of these come out of an index in their order; the others sort what one organization has of some statuses. */
const sorted = Object.keys(calls).filter((name) => name !== 'listSessions by statuses' && !sums.test(name));

/** A D1 that notes each statement it prepares. */
function recording(d1: D1Database): { statements: string[]; d1: D1Database } {
  const statements: string[] = [];
  const prepare = (sql: string) => {
    statements.push(sql);
    return d1.prepare(sql);
  };
  return { statements, d1: new Proxy(d1, { get: (on, key) => (key === 'prepare' ? prepare : Reflect.get(on, key).bind(on)) }) };
}

async function planOf(sql: string): Promise<string[]> {
  const nulls = Array<null>(sql.split('?').length - 1).fill(null);
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...nulls)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

/** Reading a table as a whole; what a statement itself found, and the lines of a JSON column, are no tables. */
const isScan = /\bSCAN (?!CONSTANT|facts\b|kin\b|children\b|\(subquery|(side|line|json_each) VIRTUAL)/;

describe('a query of sessions', () => {
  it('has a row in this file', () => {
    const exported = [before, costs, counted, erasing, flush, list, since, trash, tree].flatMap((store) => Object.keys(store));
    const called = new Set(Object.keys(calls).map((name) => name.split(/[ ,]/, 1)[0]));
    expect([...called].sort()).toEqual(exported.sort());
  });

  it.each(Object.entries(calls))('%s reads by index alone', async (name, call) => {
    const { statements, d1 } = recording(env.DB);
    await call(openDb(d1));
    expect(statements.length).toBeGreaterThan(0);
    for (const sql of statements) {
      const plan = await planOf(sql);
      const costly = plan.filter((step) => isScan.test(step) || (sorted.includes(name) && step.includes('TEMP B-TREE')));
      expect(costly, `${sql}\n${plan.join('\n')}`).toEqual([]);
    }
  });

  it('starts a later page where it starts in the index', async () => {
    const { statements, d1 } = recording(env.DB);
    await list.listSessions(openDb(d1), org, { cursor, limit: 10 });
    const plan = (await Promise.all(statements.map(planOf))).flat();
    expect(plan).toEqual([expect.stringContaining('sessions_activity (organization_id=? AND last_event_at_ms<?')]);
  });
});
