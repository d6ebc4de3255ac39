import { DurableObject } from 'cloudflare:workers';
import type { Budget, BudgetDetail, BudgetPatch } from '../../../wire/budget.ts';
import { limits } from '../../../wire/limits.ts';
import { type LimitsAnswer, type LimitsPatch, QuotaName } from '../../../wire/organization-limits.ts';
import type { Policy } from '../../../wire/policy.ts';
import type { ModelPrice } from '../../../wire/price.ts';
import type { Rate } from '../../../wire/rate.ts';
import type { Retention, RetentionPatch } from '../../../wire/retention.ts';
import type { Rule, RulePatch } from '../../../wire/rule.ts';
import { isIdle, noSnapshotRules, type SnapshotRules } from '../../../wire/snapshot-rules.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import { quotasBelowUse } from '../../domain/limits/below-spent.ts';
import type { OwnLimits, RoomPolicy } from '../../domain/limits/family.ts';
import type { LeaseAnswer, LeaseMessage, LeaseReport } from '../../domain/limits/lease.ts';
import { presetRates } from '../../domain/limits/rates.ts';
import { type RuleProblem, ruleProblem } from '../../domain/limits/rules.ts';
import { own } from '../../domain/own.ts';
import type { Env } from '../../env.ts';
import { openDb } from '../../store/db.ts';
import { projectIds } from '../../store/identity/projects.ts';
import { countedUse } from '../../store/sessions/counted-use.ts';
import { contentIndex, sessionRoom } from '../index.ts';
import { organizationNamed } from '../organization-named.ts';
import { within } from '../within.ts';
import { LedgerCore } from './ledger-core.ts';

/** A room that does not answer a recall in this time is unreachable: an agent elsewhere waits for what it would give back. */
const recallMs = 350;
const pushMs = 1500;
const countMs = 2000;
/** Whoever sets a quota reads at once what is used of it, unless rooms or D1 take longer than this. */
const patienceMs = 3000;

/** A rule as it was changed, or what would be wrong with it. */
export type EditedRule = { ok: true; rule: Rule } | { ok: false; problem: RuleProblem };

export type BudgetEdit = { ok: true; budget: BudgetDetail } | { ok: false; code: 'conflict' };

/** An organization's policy of budgets and rates, and its money: which room may spend how much. */
export class BudgetLedger extends DurableObject<Env> {
  private readonly core: LedgerCore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.core = new LedgerCore({
      storage: ctx.storage,
      now: () => Date.now(),
      setAlarm: (atMs) => void ctx.storage.setAlarm(atMs),
      recall: (roomId, last) => within(recallMs, async (): Promise<LeaseReport | null> => this.room(roomId).recall(last)),
      ownLimits: (roomId) => within(recallMs, async (): Promise<OwnLimits | null> => this.room(roomId).ownLimits()),
      push: (roomId, policy) => within(pushMs, async () => this.room(roomId).adopt(policy)),
      counted: () => within(countMs, () => countedUse(openDb(env.DB), this.organizationId, Date.now())),
      stateStorage: () => within(countMs, () => this.stateStorage()),
    });
  }

  /** A session's first word; answers the part of the policy that concerns it. */
  register(owner: SessionOwner): Promise<RoomPolicy> {
    return this.core.register(owner);
  }

  /** What a room spent and gives back, and what it wants. */
  ask(message: LeaseMessage): Promise<LeaseAnswer> {
    return this.core.ask(message);
  }

  budgets(): BudgetDetail[] {
    return this.core.overview();
  }

  /** Sessions of a person that ever asked for the policy. */
  sessionsOf(userId: string, limit: number): string[] {
    return this.core.books.roomsOf(userId, limit);
  }

  /** Names another as whose sessions those were. What they spent stays. */
  renameOwner(sessionIds: string[], userId: string): void {
    this.core.books.renameOwner(sessionIds, userId);
  }

  /** Takes away what somebody set for a person who is no more. */
  removeBudgetsOf(userId: string): void {
    const isTheirs = ({ scope, scopeId }: Budget) => scope === 'user' && scopeId === userId;
    if (this.core.policy.budgets.some(isTheirs))
      this.change((policy) => ({ ...policy, budgets: policy.budgets.filter((budget) => !isTheirs(budget)) }));
  }

  rates(): Policy['rates'] {
    return this.core.policy.rates;
  }

  /** False where the organization has as many as it may; adding the same id twice is adding it once. */
  add(budget: Budget): boolean {
    if (this.has(budget.id)) return true;
    if (this.core.policy.budgets.length >= limits.maxBudgetsPerOrganization) return false;
    this.change((policy) => ({ ...policy, budgets: [...policy.budgets, budget] }));
    return true;
  }

  /** Null where there is no such budget; a conflict where it is not `ifLimit` any more. */
  edit(id: string, { ifLimit, ...patch }: BudgetPatch): BudgetEdit | null {
    const before = this.core.policy.budgets.find((budget) => budget.id === id);
    if (!before) return null;
    if (ifLimit !== undefined && ifLimit !== before.limit) return { ok: false, code: 'conflict' };
    const changed = (budget: Budget): Budget => (budget.id === id ? { ...budget, ...patch } : budget);
    this.change((policy) => ({ ...policy, budgets: policy.budgets.map(changed) }));
    const budget = this.budgets().find((one) => one.id === id);
    return budget ? { ok: true, budget } : null;
  }

  remove(id: string): boolean {
    if (!this.has(id)) return false;
    this.change((policy) => ({ ...policy, budgets: policy.budgets.filter((budget) => budget.id !== id) }));
    return true;
  }

  /** False where as many tools have a rate as may. */
  setRate(tool: string, rate: Rate): boolean {
    const { rates } = this.core.policy;
    if (!own(rates, tool) && Object.keys(rates).length >= limits.maxRatesPerOrganization) return false;
    this.change((policy) => ({ ...policy, rates: { ...policy.rates, [tool]: rate } }));
    return true;
  }

  removeRate(tool: string): boolean {
    if (!own(this.core.policy.rates, tool)) return false;
    this.change((policy) => ({
      ...policy,
      rates: Object.fromEntries(Object.entries(policy.rates).filter(([name]) => name !== tool)),
    }));
    return true;
  }

  /** Turns the preset on; a rate that somebody set stays. */
  usePreset(): Policy['rates'] {
    this.change((policy) => ({ ...policy, rates: { ...presetRates, ...policy.rates } }));
    return this.rates();
  }

  prices(): ModelPrice[] {
    return this.core.policy.prices;
  }

  /** The price that is kept; adding the same id twice is adding it once. A model has one price from each moment on. */
  addPrice(price: ModelPrice): ModelPrice | 'conflict' | 'full' {
    const { prices } = this.core.policy;
    const known = prices.find(({ id }) => id === price.id);
    if (known) return known;
    if (prices.some(({ model, from }) => model === price.model && from === price.from)) return 'conflict';
    if (prices.length >= limits.maxPricesPerOrganization) return 'full';
    this.change((policy) => ({ ...policy, prices: [...policy.prices, price] }));
    return price;
  }

  removePrice(id: string): boolean {
    if (!this.core.policy.prices.some((price) => price.id === id)) return false;
    this.change((policy) => ({ ...policy, prices: policy.prices.filter((price) => price.id !== id) }));
    return true;
  }

  /** Quotas, timeouts, buckets and the fail mode, and how much of each quota is used. */
  limits(): LimitsAnswer {
    return { limits: this.core.policy.limits, usage: this.core.usage() };
  }

  async editLimits(patch: LimitsPatch): Promise<LimitsAnswer> {
    const before = this.core.policy.limits;
    const told = this.change((policy) => ({ ...policy, limits: { ...policy.limits, ...patch } }));
    const after = this.core.policy.limits;
    const isNew = (quota: QuotaName) => before[quota] === null && after[quota] !== null;
    if (QuotaName.options.some(isNew)) await within(patienceMs, () => told).catch(() => {});
    const answer = this.limits();
    const warning = quotasBelowUse(answer.usage, (quota) => answer.limits[quota] !== before[quota]);
    return { ...answer, ...(warning !== undefined && { warning }) };
  }

  snapshotRules(projectId: string): SnapshotRules {
    return own(this.core.policy.snapshots, projectId) ?? noSnapshotRules;
  }

  /** False where as many projects have rules as may. */
  setSnapshotRules(projectId: string, rules: SnapshotRules): boolean {
    const { [projectId]: before, ...others } = this.core.policy.snapshots;
    if (!isIdle(rules) && before === undefined && Object.keys(others).length >= limits.maxSnapshotRuleProjects) return false;
    this.change((policy) => ({ ...policy, snapshots: isIdle(rules) ? others : { ...others, [projectId]: rules } }));
    return true;
  }

  retention(): Retention {
    return this.core.policy.retention;
  }

  editRetention(patch: RetentionPatch): Retention {
    this.change((policy) => ({ ...policy, retention: { ...policy.retention, ...patch } }));
    return this.retention();
  }

  rules(): Rule[] {
    return this.core.policy.rules;
  }

  /** The rule that is kept, adding the same id twice being adding it once; null where the organization has as many as it may. */
  addRule(rule: Rule): Rule | null {
    const { rules } = this.core.policy;
    const known = rules.find(({ id }) => id === rule.id);
    if (known) return known;
    if (rules.length >= limits.maxRulesPerOrganization) return null;
    this.change((policy) => ({ ...policy, rules: [...policy.rules, rule] }));
    return rule;
  }

  /** Null where there is no such rule. Refused where nothing sensible would be left of it, whatever else was changed meanwhile. */
  editRule(id: string, patch: RulePatch): EditedRule | null {
    const before = this.rules().find((rule) => rule.id === id);
    if (!before) return null;
    const after: Rule = { ...before, ...patch };
    const problem = ruleProblem(after);
    if (problem) return { ok: false, problem };
    this.change((policy) => ({ ...policy, rules: policy.rules.map((rule) => (rule.id === id ? after : rule)) }));
    return { ok: true, rule: after };
  }

  removeRule(id: string): boolean {
    if (!this.rules().some((rule) => rule.id === id)) return false;
    this.change((policy) => ({ ...policy, rules: policy.rules.filter((rule) => rule.id !== id) }));
    return true;
  }

  override async alarm(): Promise<void> {
    await this.core.alarm();
  }

  private has(id: string): boolean {
    return this.core.policy.budgets.some((budget) => budget.id === id);
  }

  /** The rooms are told while the caller is answered. */
  private change(change: (policy: Policy) => Policy): Promise<void> {
    const told = this.core.change(change);
    this.ctx.waitUntil(told);
    return told;
  }

  private async stateStorage(): Promise<void> {
    const { env, organizationId } = this;
    const ids = await projectIds(openDb(env.DB), organizationId);
    await Promise.all([...ids].map((projectId) => contentIndex(env, { organizationId, projectId }).state()));
  }

  private get organizationId(): string {
    return organizationNamed(this.ctx.id);
  }

  private room(roomId: string): ReturnType<typeof sessionRoom> {
    return sessionRoom(this.env, this.organizationId, roomId);
  }
}
