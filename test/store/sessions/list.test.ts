import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SessionStatus } from '../../../wire/session.ts';
import { openDb } from '../../../worker/store/db.ts';
import { flushSession } from '../../../worker/store/sessions/flush.ts';
import { listSessions, type SessionFilter, sessionTotals } from '../../../worker/store/sessions/list.ts';
import { isoAt, startMs, summary } from './summary.ts';

const db = openDb(env.DB);
const org = 'org_list';
const minute = 60_000;

/** All pages of a list, and how many there were. */
async function pages(filter: SessionFilter): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | null | undefined;
  do {
    const page = await listSessions(db, org, { ...filter, cursor: cursor ?? undefined });
    found.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

beforeAll(async () => {
  // Thirty sessions, three at each moment; statuses, projects and agents take turns.
  const statuses: SessionStatus[] = ['running', 'waiting', 'completed', 'failed', 'timed_out'];
  for (let index = 0; index < 30; index += 1) {
    const one = summary(`ses_${String(index).padStart(2, '0')}`, {
      lastEventAt: isoAt(startMs + Math.floor(index / 3) * minute),
      status: statuses[index % statuses.length] ?? 'running',
      projectId: `prj_${index % 2}`,
      agent: index % 3 === 0 ? 'codex' : 'claude-code',
    });
    await flushSession(db, org, one, 0);
  }
  await flushSession(db, 'org_list_other', summary('ses_foreign', { lastEventAt: isoAt(startMs + 99 * minute) }), 0);
});

const newestFirst = Array.from({ length: 30 }, (_, index) => `ses_${String(29 - index).padStart(2, '0')}`);
const every = (step: number, rest: number) => newestFirst.filter((id) => Number(id.slice(4)) % step === rest);

describe('the list of sessions', () => {
  it.each([1, 2, 3, 4, 7, 30, 31])('has each session once, newest first, in pages of %i', async (limit) => {
    const found = await pages({ limit });
    expect(found.flat()).toEqual(newestFirst);
    expect(found).toHaveLength(Math.ceil(30 / limit));
  });

  it('shows a session that moved up no second time, and skips none of the others', async () => {
    const first = await listSessions(db, org, { limit: 10 });
    await flushSession(
      db,
      org,
      summary('ses_05', { lastSeq: 2, lastEventAt: isoAt(startMs + 50 * minute), projectId: 'prj_1', status: 'running' }),
      1,
    );
    const rest = await listSessions(db, org, { limit: 100, cursor: first.nextCursor ?? undefined });
    expect(rest.items.map(({ id }) => id)).toEqual(newestFirst.slice(10).filter((id) => id !== 'ses_05'));
    await flushSession(
      db,
      org,
      summary('ses_05', { lastSeq: 3, lastEventAt: isoAt(startMs + minute), projectId: 'prj_1', status: 'running' }),
      2,
    );
  });

  it('is filtered by project, agent and statuses, page by page', async () => {
    expect((await pages({ limit: 4, projectId: 'prj_1' })).flat()).toEqual(every(2, 1));
    expect((await pages({ limit: 4, agent: 'codex' })).flat()).toEqual(every(3, 0));
    const waiting = newestFirst.filter((id) => Number(id.slice(4)) % 5 === 1);
    expect((await pages({ limit: 2, statuses: ['waiting'] })).flat()).toEqual(waiting);
    const both = newestFirst.filter((id) => [1, 2].includes(Number(id.slice(4)) % 5) && Number(id.slice(4)) % 2 === 0);
    expect((await pages({ limit: 2, statuses: ['waiting', 'completed'], projectId: 'prj_0' })).flat()).toEqual(both);
    expect((await pages({ statuses: ['queued'] })).flat()).toEqual([]);
  });

  it.each(['', 'nonsense', '1.', '.ses_00', '1 OR 1=1', `${'9'.repeat(99)}.ses_00`, '1700000000000.ses_00; DROP TABLE sessions'])(
    'starts anew for a cursor that is none: %s',
    async (cursor) => {
      const { items } = await listSessions(db, org, { cursor, limit: 3 });
      expect(items.map(({ id }) => id)).toEqual(newestFirst.slice(0, 3));
    },
  );

  it('reads no more rows for a later page than for the first', async () => {
    const read = async (cursor: string | undefined): Promise<{ rows: number; next: string | null }> => {
      let rows = 0;
      const d1 = new Proxy(env.DB, {
        get: (on, key) =>
          key === 'prepare' ? (sql: string) => metered(on.prepare(sql), (n) => (rows += n)) : Reflect.get(on, key),
      });
      const { nextCursor } = await listSessions(openDb(d1), org, { limit: 5, cursor });
      return { rows, next: nextCursor };
    };
    const first = await read(undefined);
    expect(first.rows).toBeLessThanOrEqual(12);
    for (let { next } = first; next !== null; ) {
      const page = await read(next);
      expect(page.rows).toBeLessThanOrEqual(first.rows + 3);
      next = page.next;
    }
  });
});

/** Counts the rows that D1 says it read. Drizzle reads by `raw`, which does not say; `all` runs the same statement. */
function metered(statement: D1PreparedStatement, count: (rows: number) => void): D1PreparedStatement {
  return new Proxy(statement, {
    get: (on, key) => {
      if (key === 'bind') return (...params: unknown[]) => metered(on.bind(...params), count);
      if (key !== 'raw') return Reflect.get(on, key);
      return async () => {
        const { results, meta } = await on.all<Record<string, unknown>>();
        count(meta.rows_read);
        return results.map((row) => Object.values(row));
      };
    },
  });
}

describe('the totals above the list', () => {
  it('count the organization’s own sessions, its failures of a day and its money of today', async () => {
    const totals = 'org_totals';
    const nowMs = startMs + 10 * 3600_000;
    const yesterday = isoAt(startMs - 20 * 3600_000);
    const rows = [
      summary('ses_t1', { status: 'running', costMicroUsd: 500 }),
      summary('ses_t2', { status: 'waiting', costMicroUsd: 70 }),
      summary('ses_t3', { status: 'paused' }),
      summary('ses_t4', { status: 'failed' }),
      summary('ses_t5', { status: 'timed_out' }),
      summary('ses_t6', { status: 'failed', lastEventAt: yesterday, costMicroUsd: 9000 }),
      summary('ses_t7', { status: 'completed' }),
    ];
    for (const row of rows) await flushSession(db, totals, row, 0);
    await flushSession(db, 'org_totals_other', summary('ses_t8', { costMicroUsd: 11 }), 0);
    expect(await sessionTotals(db, totals, nowMs)).toEqual({ live: 3, waiting: 1, failedLastDay: 2, spentTodayMicroUsd: 570 });
    expect(await sessionTotals(db, 'org_nobody', nowMs)).toEqual({
      live: 0,
      waiting: 0,
      failedLastDay: 0,
      spentTodayMicroUsd: 0,
    });
  });
});
