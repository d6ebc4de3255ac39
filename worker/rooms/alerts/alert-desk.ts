import { DurableObject } from 'cloudflare:workers';
import type { Alert, AlertRule, AlertRulePatch } from '../../../wire/alert.ts';
import type { Page } from '../../../wire/page.ts';
import type { SessionFact } from '../../domain/alerts/facts.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import type { Env } from '../../env.ts';
import { organizationFeed, outboxOf } from '../index.ts';
import { organizationNamed } from '../organization-named.ts';
import type { Posted } from '../outbox/outbox.ts';
import type { Person } from '../session/orders.ts';
import type { AlertFilter } from './alert-book.ts';
import { AlertCore, type AlertDeed } from './alert-core.ts';
import { alertPort } from './alert-port.ts';

/** An organization's alert rules, and the one place where its alerts fire, are told and resolve. */
export class AlertDesk extends DurableObject<Env> {
  private readonly core: AlertCore;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const port = () => alertPort(env, this.organizationId);
    this.core = new AlertCore({
      storage: ctx.storage,
      now: () => Date.now(),
      look: (wanted) => port().look(wanted),
      ask: (sessionId) => port().ask(sessionId),
      changed: (pressing) =>
        // Whoever looks hears of it; a page that missed it reads again at its next connection.
        ctx.waitUntil(
          organizationFeed(env, this.organizationId)
            .alerts(pressing)
            .catch(() => {}),
        ),
      organizationId: () => this.organizationId,
      post: async (note) => {
        const { isFull }: Posted = await outboxOf(env, this.organizationId).post(note);
        if (isFull) throw new Error('the outbox is full');
      },
      setAlarm: (atMs) => void ctx.storage.setAlarm(atMs),
      background: (work) => ctx.waitUntil(work),
    });
  }

  /** A room's word, off its hooks' way. */
  hear(session: SessionFact): void {
    this.core.hear(session);
  }

  /** The minute's look at everything; false where nothing is left to look at. May be repeated at any time. Throws while D1 is down. */
  tick(): Promise<boolean> {
    return this.core.tick();
  }

  rules(): AlertRule[] {
    return this.core.rules();
  }

  /** The rule that is kept, adding the same id twice being adding it once; null where the organization has as many as it may. */
  addRule(rule: AlertRule): AlertRule | null {
    return this.core.addRule(rule);
  }

  /** Null where there is no such rule. */
  editRule(id: string, patch: AlertRulePatch): AlertRule | null {
    return this.core.editRule(id, patch);
  }

  /** Deletes a rule, or resets a built-in one; false where there is no such rule. */
  removeRule(id: string): boolean {
    return this.core.removeRule(id);
  }

  /** The latest first, and how many are pressing. */
  list(filter: AlertFilter): Page<Alert> & { pressing: number } {
    return { ...this.core.list(filter), pressing: this.core.pressing };
  }

  /** An alert, and the keys of what channels were told of it; null where there is none. */
  find(id: string): { alert: Alert; keys: string[] } | null {
    return this.core.find(id);
  }

  /** Null where there is no such alert; a conflict where it is over. */
  acknowledge(id: string, by: Person): AlertDeed | null {
    return this.core.acknowledge(id, by);
  }

  /** The same. */
  snooze(id: string, minutes: number, by: Person): AlertDeed | null {
    return this.core.snooze(id, minutes, by);
  }

  /** Has no alert name this person any more. Doing it again changes nothing. */
  erasePerson(person: ErasedPerson): void {
    this.core.erasePerson(person);
  }

  /** Has no alert say any more what these sessions were about: they are erased. Doing it again changes nothing. */
  forgetSessions(ids: string[]): void {
    this.core.forgetSessions(ids);
  }

  override async alarm(): Promise<void> {
    await this.core.handOver();
  }

  private get organizationId(): string {
    return organizationNamed(this.ctx.id);
  }
}
