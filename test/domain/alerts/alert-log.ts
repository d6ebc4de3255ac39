import type { AlertRule } from '../../../wire/alert.ts';
import { type AlertState, changesFor } from '../../../worker/domain/alerts/changes.ts';
import type { Facts } from '../../../worker/domain/alerts/facts.ts';
import { readingsOf } from '../../../worker/domain/alerts/reading.ts';

/** What came of one firing, for comparing. */
export interface Outcome {
  ruleId: string;
  subject: string;
  firedAtMs: number;
  toldAtMs: number[];
  resolvedAtMs: number | null;
  because: string | null;
}

interface Entry {
  state: AlertState;
  outcome: Outcome;
}

/** Makes what the pure evaluation decides true, and nothing else. */
export class AlertLog {
  readonly entries: Entry[] = [];
  private readonly latest = new Map<string, Entry>();

  evaluate(rules: readonly AlertRule[], facts: Facts, nowMs: number): void {
    const past = {
      open: this.entries.map(({ state }) => state).filter(({ resolvedAtMs }) => resolvedAtMs === null),
      last: (ruleId: string, subject: string) => this.latest.get(`${ruleId} ${subject}`)?.state,
    };
    for (const change of changesFor(rules, facts, readingsOf(rules, facts, nowMs), past, nowMs)) {
      if (change.type === 'fire') this.fire(change, nowMs);
      else this.change(change, nowMs);
    }
  }

  get outcomes(): Outcome[] {
    return this.entries.map(({ outcome }) => outcome);
  }

  /** What somebody did about the latest alert of a rule. */
  edit(ruleId: string, subject: string, edit: Partial<AlertState>): void {
    const entry = this.latest.get(`${ruleId} ${subject}`);
    if (!entry) throw new Error(`no alert of ${ruleId} about ${subject}`);
    Object.assign(entry.state, edit);
  }

  private fire({ reading, tell }: Extract<ReturnType<typeof changesFor>[number], { type: 'fire' }>, nowMs: number): void {
    const { rule, subject, version, untilMs } = reading;
    const entry: Entry = {
      state: {
        id: `alt_${this.entries.length}`,
        ruleId: rule.id,
        subject: subject.id,
        firedAtMs: nowMs,
        resolvedAtMs: null,
        version,
        untilMs: untilMs ?? null,
        tells: tell ? 1 : 0,
        isUntold: !tell,
        isAcknowledged: false,
        snoozedUntilMs: null,
      },
      outcome: {
        ruleId: rule.id,
        subject: subject.id,
        firedAtMs: nowMs,
        toldAtMs: tell ? [nowMs] : [],
        resolvedAtMs: null,
        because: null,
      },
    };
    this.entries.push(entry);
    this.latest.set(`${rule.id} ${subject.id}`, entry);
  }

  private change(change: Exclude<ReturnType<typeof changesFor>[number], { type: 'fire' }>, nowMs: number): void {
    const entry = this.entries.find(({ state }) => state.id === change.alert.id);
    if (!entry) throw new Error('a change of an alert that is not there');
    if (change.type === 'resolve') {
      Object.assign(entry.state, { resolvedAtMs: nowMs, version: change.version });
      Object.assign(entry.outcome, { resolvedAtMs: nowMs, because: change.because });
    }
    if (change.type === 'tell') {
      Object.assign(entry.state, { isUntold: false, tells: entry.state.tells + 1 });
      entry.outcome.toldAtMs.push(nowMs);
    }
    if (change.type === 'extend') Object.assign(entry.state, { version: change.version, untilMs: change.untilMs });
  }
}
