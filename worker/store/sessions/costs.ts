import { and, eq, gte, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { CostBy } from '../../../wire/cost-report.ts';
import { type CostCell, type CostFigures, type CostSum, namedRows } from '../../domain/cost-report.ts';
import { liveStatuses } from '../../domain/session.ts';
import type { Db } from '../db.ts';
import { projects, users } from '../schema/identity.ts';
import { costDays, sessionDays, sessions } from '../schema/sessions.ts';
import { dayOfRow, lineKind, lineName, linesBeyond, summed } from './settle.ts';

export interface DayRange {
  from: string;
  to: string;
}

/** What the organization's sessions cost on these days, by group and by day. A live session counts as far as D1 knows of it. */
export async function costFigures(db: Db, organizationId: string, range: DayRange, by: CostBy): Promise<CostFigures> {
  const facts = factsBy(organizationId, range, by);
  const sumQuery = sql`select facts.kind, facts.key, sum(calls) as calls, sum(input) as input, sum(output) as output,
    sum(cache_read) as "cacheRead", sum(cache_write) as "cacheWrite", sum(cost) as "costMicroUsd"
    from (${facts}) as facts group by 1, 2`;
  const sums = (await db.all<SumRow>(sumQuery)).map(({ kind, key, calls, costMicroUsd, ...tokens }): CostSum => {
    return { kind, key, calls, costMicroUsd, tokens };
  });
  const named = namedRows(by, sums);
  // A list of days would be more parameters than D1 takes, and each of them has a row.
  const isNamed = by === 'day' ? sql`true` : sql`facts.key in ${named.length > 0 ? named : ['']}`;
  const shownFacts = sql`select facts.day, facts.cost, facts.key,
    case when facts.kind = 'named' and not ${isNamed} then 'other' else facts.kind end as kind from (${facts}) as facts`;
  const cellQuery = sql`select facts.day, facts.kind, case when facts.kind = 'named' then facts.key else '' end as key,
    sum(facts.cost) as "costMicroUsd" from (${shownFacts}) as facts group by 1, 2, 3 having sum(facts.cost) <> 0 order by 1`;
  const { day, costMicroUsd } = sessionDays;
  const dayQuery = db
    .select({ day, costMicroUsd: sql<number>`sum(${costMicroUsd})` })
    .from(sessionDays)
    .where(daysIn(organizationId, sessionDays, range))
    .groupBy(day)
    .orderBy(day);
  const [cells, days] = await Promise.all([db.all<CostCell>(cellQuery), dayQuery]);
  return { sums, cells, days };
}

interface SumRow {
  kind: CostSum['kind'];
  key: string;
  calls: number;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  costMicroUsd: number;
}

/** Names of what a report by project or person shows; both may be gone. */
export async function namesOf(db: Db, organizationId: string, by: CostBy, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0 || (by !== 'project' && by !== 'user')) return new Map();
  const isProject = and(eq(projects.organizationId, organizationId), inArray(projects.id, [...ids]));
  const rows =
    by === 'project'
      ? await db.select({ id: projects.id, name: projects.name }).from(projects).where(isProject)
      : // The ids are those of the organization's own sessions, whether or not their people still belong to it.
        await db
          .select({ id: users.id, name: users.name })
          .from(users)
          .where(inArray(users.id, [...ids]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Models that the organization's sessions used since that day, the most called first. */
export async function modelsSince(db: Db, organizationId: string, from: string, limit: number): Promise<string[]> {
  const facts = factsBy(organizationId, { from, to: '9999-12-31' }, 'model');
  const rows = await db.all<{ key: string }>(
    sql`select facts.key from (${facts}) as facts where facts.kind = 'named' and facts.key <> ''
      group by 1 order by sum(calls) desc, 1 limit ${limit}`,
  );
  return rows.map(({ key }) => key);
}

/** Rows of day, kind, key and figures. */
function factsBy(organizationId: string, range: DayRange, by: CostBy): SQL {
  if (by === 'model' || by === 'tool')
    return sql`${settledFacts(organizationId, range, by)} union all ${liveFacts(organizationId, range, by)}`;
  const { costMicroUsd, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = sessionDays;
  return sql`select ${sessionDays.day} as day, 'named' as kind, ${keys[by]} as key, 0 as calls, ${inputTokens} as input,
    ${outputTokens} as output, ${cacheReadTokens} as cache_read, ${cacheWriteTokens} as cache_write, ${costMicroUsd} as cost
    from ${sessionDays} where ${daysIn(organizationId, sessionDays, range)}`;
}

const keys = { day: sessionDays.day, project: sessionDays.projectId, user: sessionDays.userId, agent: sessionDays.agent };

/** Of the other kind of line a report has one row. */
const kindBy = (by: 'model' | 'tool', kind: SQL): SQL =>
  sql`case when ${kind} = ${by} then 'named' else ${by === 'model' ? 'tool_calls' : 'model_calls'} end`;
const keyBy = (by: 'model' | 'tool', kind: SQL, name: SQL): SQL => sql`case when ${kind} = ${by} then ${name} else '' end`;

function settledFacts(organizationId: string, range: DayRange, by: 'model' | 'tool'): SQL {
  const { day, kind, name, calls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costMicroUsd } = costDays;
  return sql`select ${day} as day, ${kindBy(by, sql`${kind}`)} as kind, ${keyBy(by, sql`${kind}`, sql`${name}`)} as key,
    ${calls} as calls, ${inputTokens} as input, ${outputTokens} as output, ${cacheReadTokens} as cache_read,
    ${cacheWriteTokens} as cache_write, ${costMicroUsd} as cost from ${costDays} where ${daysIn(organizationId, costDays, range)}`;
}

/** Only live sessions have something that `cost_days` does not know yet. */
function liveFacts(organizationId: string, { from, to }: DayRange, by: 'model' | 'tool'): SQL {
  const where = and(
    eq(sessions.organizationId, organizationId),
    inArray(sessions.status, liveStatuses),
    gte(sessions.lastEventAtMs, Date.parse(from)),
    lt(sessions.lastEventAtMs, Date.parse(to) + 86_400_000),
    ne(sessions.costs, sessions.settledCosts),
  );
  const figures = [0, 1, 2, 3, 4, 5].map(summed);
  return sql`select ${dayOfRow}, ${kindBy(by, lineKind)}, ${keyBy(by, lineKind, lineName)}, ${sql.join(figures, sql`, `)}
    from ${linesBeyond(sql`${sessions.costs}`, sql`${sessions.settledCosts}`)} where ${where} group by 1, 2, 3`;
}

function daysIn(organizationId: string, table: typeof sessionDays | typeof costDays, { from, to }: DayRange): SQL {
  return sql`${table.organizationId} = ${organizationId} and ${table.day} between ${from} and ${to}`;
}
