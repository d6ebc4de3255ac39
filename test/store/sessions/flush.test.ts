import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { watchedSessions } from '../../../worker/store/alerts/facts.ts';
import { openDb } from '../../../worker/store/db.ts';
import { deleteSession, flushSession } from '../../../worker/store/sessions/flush.ts';
import { listSessions } from '../../../worker/store/sessions/list.ts';
import { isoAt, sessionAfter, startMs, summary } from './summary.ts';

const db = openDb(env.DB);

const listed = async (organizationId: string) => (await listSessions(db, organizationId, {})).items;

/** An organization's roll-up rows, oldest day first. */
async function days(organizationId: string) {
  const query = `SELECT day, model, project_id AS project, events, tool_calls AS calls, cost_micro_usd AS cost, input_tokens AS input,
    output_tokens AS output, cache_read_tokens AS cacheRead, cache_write_tokens AS cacheWrite, errors
    FROM session_days WHERE organization_id = ? ORDER BY day, model, project_id`;
  return (await env.DB.prepare(query).bind(organizationId).all()).results;
}

const day = (name: string, events: number, rest: object = {}) => ({
  day: name,
  model: 'claude-opus-5-5',
  project: 'prj_1',
  events,
  calls: events,
  cost: 100 * events,
  input: 10 * events,
  output: events,
  cacheRead: 2 * events,
  cacheWrite: 3 * events,
  errors: 0,
  ...rest,
});

describe('a flush', () => {
  it('brings the row to what the room knows, and the day to the sum', async () => {
    expect(await flushSession(db, 'org_a', sessionAfter('ses_a', 3), 0)).toEqual({ seq: 3, refusedCount: 0 });
    const next = sessionAfter('ses_a', 5, {
      status: 'completed',
      endedAt: isoAt(startMs + 9),
      tags: ['a', 'ü'],
      title: 'T',
      refusedCount: 2,
      budget: { limitMicroUsd: 900, spentMicroUsd: 500, reservedMicroUsd: 7 },
    });
    expect(await flushSession(db, 'org_a', next, 3)).toEqual({ seq: 5, refusedCount: 2 });
    expect(await listed('org_a')).toEqual([next]);
    expect(await days('org_a')).toEqual([day('2026-11-21', 5)]);
  });

  it('repeated, because its answer was lost, changes nothing', async () => {
    for (let time = 0; time < 3; time += 1) {
      expect(await flushSession(db, 'org_b', sessionAfter('ses_b', 4), 0)).toEqual({ seq: 4, refusedCount: 0 });
    }
    for (let time = 0; time < 3; time += 1) {
      expect(await flushSession(db, 'org_b', sessionAfter('ses_b', 6), 4)).toEqual({ seq: 6, refusedCount: 0 });
    }
    expect(await days('org_b')).toEqual([day('2026-11-21', 6)]);
  });

  it('from a seq that D1 has left behind changes nothing and says where D1 stands', async () => {
    await flushSession(db, 'org_c', sessionAfter('ses_c', 4), 0);
    await flushSession(db, 'org_c', sessionAfter('ses_c', 9), 4);
    expect(await flushSession(db, 'org_c', sessionAfter('ses_c', 6), 4)).toEqual({ seq: 9, refusedCount: 0 });
    expect(await flushSession(db, 'org_c', sessionAfter('ses_c', 12), 0)).toEqual({ seq: 9, refusedCount: 0 });
    expect(await listed('org_c')).toEqual([sessionAfter('ses_c', 9)]);
    // Told where D1 stands, the room catches up, and each event is in the sum once.
    expect(await flushSession(db, 'org_c', sessionAfter('ses_c', 12), 9)).toEqual({ seq: 12, refusedCount: 0 });
    expect(await days('org_c')).toEqual([day('2026-11-21', 12)]);
  });

  it('of a session that D1 does not have says so, and the next one makes it', async () => {
    expect(await flushSession(db, 'org_d', sessionAfter('ses_d', 9), 4)).toEqual({ seq: 0, refusedCount: 0 });
    expect([await listed('org_d'), await days('org_d')]).toEqual([[], []]);
    await flushSession(db, 'org_d', sessionAfter('ses_d', 9), 0);
    expect(await days('org_d')).toEqual([day('2026-11-21', 9)]);
  });

  it('adds to the day and to the model that it happened on', async () => {
    const tomorrow = isoAt(startMs + 24 * 3600_000);
    await flushSession(db, 'org_e', sessionAfter('ses_e', 2), 0);
    await flushSession(db, 'org_e', sessionAfter('ses_e', 5, { lastEventAt: tomorrow }), 2);
    await flushSession(db, 'org_e', sessionAfter('ses_e', 6, { lastEventAt: tomorrow, model: null }), 5);
    expect(await days('org_e')).toEqual([day('2026-11-21', 2), day('2026-11-22', 1, { model: '' }), day('2026-11-22', 3)]);
  });

  it('takes money back where logs replaced a dearer estimate', async () => {
    await flushSession(db, 'org_f', sessionAfter('ses_f', 2, { costMicroUsd: 900 }), 0);
    await flushSession(db, 'org_f', sessionAfter('ses_f', 3, { costMicroUsd: 300 }), 2);
    expect(await days('org_f')).toEqual([day('2026-11-21', 3)]);
  });

  it('of many sessions at once sums up to what they are together', async () => {
    const sessions = Array.from({ length: 10 }, (_, index) => `ses_g${index}`);
    await Promise.all(sessions.map((id) => flushSession(db, 'org_g', sessionAfter(id, 2), 0)));
    await Promise.all(sessions.map((id) => flushSession(db, 'org_g', sessionAfter(id, 5), 2)));
    expect(await days('org_g')).toEqual([day('2026-11-21', 50)]);
  });

  it('never lowers the count of refusals, which have no seq', async () => {
    await flushSession(db, 'org_h', summary('ses_h', { lastSeq: 1, refusedCount: 5 }), 0);
    expect(await flushSession(db, 'org_h', summary('ses_h', { lastSeq: 1, refusedCount: 3 }), 1)).toEqual({
      seq: 1,
      refusedCount: 5,
    });
    expect(await flushSession(db, 'org_h', summary('ses_h', { lastSeq: 1, refusedCount: 8 }), 1)).toEqual({
      seq: 1,
      refusedCount: 8,
    });
  });

  it('tells whoever watches for alerts how many hooks were refused lately, and when none are any more', async () => {
    const recentHooks = [{ minute: 29_000_000, taken: 3, refused: 5 }];
    const watched = async () =>
      (await watchedSessions(db, 'org_recent', { sinceMs: 0, ids: ['ses_recent'], limit: 10 })).map((fact) => fact.recentHooks);
    await flushSession(db, 'org_recent', summary('ses_recent', { lastSeq: 1, recentHooks }), 0);
    expect(await watched()).toEqual([recentHooks]);
    await flushSession(db, 'org_recent', summary('ses_recent', { lastSeq: 2 }), 1);
    expect(await watched()).toEqual([[]]);
  });

  it('in the name of another organization reaches nobody’s session', async () => {
    await flushSession(db, 'org_i', sessionAfter('ses_i', 2), 0);
    expect(await flushSession(db, 'org_j', sessionAfter('ses_i', 7), 2)).toEqual({ seq: 0, refusedCount: 0 });
    expect(await flushSession(db, 'org_j', sessionAfter('ses_i', 7), 0)).toEqual({ seq: 0, refusedCount: 0 });
    expect([await listed('org_i'), await listed('org_j')]).toEqual([[sessionAfter('ses_i', 2)], []]);
  });
});

describe('a deleted session', () => {
  it('is out of the list, and what it cost stays spent', async () => {
    await flushSession(db, 'org_k', sessionAfter('ses_k', 4), 0);
    await deleteSession(db, 'org_other', 'ses_k');
    expect(await listed('org_k')).toHaveLength(1);
    await deleteSession(db, 'org_k', 'ses_k');
    await deleteSession(db, 'org_k', 'ses_k');
    expect(await listed('org_k')).toEqual([]);
    expect(await days('org_k')).toEqual([day('2026-11-21', 4)]);
  });
});
