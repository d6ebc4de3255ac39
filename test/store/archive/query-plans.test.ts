import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../wire/snapshot.ts';
import * as trash from '../../../worker/store/archive/snapshot-trash.ts';
import * as snapshots from '../../../worker/store/archive/snapshots.ts';
import { commit, type Db, openDb, type Statement } from '../../../worker/store/db.ts';

const org = 'org_plans';
const snapshot: Snapshot = {
  id: 'snp_1',
  sessionId: 'ses_1',
  projectId: 'prj_1',
  name: null,
  reason: 'manual',
  seq: 1,
  gitHead: null,
  fileCount: 1,
  bytes: 1,
  leftOutCount: 0,
  createdBy: 'usr_1',
  createdAt: new Date(0).toISOString(),
};

/** How each of the store's functions is called. */
const calls: Record<keyof typeof snapshots, (db: Db) => unknown> = {
  insertSnapshot: (db) => snapshots.insertSnapshot(db, org, snapshot),
  findSnapshot: (db) => snapshots.findSnapshot(db, org, 'snp_1'),
  listSnapshots: (db) => snapshots.listSnapshots(db, org, 'ses_1', { cursor: 'snp_2', limit: 10 }),
  latestSnapshot: (db) => snapshots.latestSnapshot(db, org, 'ses_1', 7),
  firstSnapshot: (db) => snapshots.firstSnapshot(db, org, 'ses_1'),
  existingSnapshots: (db) => snapshots.existingSnapshots(db, org, ['snp_1', 'snp_2']),
  insertImportedSnapshot: (db) => snapshots.insertImportedSnapshot(db, org, { ...snapshot, id: 'snp_3' }, 5),
  snapshotsOf: (db) => snapshots.snapshotsOf(db, org, 'ses_1'),
};

const trashCalls: Record<keyof typeof trash, (db: Db) => unknown> = {
  trashSnapshot: (db) => trash.trashSnapshot(db, org, 'snp_1', 5, 'usr_1'),
  trashSnapshotsOf: (db) => trash.trashSnapshotsOf(db, org, 'ses_1', { untilMs: 5, by: 'usr_1' }),
  untrashSnapshot: (db) => trash.untrashSnapshot(db, org, 'snp_1', 5),
  listTrashedSnapshots: (db) => trash.listTrashedSnapshots(db, org, { cursor: '5.snp_2', limit: 10 }),
  findTrashedSnapshot: (db) => trash.findTrashedSnapshot(db, org, 'snp_1'),
  expiredSnapshots: (db) => trash.expiredSnapshots(db, org, 5, 10),
  trashOldSnapshots: (db) => trash.trashOldSnapshots(db, org, { untilMs: 5, limit: 10, nowMs: 9 }),
  deleteSnapshots: (db) => trash.deleteSnapshots(db, org, ['snp_1', 'snp_2']),
};

/** A D1 that notes each statement it prepares. */
function recording(d1: D1Database): { statements: string[]; d1: D1Database } {
  const statements: string[] = [];
  const prepare = (sql: string) => {
    statements.push(sql);
    return d1.prepare(sql);
  };
  return { statements, d1: new Proxy(d1, { get: (on, key) => (key === 'prepare' ? prepare : Reflect.get(on, key).bind(on)) }) };
}

describe('a query of snapshots', () => {
  it.each(Object.entries({ ...calls, ...trashCalls }))('%s reads by index alone, and sorts nothing', async (_name, call) => {
    const { statements, d1 } = recording(env.DB);
    const made = call(openDb(d1));
    if (made instanceof Promise) await made;
    else await commit(openDb(d1), [made as Statement]);
    expect(statements.length).toBeGreaterThan(0);
    for (const sql of statements) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array<null>(sql.split('?').length - 1).fill(null))
        .all<{ detail: string }>();
      const plan = results.map(({ detail }) => detail);
      // A list of ids that came as a parameter is no table.
      const costly = plan.filter((step) => /\bSCAN (?!CONSTANT|json_each VIRTUAL)|TEMP B-TREE/.test(step));
      expect(costly, `${sql}\n${plan.join('\n')}`).toEqual([]);
    }
  });

  it('knows only its organization’s', async () => {
    const db = openDb(env.DB);
    await commit(db, [snapshots.insertSnapshot(db, org, { ...snapshot, id: 'snp_own' })]);
    expect(await snapshots.findSnapshot(db, 'org_other', 'snp_own')).toBeUndefined();
    expect(await snapshots.existingSnapshots(db, 'org_other', ['snp_own'])).toEqual(new Set());
    expect(await snapshots.existingSnapshots(db, org, ['snp_own', 'snp_none'])).toEqual(new Set(['snp_own']));
    expect((await snapshots.listSnapshots(db, 'org_other', 'ses_1', {})).items).toEqual([]);
    await commit(db, [
      trash.trashSnapshot(db, 'org_other', 'snp_own', 5, 'usr_1'),
      trash.deleteSnapshots(db, 'org_other', ['snp_own']),
    ]);
    expect(await snapshots.findSnapshot(db, org, 'snp_own')).toMatchObject({
      id: 'snp_own',
      createdAt: '1970-01-01T00:00:00.000Z',
    });
  });
});
