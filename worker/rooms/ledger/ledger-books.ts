import { familyOf } from '../../../wire/family-budget.ts';
import { noPolicy, type Policy, policyIn } from '../../../wire/policy.ts';
import { type Grant, type LeaseAccount, noAccount } from '../../domain/limits/lease.ts';
import { type Meter, quotasOf } from '../../domain/limits/meters.ts';
import { windowKey } from '../../domain/limits/window.ts';
import { type Migration, metaTable, type RoomStorage, RoomTables } from '../room-tables.ts';
import { kinTables } from './ledger-kin.ts';

const migrations: Migration[] = [
  {
    id: 1,
    sql: [
      metaTable,
      // `n` outlives the session: a message that comes late must still be known as old.
      'CREATE TABLE room (id TEXT PRIMARY KEY, project TEXT NOT NULL, user TEXT NOT NULL, n INTEGER NOT NULL, version INTEGER NOT NULL, open INTEGER NOT NULL) WITHOUT ROWID',
      'CREATE TABLE account (budget TEXT NOT NULL, window TEXT NOT NULL, room TEXT NOT NULL, held INTEGER NOT NULL, spent INTEGER NOT NULL, PRIMARY KEY (budget, window, room)) WITHOUT ROWID',
      'CREATE TABLE point (budget TEXT NOT NULL, window TEXT NOT NULL, at INTEGER NOT NULL, spent INTEGER NOT NULL, PRIMARY KEY (budget, window, at)) WITHOUT ROWID',
      'CREATE TABLE bite (budget TEXT NOT NULL, window TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, session TEXT, spent INTEGER NOT NULL, budget_limit INTEGER NOT NULL, PRIMARY KEY (budget, window, at, kind)) WITHOUT ROWID',
    ],
  },
  { id: 2, sql: kinTables },
];

/** The ledger's tables. Totals are a cache of the accounts' sums, filled when first asked. */
export class LedgerBooks {
  readonly tables: RoomTables;
  private readonly totals = new Map<string, LeaseAccount>();
  private cachedPolicy: Policy | undefined;

  constructor(storage: RoomStorage) {
    this.tables = new RoomTables(storage, migrations);
    if (this.tables.exist) this.tables.make();
  }

  get policy(): Policy {
    if (!this.tables.exist) return noPolicy;
    // Written by `savePolicy` alone.
    this.cachedPolicy ??= policyIn(JSON.parse(this.tables.meta('policy') ?? '{}') as Partial<Policy>);
    return this.cachedPolicy;
  }

  savePolicy(policy: Policy): void {
    this.tables.make();
    this.cachedPolicy = policy;
    this.tables.saveMeta('policy', JSON.stringify(policy));
    const gone = this.tables
      .rows('SELECT DISTINCT budget FROM account UNION SELECT DISTINCT budget FROM bite')
      .map(({ budget }) => String(budget));
    // What families share follows from the policy; who changes it looks after them.
    const meters = [...policy.budgets, ...quotasOf(policy.limits)];
    const isKnown = (id: string) => familyOf(id) !== undefined || meters.some((meter) => meter.id === id);
    for (const id of gone.filter((known) => !isKnown(known))) this.forget(id);
    this.totals.clear();
  }

  /** All that was written of a budget. */
  forget(id: string): void {
    for (const table of ['account', 'point', 'bite']) this.tables.run(`DELETE FROM ${table} WHERE budget = ?`, id);
    this.totals.clear();
  }

  /** A budget that counts what others of the same sessions counted begins with what they hold. */
  copyAccounts(fromIds: readonly string[], toId: string): void {
    this.tables.run(
      `INSERT INTO account (budget, window, room, held, spent) SELECT ?, window, room, max(held), max(spent) FROM account WHERE budget IN (${fromIds.map(() => '?').join(', ')}) GROUP BY window, room`,
      toId,
      ...fromIds,
    );
    this.totals.clear();
  }

  hasAccount(budgetId: string, roomId: string): boolean {
    return this.tables.rows('SELECT 1 FROM account WHERE budget = ? AND room = ? LIMIT 1', budgetId, roomId).length > 0;
  }

  /** Sessions whose families' budgets have accounts. */
  familiesWithAccounts(): string[] {
    if (!this.tables.exist) return [];
    const found = this.tables.rows("SELECT DISTINCT budget FROM account WHERE budget >= 'family:' AND budget < 'family;'");
    return [...new Set(found.flatMap(({ budget }) => familyOf(String(budget)) ?? []))];
  }

  /** Quotas whose use from before they were set is still to be counted, in which window. */
  uncounted(): { id: string; window: string }[] {
    if (!this.tables.exist) return [];
    // Written by `saveUncounted` alone.
    return JSON.parse(this.tables.meta('uncounted') ?? '[]') as { id: string; window: string }[];
  }

  saveUncounted(quotas: { id: string; window: string }[]): void {
    this.tables.saveMeta('uncounted', JSON.stringify(quotas));
  }

  /** Rooms that are told of changes. */
  openRooms(): string[] {
    return this.tables.rows('SELECT id FROM room WHERE open = 1').map(({ id }) => String(id));
  }

  /** Whose room it is; undefined for one that never registered. */
  room(id: string): { id: string; projectId: string; userId: string } | undefined {
    if (!this.tables.exist) return undefined;
    const [row] = this.tables.rows("SELECT project, user FROM room WHERE id = ? AND project <> ''", id);
    return row && { id, projectId: String(row.project), userId: String(row.user) };
  }

  /** Rooms of a person's sessions, over or not. */
  roomsOf(userId: string, limit: number): string[] {
    if (!this.tables.exist) return [];
    return this.tables.rows('SELECT id FROM room WHERE user = ? LIMIT ?', userId, limit).map(({ id }) => String(id));
  }

  /** Names another as whose sessions those were. */
  renameOwner(ids: readonly string[], userId: string): void {
    for (const id of ids) this.tables.run('UPDATE room SET user = ? WHERE id = ?', userId, id);
  }

  openRoom({ id, projectId, userId }: { id: string; projectId: string; userId: string }, version: number): void {
    this.tables.make();
    this.tables.run(
      'INSERT INTO room (id, project, user, n, version, open) VALUES (?, ?, ?, 0, ?, 1) ON CONFLICT (id) DO UPDATE SET version = excluded.version, open = 1',
      id,
      projectId,
      userId,
      version,
    );
  }

  lastN(roomId: string): number {
    if (!this.tables.exist) return 0;
    const [row] = this.tables.rows('SELECT n FROM room WHERE id = ?', roomId);
    return row ? Number(row.n) : 0;
  }

  saveN(roomId: string, n: number, isClosed: boolean): void {
    this.tables.make();
    this.tables.run(
      "INSERT INTO room (id, project, user, n, version, open) VALUES (?, '', '', ?, 0, 0) ON CONFLICT (id) DO UPDATE SET n = excluded.n, open = CASE WHEN ? THEN 0 ELSE open END",
      roomId,
      n,
      isClosed ? 1 : 0,
    );
  }

  roomsBehind(version: number): { id: string; projectId: string; userId: string }[] {
    if (!this.tables.exist) return [];
    return this.tables
      .rows(
        'SELECT id, project, user FROM room LEFT JOIN kin ON kin.room = room.id WHERE open = 1 AND (version < ? OR heard < wanted)',
        version,
      )
      .map((row) => ({ id: String(row.id), projectId: String(row.project), userId: String(row.user) }));
  }

  saveVersion(roomId: string, version: number, isOpen: boolean): void {
    this.tables.run(
      'UPDATE room SET version = max(version, ?), open = min(open, ?) WHERE id = ?',
      version,
      isOpen ? 1 : 0,
      roomId,
    );
  }

  account(budgetId: string, window: string, roomId: string): LeaseAccount {
    if (!this.tables.exist) return noAccount;
    const [row] = this.tables.rows(
      'SELECT held, spent FROM account WHERE budget = ? AND window = ? AND room = ?',
      budgetId,
      window,
      roomId,
    );
    return row ? { held: Number(row.held), spent: Number(row.spent) } : noAccount;
  }

  saveAccount(budgetId: string, window: string, roomId: string, account: LeaseAccount): void {
    const before = this.account(budgetId, window, roomId);
    const total = this.total(budgetId, window);
    this.tables.run(
      'INSERT INTO account (budget, window, room, held, spent) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET held = excluded.held, spent = excluded.spent',
      budgetId,
      window,
      roomId,
      account.held,
      account.spent,
    );
    this.totals.set(`${budgetId}/${window}`, {
      held: total.held + account.held - before.held,
      spent: total.spent + account.spent - before.spent,
    });
  }

  /** The first account of a window takes those of the windows before it away: nobody looks at them any more. */
  beginWindow(budgetId: string, window: string): void {
    if (this.tables.rows('SELECT 1 FROM account WHERE budget = ? AND window = ? LIMIT 1', budgetId, window).length > 0) return;
    this.tables.run('DELETE FROM account WHERE budget = ? AND window < ?', budgetId, window);
  }

  /** What all rooms hold and have spent. */
  total(budgetId: string, window: string): LeaseAccount {
    if (!this.tables.exist) return noAccount;
    const key = `${budgetId}/${window}`;
    const known = this.totals.get(key);
    if (known) return known;
    const [row] = this.tables.rows(
      'SELECT sum(held) AS held, sum(spent) AS spent FROM account WHERE budget = ? AND window = ?',
      budgetId,
      window,
    );
    const total = { held: Number(row?.held ?? 0), spent: Number(row?.spent ?? 0) };
    this.totals.set(key, total);
    return total;
  }

  /** Rooms that hold more of these budgets than they have spent. */
  holders(of: readonly { budgetId: string; window: string }[]): string[] {
    const found = of.flatMap(({ budgetId, window }) =>
      this.tables.rows('SELECT room FROM account WHERE budget = ? AND window = ? AND held > spent', budgetId, window),
    );
    return [...new Set(found.map(({ room }) => String(room)))];
  }

  /** All that a room holds of these in the windows of now. */
  grants(roomId: string, budgets: readonly Meter[], nowMs: number): Grant[] {
    return budgets.map((budget) => {
      const window = windowKey(budget.window, nowMs);
      return { budgetId: budget.id, window, cap: this.account(budget.id, window, roomId).held };
    });
  }
}
