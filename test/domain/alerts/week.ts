import fc from 'fast-check';
import type { AlertRule, QuietHours } from '../../../wire/alert.ts';
import type { Facts, SessionFact } from '../../../worker/domain/alerts/facts.ts';
import type { Outcome } from './alert-log.ts';
import { alertRule, minuteMs, sessionFactOf, startMs } from './builders.ts';

const weekMinutes = 7 * 24 * 60;
const graceMs = 5 * minuteMs;

/** A change of a session: at which minute, and what it is then. */
interface Step {
  minute: number;
  status: 'running' | 'waiting' | 'failed' | 'completed' | 'budget_exceeded';
  costMicroUsd: number;
  /** How often the room tells of it at once: not at all, once, or twice. */
  told: number;
}

export interface Script {
  rules: AlertRule[];
  sessions: { projectId: string; steps: Step[]; deletedAt: number }[];
  budget: { minute: number; spent: number }[];
  /** Ticks that do not come as they should, so many minutes around a step of a session; all others come once a minute. */
  odd: { session: number; step: number; after: number; is: 'missing' | 'twice' | 'late'; by: number }[];
  outages: { minute: number; minutes: number }[];
}

const minute = fc.integer({ min: 0, max: weekMinutes - 1 });
const quietHours: QuietHours[] = [
  { from: '22:00', to: '07:00', timeZone: 'UTC' },
  { from: '12:00', to: '13:30', timeZone: 'UTC' },
];
const scope = fc.constantFrom(null, 'prj_1', 'prj_2');
/** Most changes come soon after others, so that throttles, late ticks and lost words have something to get wrong. */
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 3, arbitrary: fc.integer({ min: 7, max: 200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 3000 }) },
);
const step = fc.record({
  gap,
  status: fc.constantFrom<Step['status']>('running', 'waiting', 'failed', 'completed', 'budget_exceeded'),
  costMicroUsd: fc.integer({ min: 0, max: 200 }),
  told: fc.integer({ min: 0, max: 2 }),
});
const kinds = ['session_failed', 'session_waiting', 'session_stuck', 'session_over_budget', 'session_cost'] as const;
const rule = fc
  .record({
    kind: fc.constantFrom(...kinds, 'failed_sessions' as const, 'budget_used' as const),
    threshold: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 120 })),
    windowMinutes: fc.constantFrom(30, 600),
    projectId: scope,
    throttleMinutes: fc.constantFrom(0, 7, 300),
    quietHours: fc.constantFrom(null, ...quietHours),
  })
  .map((made) => ({ ...made, threshold: made.kind === 'failed_sessions' ? 1 + (made.threshold % 3) : made.threshold }));

export const script: fc.Arbitrary<Script> = fc.record({
  rules: fc
    .array(rule, { minLength: 2, maxLength: 6 })
    .map((rules) => rules.map((one, index) => alertRule({ id: `alr_${index}`, ...one }))),
  sessions: fc.array(
    fc.record({
      projectId: fc.constantFrom('prj_1', 'prj_2'),
      steps: fc.array(step, { minLength: 8, maxLength: 25 }).map(stepsOf),
      deletedAt: fc.integer({ min: weekMinutes / 2, max: weekMinutes * 2 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  budget: fc.array(fc.record({ minute, spent: fc.integer({ min: 0, max: 150 }) }), { maxLength: 12 }),
  odd: fc.array(
    fc.record({
      session: fc.nat({ max: 3 }),
      step: fc.nat({ max: 24 }),
      after: fc.integer({ min: -6, max: 8 }),
      is: fc.constantFrom('missing' as const, 'twice' as const, 'late' as const),
      by: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 20, maxLength: 80 },
  ),
  outages: fc.array(fc.record({ minute, minutes: fc.integer({ min: 1, max: 900 }) }), { maxLength: 3 }),
});

/** One evaluation: facts of one minute, held against the rules in the same or a later one. */
export interface Moment {
  nowMs: number;
  facts: Facts;
}

/** Every evaluation of the week, in the order that they happen. */
export function momentsOf(script: Script): Moment[] {
  const found: { minute: number; order: number; facts: Facts }[] = [];
  const isDown = (at: number) => script.outages.some((outage) => outage.minute <= at && at < outage.minute + outage.minutes);
  const odd = new Map(script.odd.flatMap((one) => oddMinuteIn(script, one).map((at) => [at, one] as const)));
  for (let at = 0; at < weekMinutes; at++) {
    const { is, by = 0 } = odd.get(at) ?? {};
    if (isDown(at) || is === 'missing') continue;
    const facts = wholeFacts(script, at);
    found.push({ minute: is === 'late' ? at + by : at, order: is === 'late' ? 2 : 1, facts });
    if (is === 'twice') found.push({ minute: at, order: 1, facts });
  }
  script.sessions.forEach((session, index) => {
    for (const { minute: at, told } of session.steps) {
      const fact = sessionAt(script, index, at);
      const facts: Facts = { atMs: startMs + at * minuteMs, sessions: { items: fact ? [fact] : [], isWhole: false } };
      for (let times = 0; times < told; times++) found.push({ minute: at, order: 0, facts });
    }
  });
  found.sort((one, other) => one.minute - other.minute || one.order - other.order);
  return found.map(({ minute: at, facts }) => ({ nowMs: startMs + at * minuteMs, facts }));
}

/** Ticks are odd where something happens: elsewhere they say what the ones before did. */
const oddMinuteIn = ({ sessions }: Script, { session, step: index, after }: Script['odd'][number]): number[] => {
  const steps = sessions[session % sessions.length]?.steps ?? [];
  const near = steps[index % steps.length]?.minute;
  return near === undefined ? [] : [near + after];
};

function stepsOf(steps: { gap: number; status: Step['status']; costMicroUsd: number; told: number }[]): Step[] {
  let at = 0;
  return steps.flatMap(({ gap: minutes, ...rest }) => {
    at += minutes;
    return at < weekMinutes ? [{ minute: at, ...rest }] : [];
  });
}

function wholeFacts(script: Script, at: number): Facts {
  const sessions = script.sessions.flatMap((_, index) => sessionAt(script, index, at) ?? []);
  return {
    atMs: startMs + at * minuteMs,
    sessions: { items: sessions, isWhole: true },
    budgets: [
      { id: 'bud_1', scope: 'project', projectId: 'prj_1', spent: spentAt(script, at), limit: 100, unit: 'micro_usd' as const },
    ],
    failures: failuresAt(script, at),
  };
}

function sessionAt({ sessions }: Script, index: number, at: number): SessionFact | undefined {
  const session = sessions[index];
  const steps = (session?.steps ?? []).toSorted((one, other) => one.minute - other.minute).filter((one) => one.minute <= at);
  const last = steps.at(-1);
  if (!session || !last || at >= session.deletedAt) return undefined;
  const isOver = last.status === 'failed' || last.status === 'completed';
  const lastMs = startMs + last.minute * minuteMs;
  return sessionFactOf({
    id: `ses_${index}`,
    projectId: session.projectId,
    status: last.status,
    lastSeq: steps.length,
    lastEventAtMs: lastMs,
    endedAtMs: isOver ? lastMs : null,
    costMicroUsd: last.costMicroUsd,
  });
}

const spentAt = ({ budget }: Script, at: number): number =>
  budget.toSorted((one, other) => one.minute - other.minute).findLast((one) => one.minute <= at)?.spent ?? 0;

function failuresAt(script: Script, at: number): NonNullable<Facts['failures']> {
  return script.sessions.flatMap((_, index) => {
    const fact = sessionAt(script, index, at);
    return fact?.status === 'failed' ? [{ projectId: fact.projectId, atMs: fact.lastEventAtMs }] : [];
  });
}

/** What a moment says of a rule's subject: that it holds, that it does not, that it is gone, or nothing. */
interface Said {
  holds: boolean | 'gone' | undefined;
  version: number;
}

/** The reference: for each rule and subject the firings of the week, found by searching its moments, with nothing remembered between. */
export function expectedOutcomes(script: Script, moments: readonly Moment[]): Outcome[] {
  const found = new Map<AlertRule, Firing[]>();
  // A higher threshold is known before a lower one, which it may take the word from.
  for (const one of script.rules.toSorted((a, b) => b.threshold - a.threshold))
    found.set(
      one,
      subjectsOf(script, one).flatMap((subject) => firingsOf(found, one, subject, moments)),
    );
  return [...found.values()].flat().map(({ outcome }) => outcome);
}

/** A firing, and at which moments it began, was told, and ended. */
interface Firing {
  outcome: Outcome;
  firedAt: number;
  toldAt: number;
  endsAt: number;
}

function subjectsOf({ sessions }: Script, { kind, projectId }: AlertRule): string[] {
  if (kind === 'budget_used') return ['bud_1'];
  if (kind === 'failed_sessions') return [projectId ?? 'organization'];
  return sessions.map((_, index) => `ses_${index}`);
}

function firingsOf(
  known: ReadonlyMap<AlertRule, readonly Firing[]>,
  one: AlertRule,
  subject: string,
  moments: readonly Moment[],
): Firing[] {
  const said = moments.map((moment) => saidBy(moment, one, subject));
  const found: Firing[] = [];
  let from = 0;
  let earliestMs = 0;
  let leastVersion = 0;
  while (true) {
    const firedAt = said.findIndex(
      ({ holds, version }, index) =>
        index >= from &&
        holds === true &&
        version >= leastVersion &&
        msOf(moments, index) >= earliestMs &&
        !isSaidByAnother(known, one, moments, index),
    );
    if (firedAt === -1) return found;
    const firedAtMs = msOf(moments, firedAt);
    const version = said[firedAt]?.version ?? 0;
    const endsAt = said.findIndex((next, index) => {
      if (index <= firedAt) return false;
      if (next.holds === 'gone') return firedAtMs < (moments[index]?.facts.atMs ?? 0) - graceMs;
      return next.holds === false && next.version >= version;
    });
    const lastOpen = endsAt === -1 ? moments.length : endsAt;
    const toldAt = moments.findIndex(
      ({ nowMs }, index) => index >= firedAt && index < lastOpen && !isQuietAt(one.quietHours, nowMs),
    );
    const end = endsAt === -1 ? undefined : said[endsAt];
    const outcome = {
      ruleId: one.id,
      subject,
      firedAtMs,
      toldAtMs: toldAt === -1 ? [] : [msOf(moments, toldAt)],
      resolvedAtMs: end ? msOf(moments, endsAt) : null,
      because: becauseOf(end),
    };
    found.push({ outcome, firedAt, toldAt: toldAt === -1 ? moments.length : toldAt, endsAt: lastOpen });
    if (!end) return found;
    from = endsAt;
    earliestMs = firedAtMs + one.throttleMinutes * minuteMs;
    leastVersion = end.holds === 'gone' ? version : end.version;
  }
}

/** A higher threshold of the same budget is passed, too, and those who would hear of the lower one heard of it, unless it is quiet for them. */
function isSaidByAnother(
  known: ReadonlyMap<AlertRule, readonly Firing[]>,
  one: AlertRule,
  moments: readonly Moment[],
  index: number,
): boolean {
  const moment = moments[index];
  if (one.kind !== 'budget_used' || !moment) return false;
  const isQuiet = isQuietAt(one.quietHours, moment.nowMs);
  return [...known].some(
    ([other, firings]) =>
      other.kind === 'budget_used' &&
      other.threshold > one.threshold &&
      saidBy(moment, other, 'bud_1').holds === true &&
      firings.some(({ firedAt, toldAt, endsAt }) => firedAt <= index && index < endsAt && (isQuiet || toldAt <= index)),
  );
}

function becauseOf(end: Said | undefined): Outcome['because'] {
  if (!end) return null;
  return end.holds === 'gone' ? 'gone' : 'over';
}

const msOf = (moments: readonly Moment[], index: number): number => moments[index]?.nowMs ?? 0;

function saidBy({ nowMs, facts }: Moment, one: AlertRule, subject: string): Said {
  const silent: Said = { holds: undefined, version: 0 };
  const isMine = (projectId: string) => one.projectId === null || one.projectId === projectId;
  if (one.kind === 'budget_used') {
    if (!facts.budgets) return silent;
    const holds = (facts.budgets[0]?.spent ?? 0) >= one.threshold && isMine('prj_1');
    return { holds, version: facts.atMs };
  }
  if (one.kind === 'failed_sessions') {
    if (!facts.failures) return silent;
    const lately = facts.failures.filter(
      ({ projectId, atMs }) => isMine(projectId) && nowMs - atMs < one.windowMinutes * minuteMs,
    );
    return { holds: lately.length >= one.threshold, version: facts.atMs };
  }
  const fact = facts.sessions?.items.find(({ id }) => id === subject);
  if (!fact) return facts.sessions?.isWhole ? { holds: 'gone', version: 0 } : silent;
  return { holds: isMine(fact.projectId) && isTrueOf(one, fact, nowMs), version: fact.lastSeq };
}

function isTrueOf({ kind, threshold }: AlertRule, fact: SessionFact, nowMs: number): boolean {
  const silentMs = nowMs - fact.lastEventAtMs;
  if (kind === 'session_failed') return fact.status === 'failed' && silentMs < 24 * 60 * minuteMs;
  if (kind === 'session_waiting') return fact.status === 'waiting' && silentMs >= threshold * minuteMs;
  if (kind === 'session_stuck') return fact.status === 'running' && silentMs >= threshold * minuteMs;
  if (kind === 'session_over_budget') return fact.status === 'budget_exceeded';
  return fact.costMicroUsd >= threshold;
}

/** By arithmetic on the minutes of the day in UTC. */
function isQuietAt(hours: QuietHours | null, nowMs: number): boolean {
  if (!hours) return false;
  const ofDay = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const now = Math.floor(nowMs / minuteMs) % (24 * 60);
  const length = (ofDay(hours.to) - ofDay(hours.from) + 24 * 60) % (24 * 60);
  return (now - ofDay(hours.from) + 24 * 60) % (24 * 60) < length;
}
