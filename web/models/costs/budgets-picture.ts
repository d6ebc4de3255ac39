import type { BudgetDetail } from '../../../wire/budget.ts';

/** A place in the picture: `x` from the window's start to its end, `y` from the limit (0) down to nothing left (1). */
export interface Spot {
  x: number;
  y: number;
}

export interface BurnDown {
  /** What was left, over time, as steps. */
  line: Spot[];
  /** Where it leads; null where nothing is being spent. */
  forecast: [Spot, Spot] | null;
  /** The share that warns. */
  softY: number;
  nowX: number;
  bites: (Spot & { kind: 'soft' | 'hard'; at: string; sessionId: string | null })[];
  fromMs: number;
  toMs: number;
}

const hour = 3_600_000;

/** The geometry of a burn-down picture. A lifetime budget's reaches from its making to where it is spent, or a while past now. */
export function burnDown(budget: BudgetDetail, nowMs: number): BurnDown {
  const fromMs = Date.parse(budget.windowStart);
  const crossesMs = budget.forecast.crossesAt === null ? null : Date.parse(budget.forecast.crossesAt);
  const toMs = budget.windowEnd === null ? openEnd(fromMs, nowMs, crossesMs) : Date.parse(budget.windowEnd);
  const x = (atMs: number) => clamp((atMs - fromMs) / (toMs - fromMs));
  const y = (spent: number) => (budget.limit === 0 ? 1 : clamp(spent / budget.limit));

  const line: Spot[] = [{ x: 0, y: 0 }];
  // Points are hours apart, and days for a lifetime; a bite says to the second what was spent.
  const known = [...budget.points, ...budget.bites].map(({ at, spent }) => ({ x: x(Date.parse(at)), y: y(spent) }));
  for (const spot of known.sort((a, b) => a.x - b.x || a.y - b.y)) {
    const last = line.at(-1)?.y ?? 0;
    line.push({ x: spot.x, y: last }, { x: spot.x, y: Math.max(last, spot.y) });
  }
  const nowX = x(nowMs);
  line.push({ x: nowX, y: line.at(-1)?.y ?? 0 }, { x: nowX, y: y(budget.spent) });

  return {
    line,
    forecast: forecastOf(budget, crossesMs, { x: nowX, y: y(budget.spent) }, { x, y, nowMs, toMs }),
    softY: budget.softPercent / 100,
    nowX,
    bites: budget.bites.map(({ at, spent, kind, sessionId }) => ({ x: x(Date.parse(at)), y: y(spent), kind, at, sessionId })),
    fromMs,
    toMs,
  };
}

interface Scale {
  x(atMs: number): number;
  y(spent: number): number;
  nowMs: number;
  toMs: number;
}

function forecastOf(
  budget: BudgetDetail,
  crossesMs: number | null,
  now: Spot,
  { x, y, nowMs, toMs }: Scale,
): [Spot, Spot] | null {
  if (budget.forecast.perHour === 0 || budget.spent >= budget.limit) return null;
  if (crossesMs !== null) return [now, { x: x(crossesMs), y: 1 }];
  return [now, { x: 1, y: y(budget.spent + (budget.forecast.perHour * (toMs - nowMs)) / hour) }];
}

function openEnd(fromMs: number, nowMs: number, crossesMs: number | null): number {
  const soFar = Math.max(hour, nowMs - fromMs);
  const far = nowMs + soFar;
  return crossesMs === null ? fromMs + soFar * 1.25 : Math.max(fromMs + soFar * 1.05, Math.min(crossesMs + soFar * 0.05, far));
}

const clamp = (share: number): number => Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
