import type { Alert, AlertRule, AlertRulePatch } from '../../../wire/alert.ts';
import { limits } from '../../../wire/limits.ts';
import type { Page } from '../../../wire/page.ts';
import { builtInRules, changedRule, type AlertBook as Rules, rulesOf } from '../../domain/alerts/built-in.ts';
import { type Change, changesFor } from '../../domain/alerts/changes.ts';
import type { Facts, SessionFact } from '../../domain/alerts/facts.ts';
import { firedNotification, keysOf, messageChange, resolvedNotification } from '../../domain/alerts/notification.ts';
import { type Reading, readingsOf } from '../../domain/alerts/reading.ts';
import { alertWords } from '../../domain/alerts/words.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import { backOffMs } from '../../domain/deadlines.ts';
import { liveStatuses } from '../../domain/session.ts';
import { firstIdOf, newId } from '../../ids.ts';
import type { RoomStorage } from '../room-tables.ts';
import type { Person } from '../session/orders.ts';
import { AlertBook, type AlertFilter, type AlertNote, type AlertRecord, isPressing, stateOf } from './alert-book.ts';

/** What has to be known to hold these rules against it. */
export interface Wanted {
  rules: readonly AlertRule[];
  /** Sessions that alerts are open about. */
  sessionIds: readonly string[];
}

export interface AlertPorts {
  storage: RoomStorage;
  now(): number;
  /** All that the index and the ledger know. What cannot be reached is left out. */
  look(wanted: Wanted): Promise<Facts>;
  /** What a session's room knows, which is more than the index; null where there is no such session. */
  ask(sessionId: string): Promise<SessionFact | null>;
  /** The alerts changed; so many are pressing. */
  changed(pressing: number): void;
  organizationId(): string;
  /** Hands it to the outbox, once however often. Rejects where it cannot take it. */
  post(note: AlertNote): Promise<void>;
  setAlarm(atMs: number): void;
  background(work: Promise<void>): void;
}

/** Rooms asked in one tick, each an object request: the index is two minutes behind with what it says of silence. */
const maxAsked = 25;
/** Notifications handed over at a time, a call each. */
const maxHandedOver = 200;
const lateMs = 10_000;

/** The answer to a deed on an alert: `conflict` where it is over. */
export type AlertDeed = { ok: true; alert: Alert } | { ok: false; code: 'conflict' };

/**
 * An organization's alerts without its Durable Object: the one place where they fire and resolve. Whatever arrives, a room's word or a
 * tick of the cron's, is held against the rules in one turn without an await, so that nothing fires twice.
 */
export class AlertCore {
  private readonly ports: AlertPorts;
  private readonly book: AlertBook;
  private failures = 0;

  constructor(ports: AlertPorts) {
    this.ports = ports;
    this.book = new AlertBook(ports.storage);
  }

  /** What a room says of its session, the moment that it happens. */
  hear(session: SessionFact): void {
    this.evaluate({ atMs: this.ports.now(), sessions: { items: [session], isWhole: false } });
  }

  /** Looks at everything there is. May be repeated at any time. Answers whether there is something to look at in a minute, too. */
  async tick(): Promise<boolean> {
    const sessionIds = [...new Set(this.book.open().flatMap(({ alert }) => alert.sessionId ?? []))];
    const facts = await this.confirmed(await this.ports.look({ rules: this.activeRules(), sessionIds }));
    this.evaluate(facts);
    this.book.forget(firstIdOf('alt', this.ports.now() - limits.alertDays * 24 * 3600_000));
    const isLive = ({ status }: SessionFact) => liveStatuses.includes(status);
    return this.book.open().length > 0 || (facts.sessions?.items ?? []).some(isLive);
  }

  rules(): AlertRule[] {
    return rulesOf(this.book.rules());
  }

  /** The rule that is kept, adding the same id twice being adding it once; null where there are as many as may be. */
  addRule(rule: AlertRule): AlertRule | null {
    const rules = this.book.rules();
    const known = rules.own.find(({ id }) => id === rule.id);
    if (known) return known;
    if (rules.own.length >= limits.maxAlertRules) return null;
    this.saveRules({ ...rules, own: [...rules.own, rule] });
    return rule;
  }

  /** Null where there is no such rule. */
  editRule(id: string, patch: AlertRulePatch): AlertRule | null {
    const rules = this.book.rules();
    if (builtInRules.some((rule) => rule.id === id))
      this.saveRules({ ...rules, changes: { ...rules.changes, [id]: { ...rules.changes[id], ...patch } } });
    else this.saveRules({ ...rules, own: rules.own.map((rule) => (rule.id === id ? changedRule(rule, patch) : rule)) });
    return this.rules().find((rule) => rule.id === id) ?? null;
  }

  /** Deletes a rule; a built-in one is again as it was. False where there is no such rule. */
  removeRule(id: string): boolean {
    const rules = this.book.rules();
    if (!this.rules().some((rule) => rule.id === id)) return false;
    const { [id]: _, ...changes } = rules.changes;
    this.saveRules({ changes, own: rules.own.filter((rule) => rule.id !== id) });
    return true;
  }

  list(filter: AlertFilter): Page<Alert> {
    return this.book.list(filter);
  }

  get pressing(): number {
    const nowMs = this.ports.now();
    return this.book.open().filter(({ alert }) => isPressing(alert, nowMs)).length;
  }

  /** An alert, and the keys of what channels were told of it; null where there is none. */
  find(id: string): { alert: Alert; keys: string[] } | null {
    const record = this.book.find(id);
    return record ? { alert: record.alert, keys: keysOf(record.alert, record.tells) } : null;
  }

  /** Somebody has seen it. Who did so first stays. Null where there is no such alert. */
  acknowledge(id: string, by: Person): AlertDeed | null {
    return this.mark(id, (record, nowMs) => ({
      ...record,
      isUntold: false,
      alert: { ...record.alert, acknowledged: record.alert.acknowledged ?? { ...by, at: isoOf(nowMs) }, isQuiet: false },
    }));
  }

  /** Nobody wants to hear of it for so long; what is open then is told again. Null where there is no such alert. */
  snooze(id: string, minutes: number, by: Person): AlertDeed | null {
    return this.mark(id, (record, nowMs) => ({
      ...record,
      isUntold: true,
      alert: { ...record.alert, snoozed: { ...by, at: isoOf(nowMs), until: isoOf(nowMs + minutes * 60_000) } },
    }));
  }

  erasePerson(person: ErasedPerson): void {
    this.book.erasePerson(person);
  }

  forgetSessions(ids: readonly string[]): void {
    this.book.forgetSessions(ids);
  }

  /**
   * Hands over what the outbox has not taken, in order. An object that dies over it does so again, which the outbox knows by the key;
   * the alarm comes back where it cannot be reached.
   */
  async handOver(): Promise<void> {
    try {
      for (const { n, note } of this.book.notes(maxHandedOver)) {
        await this.ports.post(note);
        this.book.removeNote(n);
      }
      this.failures = 0;
    } catch {
      this.failures += 1;
    }
    if (this.book.notes(1).length > 0) this.ports.setAlarm(this.ports.now() + backOffMs(this.failures));
  }

  private mark(id: string, change: (record: AlertRecord, nowMs: number) => AlertRecord): AlertDeed | null {
    const record = this.book.find(id);
    if (!record) return null;
    if (record.alert.resolvedAt !== null) return { ok: false, code: 'conflict' };
    const nowMs = this.ports.now();
    const changed = change(record, nowMs);
    this.book.transaction(() => {
      this.book.save(changed);
      this.noteChange(changed, nowMs);
    });
    this.handOverSoon(nowMs);
    this.ports.changed(this.pressing);
    return { ok: true, alert: changed.alert };
  }

  private activeRules(): AlertRule[] {
    return this.rules().filter(({ enabled }) => enabled);
  }

  /** A rule that is off, or gone, leaves no alert open behind it. */
  private saveRules(rules: Rules): void {
    this.book.saveRules(rules);
    this.evaluate({ atMs: this.ports.now() });
  }

  /** Whoever seems silent is asked before it is said of them: what the index knows is two minutes old. */
  private async confirmed(facts: Facts): Promise<Facts> {
    if (!facts.sessions) return facts;
    const open = new Set(this.book.open().map(({ alert }) => `${alert.ruleId} ${alert.subject}`));
    const seemsSilent = ({ rule, subject, holds }: Reading) =>
      holds && (rule.kind === 'session_stuck' || rule.kind === 'session_waiting') && !open.has(`${rule.id} ${subject.id}`);
    const silent = readingsOf(this.activeRules(), facts, this.ports.now()).filter(seemsSilent);
    const ids = [...new Set(silent.map(({ subject }) => subject.id))].slice(0, maxAsked);
    const answers = new Map(await Promise.all(ids.map(async (id) => [id, await this.answerOf(id)] as const)));
    const items = facts.sessions.items.flatMap((fact) => {
      const answer = answers.get(fact.id);
      if (answer === undefined) return [fact];
      return answer === null ? [] : [answer];
    });
    return { ...facts, sessions: { ...facts.sessions, items } };
  }

  /** Undefined from a room that cannot be reached: then what the index says is the best there is. */
  private answerOf(id: string): Promise<SessionFact | null | undefined> {
    return this.ports.ask(id).catch(() => undefined);
  }

  private evaluate(facts: Facts): void {
    const nowMs = this.ports.now();
    const rules = this.rules();
    const records = new Map(this.book.open().map((record) => [record.alert.id, record]));
    const past = {
      open: [...records.values()].map(stateOf),
      last: (ruleId: string, subject: string) => {
        const record = this.book.last(ruleId, subject);
        return record && stateOf(record);
      },
    };
    const changes = changesFor(rules, facts, readingsOf(rules, facts, nowMs), past, nowMs);
    const answered = [...records.values()].filter((record) => isCallOver(record, facts));
    if (changes.length === 0 && answered.length === 0) return;
    this.book.transaction(() => {
      for (const record of answered) {
        const after = { ...record, isCallOver: true };
        records.set(record.alert.id, after);
        this.book.save(after);
        this.noteChange(after, nowMs);
      }
      for (const change of changes) {
        const before = change.type === 'fire' ? undefined : records.get(change.alert.id);
        const record = change.type === 'fire' ? fired(change, nowMs) : before && after(change, before, nowMs);
        if (record) this.save(record, change, rules, nowMs);
      }
    });
    this.handOverSoon(nowMs);
    if (changes.some(({ type }) => type !== 'extend')) this.ports.changed(this.pressing);
  }

  private handOverSoon(nowMs: number): void {
    if (this.book.notes(1).length === 0) return;
    // Where the object dies before it has handed them over.
    this.ports.setAlarm(nowMs + lateMs);
    this.ports.background(this.handOver());
  }

  /** Has messages that told of an alert say what became of it, where there are any. */
  private noteChange({ alert, tells, channelIds, isCallOver = false }: AlertRecord, nowMs: number): void {
    if (tells > 0 && channelIds.length > 0) this.book.addNote({ change: messageChange(alert, tells, isCallOver, nowMs) });
  }

  /** The alert as it is now and, in the same transaction, what channels are to hear of it. */
  private save(record: AlertRecord, change: Change, rules: readonly AlertRule[], nowMs: number): void {
    const rule = rules.find(({ id }) => id === record.alert.ruleId);
    const begins = change.type === 'tell' || (change.type === 'fire' && change.tell);
    const channelIds = begins && rule ? rule.channelIds : record.channelIds;
    this.book.save({ ...record, channelIds });
    const ends = change.type === 'resolve' && change.tell;
    if (channelIds.length === 0 || !(begins || ends)) return;
    const organizationId = this.ports.organizationId();
    const { alert, tells } = record;
    const notification = begins
      ? firedNotification(organizationId, alert, tells, nowMs)
      : resolvedNotification(organizationId, alert, nowMs);
    this.book.addNote({ notification, channelIds });
    if (ends) this.noteChange(record, nowMs);
  }
}

function fired({ reading, tell }: Extract<Change, { type: 'fire' }>, nowMs: number): AlertRecord {
  const { rule, subject, version, untilMs } = reading;
  return {
    version,
    untilMs: untilMs ?? null,
    tells: tell ? 1 : 0,
    isUntold: !tell,
    channelIds: [],
    alert: {
      id: newId('alt', nowMs),
      ruleId: rule.id,
      ruleName: rule.name,
      kind: rule.kind,
      severity: rule.severity,
      subject: subject.id,
      projectId: subject.projectId,
      ...(subject.type === 'session' && { sessionId: subject.id }),
      ...callOf(reading),
      ...alertWords(reading),
      firedAt: isoOf(nowMs),
      resolvedAt: null,
      isQuiet: !tell,
    },
  };
}

/** Whether the call that an alert fired for was the session's oldest that waits, and is it no more. */
function isCallOver({ alert, version, isCallOver }: AlertRecord, { sessions }: Facts): boolean {
  if (alert.callId === undefined || isCallOver) return false;
  const session = sessions?.items.find(({ id, lastSeq }) => id === alert.sessionId && lastSeq >= version);
  return session?.call !== undefined && session.call.id !== alert.callId;
}

function callOf({ rule, subject }: Reading): { callId?: string } {
  const call = rule.kind === 'call_waiting' && subject.type === 'session' ? subject.session.call : undefined;
  return call ? { callId: call.id } : {};
}

function after(change: Exclude<Change, { type: 'fire' }>, record: AlertRecord, nowMs: number): AlertRecord {
  switch (change.type) {
    case 'resolve': {
      const alert: Alert = { ...record.alert, resolvedAt: isoOf(nowMs), resolvedBecause: change.because };
      return { ...record, version: change.version, alert };
    }
    case 'tell':
      return { ...record, isUntold: false, tells: record.tells + 1, alert: { ...record.alert, isQuiet: false } };
    case 'extend':
      return { ...record, version: change.version, untilMs: change.untilMs };
    default:
      return change satisfies never;
  }
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
