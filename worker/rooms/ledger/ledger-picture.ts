import type { Budget } from '../../../wire/budget.ts';
import { familyOf } from '../../../wire/family-budget.ts';
import type { Point } from '../../domain/limits/forecast.ts';
import type { SessionBite } from '../../domain/limits/lease.ts';
import { softLimit } from '../../domain/limits/standing.ts';
import { pointMs, windowKey } from '../../domain/limits/window.ts';
import type { LedgerBooks } from './ledger-books.ts';

/** A moment at which a budget warned or refused. */
export interface Bite {
  atMs: number;
  kind: 'soft' | 'hard';
  sessionId: string | null;
  spent: number;
  limit: number;
}

/** A session that is refused again and again bites once in this time: the picture shows moments, not attempts. */
const biteMs = 60_000;
const maxBites = 200;

/** What a budget's picture is made of: how much was spent by when, and when it bit. */
export class LedgerPicture {
  private readonly books: LedgerBooks;

  constructor(books: LedgerBooks) {
    this.books = books;
  }

  /** Notes how much is spent by now, and once a window that the share which warns, or the limit, was crossed. */
  notePoint(budget: Budget, window: string, nowMs: number): void {
    // A family has no picture of its own.
    if (familyOf(budget.id) !== undefined) return;
    const { spent } = this.books.total(budget.id, window);
    const step = pointMs(budget.window);
    const known = this.books.tables.rows('SELECT 1 FROM point WHERE budget = ? AND window = ? LIMIT 1', budget.id, window);
    // A new window: the pictures of those before it are not shown any more.
    if (known.length === 0) {
      for (const table of ['point', 'bite', 'account'])
        this.books.tables.run(`DELETE FROM ${table} WHERE budget = ? AND window < ?`, budget.id, window);
    }
    this.books.tables.run(
      'INSERT INTO point (budget, window, at, spent) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET spent = excluded.spent',
      budget.id,
      window,
      Math.floor(nowMs / step) * step,
      spent,
    );
    if (spent >= softLimit(budget)) this.noteBite(budget, window, { atMs: nowMs, kind: 'soft', sessionId: null });
    if (spent >= budget.limit) this.noteBite(budget, window, { atMs: nowMs, kind: 'hard', sessionId: null });
  }

  noteBite(budget: Budget, window: string, { atMs, kind, sessionId }: Pick<Bite, 'atMs' | 'kind' | 'sessionId'>): void {
    if (familyOf(budget.id) !== undefined) return;
    // Spending crosses a line once; a session may be refused again later.
    const sinceMs = sessionId === null ? 0 : atMs - biteMs;
    const known = this.books.tables.rows(
      'SELECT count(*) AS n FROM bite WHERE budget = ? AND window = ? AND kind = ? AND at > ? AND session IS ? AND budget_limit = ?',
      budget.id,
      window,
      kind,
      sinceMs,
      sessionId,
      budget.limit,
    );
    const [all] = this.books.tables.rows('SELECT count(*) AS n FROM bite WHERE budget = ? AND window = ?', budget.id, window);
    if (Number(known[0]?.n) > 0 || Number(all?.n) >= maxBites) return;
    const { spent } = this.books.total(budget.id, window);
    this.insertBite(budget.id, window, { atMs, kind, sessionId, spent, limit: budget.limit });
  }

  /** A budget that each session gets held one; telling it twice is telling it once. */
  noteSessionBite(budgetId: string, sessionId: string, { atMs, spent, limit }: Omit<SessionBite, 'budgetId'>): void {
    if (!this.books.policy.budgets.some(({ id, scope }) => id === budgetId && scope === 'session')) return;
    const window = windowKey('session', atMs);
    // Two sessions held in one millisecond are two.
    let freeMs = atMs;
    for (let at = this.bitten(budgetId, window, freeMs); at !== undefined; at = this.bitten(budgetId, window, freeMs)) {
      if (at === sessionId) return;
      freeMs += 1;
    }
    this.insertBite(budgetId, window, { atMs: freeMs, kind: 'hard', sessionId, spent, limit });
    this.books.tables.run(
      'DELETE FROM bite WHERE budget = ? AND window = ? AND at <= (SELECT at FROM bite WHERE budget = ? AND window = ? ORDER BY at DESC LIMIT 1 OFFSET ?)',
      budgetId,
      window,
      budgetId,
      window,
      maxBites,
    );
  }

  /** The session that was held at that moment. */
  private bitten(budgetId: string, window: string, atMs: number): string | undefined {
    const [row] = this.books.tables.rows(
      "SELECT session FROM bite WHERE budget = ? AND window = ? AND at = ? AND kind = 'hard'",
      budgetId,
      window,
      atMs,
    );
    return row && String(row.session);
  }

  private insertBite(budgetId: string, window: string, { atMs, kind, sessionId, spent, limit }: Bite): void {
    this.books.tables.run(
      'INSERT INTO bite (budget, window, at, kind, session, spent, budget_limit) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      budgetId,
      window,
      atMs,
      kind,
      sessionId,
      spent,
      limit,
    );
  }

  /** What was spent by the end of each step of the window; the last step ends now. */
  points(budget: Budget, window: string, nowMs: number): Point[] {
    if (!this.books.tables.exist) return [];
    const step = pointMs(budget.window);
    return this.books.tables
      .rows('SELECT at, spent FROM point WHERE budget = ? AND window = ? ORDER BY at', budget.id, window)
      .map((row) => ({
        atMs: Math.min(nowMs, Number(row.at) + step),
        spent: Number(row.spent),
      }));
  }

  bites(budgetId: string, window: string): Bite[] {
    if (!this.books.tables.exist) return [];
    return this.books.tables
      .rows('SELECT * FROM bite WHERE budget = ? AND window = ? ORDER BY at, kind DESC', budgetId, window)
      .map((row) => ({
        atMs: Number(row.at),
        kind: row.kind === 'soft' ? 'soft' : 'hard',
        sessionId: row.session === null ? null : String(row.session),
        spent: Number(row.spent),
        limit: Number(row.budget_limit),
      }));
  }
}
