import { type Context, Hono } from 'hono';
import { CostQuery, type CostReport, daysBetween } from '../../../wire/cost-report.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { costReport, namedRows } from '../../domain/cost-report.ts';
import { AppError } from '../../errors.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { openDb } from '../../store/db.ts';
import { costFigures, namesOf } from '../../store/sessions/costs.ts';
import { valid } from '../../valid.ts';
import { csvOf } from './costs-csv.ts';

/** What an organization's sessions cost, from D1's roll-ups. */
export const costs = new Hono<AppEnv>()
  .get('/costs', requireAccess('session.read'), valid('query', CostQuery), async (c) =>
    c.json(await reportFor(c, c.req.valid('query'))),
  )
  .get('/costs.csv', requireAccess('session.read'), valid('query', CostQuery), async (c) => {
    const report = await reportFor(c, c.req.valid('query'));
    const name = `costs-by-${report.by}-${report.from}-${report.to}.csv`;
    return c.body(csvOf(report), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    });
  });

async function reportFor(c: Context<AppEnv>, query: CostQuery): Promise<CostReport> {
  const { organizationId } = c.var.actor;
  const range = rangeOf(query, Date.now());
  const db = openDb(c.env.DB);
  const figures = await costFigures(db, organizationId, range, query.by);
  const names = await namesOf(db, organizationId, query.by, namedRows(query.by, figures.sums));
  return costReport({ by: query.by, ...range }, figures, (key) => names.get(key) ?? key);
}

const dayMs = 86_400_000;
const usualDays = 30;

function rangeOf({ from, to }: CostQuery, nowMs: number): { from: string; to: string } {
  const dayAt = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const last = to ?? dayAt(nowMs);
  const first = from ?? dayAt(Date.parse(last) - (usualDays - 1) * dayMs);
  if (first <= last && daysBetween(first, last) <= limits.maxReportDays) return { from: first, to: last };
  const message = `A report covers 1 to ${limits.maxReportDays} days; say until when, too.`;
  throw new AppError('invalid', 'The report’s days are wrong; see `errors`.', { errors: [{ path: 'from', message }] });
}
