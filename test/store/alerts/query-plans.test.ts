import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import * as facts from '../../../worker/store/alerts/facts.ts';
import * as turns from '../../../worker/store/alerts/turns.ts';
import { commit, type Db, openDb } from '../../../worker/store/db.ts';
import { flushSession } from '../../../worker/store/sessions/flush.ts';
import { isoAt, startMs, summary } from '../sessions/summary.ts';

const org = 'org_alert_plans';
const watched = { sinceMs: startMs, ids: ['ses_1'], limit: 10 };

const calls: Record<string, (db: Db) => Promise<unknown>> = {
  watchedSessions: (db) => facts.watchedSessions(db, org, watched),
  failuresSince: (db) => facts.failuresSince(db, org, startMs, 10),
  wakeTurn: (db) => commit(db, [turns.wakeTurn(db, org, startMs)]),
  turnsDue: (db) => turns.turnsDue(db, startMs, 10),
  moveAlertTurn: (db) => turns.moveAlertTurn(db, org, startMs, startMs + 1),
  restTurn: (db) => turns.restTurn(db, org, startMs, startMs),
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

describe('a query of what alerts need', () => {
  it('has a row in this file', () => {
    expect(Object.keys(calls).sort()).toEqual([...Object.keys(facts), ...Object.keys(turns)].sort());
  });

  it.each(Object.entries(calls))('%s reads by index alone', async (_name, call) => {
    const { statements, d1 } = recording(env.DB);
    await call(openDb(d1));
    expect(statements.length).toBeGreaterThan(0);
    for (const sql of statements) {
      const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array<null>(sql.split('?').length - 1).fill(null))
        .all<{ detail: string }>();
      const plan = results.map(({ detail }) => detail);
      const costly = plan.filter((step) => /\bSCAN (?!CONSTANT|json_each VIRTUAL)/.test(step));
      expect(costly, `${sql}\n${plan.join('\n')}`).toEqual([]);
    }
  });
});

describe('an organization’s turn', () => {
  const db = openDb(env.DB);
  const due = async (id: string, nowMs: number) => (await turns.turnsDue(db, nowMs, 100)).find((turn) => turn.id === id)?.dueAtMs;

  it('begins with the first flush of a session, and a later flush neither moves it nor writes a row for it', async () => {
    const id = 'org_turn';
    const first = summary('ses_turn', { lastSeq: 1, lastEventAt: isoAt(startMs) });
    await flushSession(db, id, first, 0);
    expect(await due(id, startMs)).toBe(startMs);
    const { meta } = await env.DB.prepare(
      'INSERT INTO alert_turns VALUES (?, ?) ON CONFLICT (organization_id) DO UPDATE SET due_at_ms = 5 WHERE due_at_ms IS NULL',
    )
      .bind(id, 5)
      .run();
    expect(meta.rows_written).toBe(0);
    await flushSession(db, id, { ...first, lastSeq: 2, lastEventAt: isoAt(startMs + 60_000) }, 1);
    expect(await due(id, startMs + 60_000)).toBe(startMs);
  });

  it('is taken by one run alone, and ends only once nothing is live and nothing was lately', async () => {
    const id = 'org_rest';
    const session = summary('ses_rest', { lastSeq: 1, lastEventAt: isoAt(startMs), status: 'running' });
    await flushSession(db, id, session, 0);
    const taken = await Promise.all([1, 2].map(() => turns.moveAlertTurn(db, id, startMs, startMs + 60_000)));
    expect(taken.toSorted()).toEqual([false, true]);
    await turns.restTurn(db, id, startMs + 60_000, startMs + 1);
    expect(await due(id, startMs + 60_000)).toBe(startMs + 60_000);
    await flushSession(db, id, { ...session, lastSeq: 2, status: 'completed', endedAt: isoAt(startMs) }, 1);
    await turns.restTurn(db, id, startMs + 60_000, startMs);
    expect(await due(id, startMs + 60_000)).toBe(startMs + 60_000);
    await turns.restTurn(db, id, startMs + 60_000, startMs + 1);
    expect(await due(id, startMs + 60_000)).toBeUndefined();
    await flushSession(db, id, { ...session, lastSeq: 3, status: 'running', lastEventAt: isoAt(startMs + 90_000) }, 2);
    expect(await due(id, startMs + 90_000)).toBe(startMs + 90_000);
  });
});
