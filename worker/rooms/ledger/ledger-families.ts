import type { Budget } from '../../../wire/budget.ts';
import { familyOf } from '../../../wire/family-budget.ts';
import { limits } from '../../../wire/limits.ts';
import { type Family, familyBudgets, type OwnLimits, type RoomPolicy } from '../../domain/limits/family.ts';
import { policyFor } from '../../domain/limits/purse.ts';
import type { LedgerBooks } from './ledger-books.ts';
import type { LedgerKin } from './ledger-kin.ts';

export interface FamilyPorts {
  /** What a person lets a session spend; null where there is no such session. */
  ownLimits(roomId: string): Promise<OwnLimits | null>;
  push(roomId: string, policy: RoomPolicy): Promise<boolean>;
  /** False where the room could not be asked. */
  recall(roomId: string): Promise<boolean>;
}

/**
 * Sessions that others started. What a parent may spend by itself is, from its first child on, one that the family shares,
 * leased like the others. A session without children has none, and pays for none.
 */
export class LedgerFamilies {
  private readonly books: LedgerBooks;
  private readonly kin: LedgerKin;
  private readonly ports: FamilyPorts;

  constructor(books: LedgerBooks, kin: LedgerKin, ports: FamilyPorts) {
    this.books = books;
    this.kin = kin;
    this.ports = ports;
  }

  /** The budget with that id, while its parent has a limit. */
  budget(id: string): Budget | undefined {
    const parentId = familyOf(id);
    return parentId === undefined ? undefined : this.budgetsOf(parentId).find((budget) => budget.id === id);
  }

  /** All budgets that count a session. */
  budgetsFor(roomId: string): Budget[] {
    return this.kin.of(roomId) ? [roomId, ...this.kin.ancestors(roomId)].flatMap((id) => this.budgetsOf(id)) : [];
  }

  /** Undefined for a session without relatives. */
  of(roomId: string): Family | undefined {
    const kin = this.kin.of(roomId);
    if (!kin || kin.isPending) return undefined;
    const { wanted: version, own, parentId } = kin;
    const budgets = this.budgetsFor(roomId);
    return { version, isParent: own !== null, budgets, ...(parentId !== null && { parent: { id: parentId } }) };
  }

  /**
   * Makes a session the child of another, before its room is answered; says why where it is not. A parent has stated what it uses
   * by then, and asks before it uses more, so that parent and child cannot spend the same money. Rejects while the parent's room
   * cannot be reached.
   */
  async join(roomId: string, parentId: string): Promise<string | undefined> {
    if (this.kin.of(roomId)?.parentId === parentId) return undefined;
    const refusal = this.refusal(roomId, parentId);
    if (refusal !== undefined) return refusal;
    if (this.kin.of(parentId)?.isPending) throw new Error('the parent session is not known itself yet');
    if (!this.kin.of(parentId)?.own) {
      const own = await this.ports.ownLimits(parentId);
      if (!own) return 'that session was deleted';
      // Another child may have come first, and the parent may have said something newer since.
      if (!this.kin.of(parentId)?.own) this.kin.saveOwn(parentId, own);
    }
    await this.introduce(parentId);
    this.kin.saveParent(roomId, parentId);
    return undefined;
  }

  /** A parent's own limits as it states them; whether that is news for its family. */
  restate(roomId: string, own: OwnLimits): boolean {
    const known = this.kin.of(roomId);
    if (!known?.own || known.isGone) return false;
    if (known.own.microUsd === own.microUsd && known.own.tokens === own.tokens) return false;
    this.changing(roomId, () => this.kin.saveOwn(roomId, own));
    return true;
  }

  /** A parent was deleted: its limits are gone with it. */
  dissolve(roomId: string): boolean {
    const known = this.kin.of(roomId);
    if (!known?.own || known.isGone) return false;
    const { own } = known;
    this.changing(roomId, () => this.kin.saveOwn(roomId, own, true));
    return true;
  }

  /** Meters that have accounts, before the policy changes; `carry` brings what is in them over to those after it. */
  parents(): { parentId: string; budgets: Budget[] }[] {
    return this.books.familiesWithAccounts().map((parentId) => ({ parentId, budgets: this.budgetsOf(parentId) }));
  }

  /** What is spent stays spent where one limit takes another's place. */
  carry(parentId: string, before: readonly Budget[]): void {
    const after = this.budgetsOf(parentId);
    for (const { id, unit } of after) {
      if (before.some((budget) => budget.id === id)) continue;
      const same = before.filter((budget) => budget.unit === unit).map((budget) => budget.id);
      if (same.length > 0) this.books.copyAccounts(same, id);
    }
    for (const { id } of before) if (!after.some((budget) => budget.id === id)) this.books.forget(id);
  }

  private budgetsOf(parentId: string): Budget[] {
    const kin = this.kin.of(parentId);
    const room = this.books.room(parentId);
    if (!kin?.own || kin.isGone || !room) return [];
    return familyBudgets(parentId, kin.own, policyFor(this.books.policy, room));
  }

  private refusal(roomId: string, parentId: string): string | undefined {
    if (parentId === roomId) return 'it names itself';
    if (!this.books.room(parentId)) return 'no such session is known here';
    if (this.kin.of(parentId)?.isGone) return 'that session was deleted';
    const above = [parentId, ...this.kin.ancestors(parentId)];
    if (above.includes(roomId)) return 'that session descends from it';
    if (above.length >= limits.maxFamilyDepth) return `sessions start each other at most ${limits.maxFamilyDepth} deep`;
    if (this.kin.childCount(parentId) >= limits.maxChildSessions)
      return `that session has ${limits.maxChildSessions} child sessions already`;
    return undefined;
  }

  /** The parent knows its budgets, and the ledger what it uses of them. */
  private async introduce(parentId: string): Promise<void> {
    const room = this.books.room(parentId);
    const family = this.of(parentId);
    if (!room || !family) return;
    const { policy } = this.books;
    const isKnown = (this.kin.of(parentId)?.heard ?? 0) >= family.version;
    if (!isKnown && (await this.ports.push(parentId, { ...policyFor(policy, room), family }))) {
      this.books.saveVersion(parentId, policy.version, true);
      this.kin.saveHeard(parentId, family.version);
    }
    const isStated = this.budgetsOf(parentId).every(({ id }) => this.books.hasAccount(id, parentId));
    if (!isStated && !(await this.ports.recall(parentId))) throw new Error('the parent session cannot be asked at the moment');
  }

  private changing(parentId: string, change: () => void): void {
    const before = this.budgetsOf(parentId);
    change();
    this.carry(parentId, before);
    this.kin.noteChange(this.kin.family(parentId).filter((id) => id !== parentId));
  }
}
