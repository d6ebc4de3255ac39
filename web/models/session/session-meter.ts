import type { BudgetDetail, BudgetUnit } from '../../../wire/budget.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { tokenSum } from '../../../wire/session-usage.ts';
import { amountOf, inWords, partOf, windowWords } from '../costs/budgets-words.ts';
import type { Row } from './session-rows.ts';

/** How a budget that counts a session stands, in its `unit`. */
export interface BudgetMeter {
  /** The shared budget; absent where the limit is the session's alone. */
  budget?: BudgetDetail;
  /** Whose limit it is, where that is the session that started this one. */
  parent?: SessionSummary;
  unit: BudgetUnit;
  spent: number;
  reserved: number;
  limit: number;
  /** It refuses nothing, whatever is spent. */
  warnsOnly: boolean;
  /** When the limit will be reached if spending goes on as lately; null where it will not. */
  crossesAtMs: number | null;
}

/** What was spent lately, and since when that is known. */
export interface Burn {
  microUsd: number;
  tokens: number;
  spanMs: number;
}

/** Work comes in bursts; ten minutes are a few turns of them. */
const burnWindowMs = 10 * 60_000;
/** A rate over less time than this would call one large call a trend. */
const leastSpanMs = 60_000;
/** Telemetry comes a little after what it tells of. */
const lateMs = 60_000;

/** What the rows of a session say was spent lately. They are in the order in which they came. */
export function burnOf(rows: readonly Row[], { startedAt }: Pick<SessionSummary, 'startedAt'>, nowMs: number): Burn {
  const sinceMs = Math.max(nowMs - burnWindowMs, Date.parse(startedAt));
  const burn = { microUsd: 0, tokens: 0, spanMs: Math.max(leastSpanMs, nowMs - sinceMs) };
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const row = rows[at];
    if (!row || row.atMs < sinceMs - lateMs) break;
    if (row.kind !== 'usage' || row.atMs < sinceMs) continue;
    burn.microUsd += row.costMicroUsd ?? 0;
    burn.tokens += tokenSum(row.tokens);
  }
  return burn;
}

/** Every budget that counts the session: its own limits, and those that it shares. */
export function metersOf(
  session: SessionSummary,
  shared: readonly BudgetDetail[],
  burn: Burn,
  nowMs: number,
  parent: SessionSummary | null = null,
): BudgetMeter[] {
  const own = ownMeters(session, shared, burn, nowMs);
  // What others spend from now on is no matter of a session that is over, unless it is held until there is room.
  if (session.endedAt !== null && session.hold?.budgetId === undefined) return own;
  // How fast the whole family spends is not known here.
  const family = parent ? ownMeters(parent, shared, { ...burn, microUsd: 0, tokens: 0 }, nowMs) : [];
  return [
    ...own,
    // A limit that only warns, each has for itself.
    ...family.filter(({ warnsOnly }) => !warnsOnly).map((meter) => ({ ...meter, ...(parent && { parent }) })),
    ...shared.filter((one) => counts(one, session)).map(sharedMeter),
  ];
}

function ownMeters(session: SessionSummary, shared: readonly BudgetDetail[], burn: Burn, nowMs: number): BudgetMeter[] {
  const { budget, tokenBudget } = session;
  const crosses = (left: number, burnt: number) =>
    session.status === 'running' && burnt > 0 && left > 0 ? Math.round(nowMs + (left / burnt) * burn.spanMs) : null;
  const warns = (budgetId?: string) => shared.find(({ id }) => id === budgetId)?.action === 'warn';
  const own: BudgetMeter[] = [];
  if (budget) {
    const { spentMicroUsd: spent, reservedMicroUsd: reserved, limitMicroUsd: limit } = budget;
    const crossesAtMs = crosses(limit - spent, burn.microUsd);
    own.push({ unit: 'micro_usd', spent, reserved, limit, warnsOnly: warns(budget.budgetId), crossesAtMs });
  }
  if (tokenBudget) {
    const { spentTokens: spent, reservedTokens: reserved, limitTokens: limit } = tokenBudget;
    const crossesAtMs = crosses(limit - spent, burn.tokens);
    own.push({ unit: 'tokens', spent, reserved, limit, warnsOnly: warns(tokenBudget.budgetId), crossesAtMs });
  }
  return own;
}

const sharedMeter = (budget: BudgetDetail): BudgetMeter => ({
  budget,
  unit: budget.unit,
  spent: budget.spent,
  reserved: budget.reserved,
  limit: budget.limit,
  warnsOnly: budget.action === 'warn',
  crossesAtMs: budget.forecast.crossesAt === null ? null : Date.parse(budget.forecast.crossesAt),
});

function counts({ scope, scopeId }: BudgetDetail, { projectId, userId }: SessionSummary): boolean {
  switch (scope) {
    case 'organization':
      return true;
    case 'project':
      return scopeId === projectId;
    case 'user':
      return scopeId === userId;
    case 'session':
      // Its own meter tells it.
      return false;
    default:
      return scope satisfies never;
  }
}

/** The budget that ends first: what holds before what warns, then by when it is spent, then by how much of it is. */
export function tightest(meters: readonly BudgetMeter[]): BudgetMeter | null {
  const [first] = [...meters].sort(
    (a, b) => Number(a.warnsOnly) - Number(b.warnsOnly) || endOf(a) - endOf(b) || usedOf(b) - usedOf(a),
  );
  return first ?? null;
}

/** What is spent has ended already; numbers that can be subtracted, unlike infinities. */
const endOf = ({ spent, limit, crossesAtMs }: BudgetMeter): number =>
  spent >= limit ? 0 : (crossesAtMs ?? Number.MAX_SAFE_INTEGER);
const usedOf = ({ spent, limit }: BudgetMeter): number => (limit === 0 ? 1 : spent / limit);

/** Where a budget leads, in a few words. Empty where nothing can be said. */
export function meterForecast({ spent, limit, crossesAtMs }: BudgetMeter, nowMs: number): string {
  if (spent >= limit) return 'spent';
  return crossesAtMs === null ? '' : `spent ${aboutWords(crossesAtMs, nowMs)} at this rate`;
}

/** `in about 12 minutes`, `in about 5 hours`, `about Nov 30`. */
export const aboutWords = (atMs: number, nowMs: number): string =>
  atMs - nowMs < 60_000
    ? 'in less than a minute'
    : inWords(atMs, nowMs).replace(/^(in|on) /, (_, word) => (word === 'in' ? 'in about ' : 'about '));

/** Whose budget it is; `subjectOf` names what a shared one counts. */
export function meterName({ budget, parent }: BudgetMeter, subjectOf: (budget: BudgetDetail) => string): string {
  if (budget) return `${subjectOf(budget)}, ${windowWords[budget.window]}`;
  return parent ? 'With its parent session' : 'This session';
}

/** The whole meter for those who do not see it. */
export function meterWords(meter: BudgetMeter, name: string, nowMs: number): string {
  const { unit, spent, reserved, limit } = meter;
  const aside = reserved > 0 ? `, ${amountOf(reserved, unit)} set aside` : '';
  const forecast = meterForecast(meter, nowMs);
  return `${name}: ${partOf(spent, limit, unit)} spent${aside}${forecast === '' || forecast === 'spent' ? '' : `, ${forecast}`}`;
}
