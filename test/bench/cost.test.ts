import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeRig } from '../rooms/rig.ts';
import { type Bill, costOf, lineOf, perMillionEvents, reckoned, totalOf, unitsOf } from './bill.ts';
import { editingSession, longSession, longSessionInBatches, shortSession, turnsIn } from './long-session.ts';
import { Meter, noCounts } from './meter.ts';
import { quantile } from './quantile.ts';
import { recordedSessions } from './recorded-sessions.ts';
import { play } from './replay.ts';

type Rig = Awaited<ReturnType<typeof makeRig>>;

/**
 * How long a session is played from its first hook to its last: six hours at one hook a second, as COST_HOURS=6, are 22,000 events.
 * Without that an hour's bill is reckoned from sessions of a few turns.
 */
const hours = inject('costHours');
vi.setConfig({ testTimeout: 120_000 * Math.max(1, hours) });
const meter = new Meter();
let watched: Rig;
let unwatched: Rig;
let held: Rig;

beforeAll(async () => {
  watched = await makeRig('Watched');
  unwatched = await makeRig('Unwatched');
  const { webSocket } = await watched.browser.call('/api/feed', {
    headers: { upgrade: 'websocket', origin: 'https://flightdeck.test' },
  });
  webSocket?.accept();
  held = await budgeted();
  await meter.install();
  // What an organization's first session costs more, or the first after one that spent nothing, is no other session's bill.
  for (const rig of [watched, unwatched, held]) await play(rig, meter, longSessionInBatches('first', 1));
});

/** An organization with a budget of each scope, with room for the session, and rates for its tools. */
async function budgeted(): Promise<Rig> {
  const rig = await makeRig('Budgeted');
  const { project, user } = rig.account;
  for (const [scope, window, scopeId] of [
    ['session', 'session', null],
    ['project', 'day', project.id],
    ['user', 'month', user.id],
    ['organization', 'month', null],
  ])
    await rig.browser.json('/api/budgets', { body: { scope, window, scopeId, limit: 1_000_000_000 } });
  await rig.browser.json('/api/rates/preset', { method: 'POST' });
  return rig;
}

declare module 'vitest' {
  interface ProvidedContext {
    costHours: number;
  }
}

/** Two lengths that a long session is reckoned from; they differ by so many turns that no batch is half full. */
const scripts = {
  'single hooks': { script: longSession, few: 1, more: 3 },
  'batches of ten': { script: longSessionInBatches, few: 2, more: 7 },
};
type What = keyof typeof scripts;
const bills = new Map<string, Promise<Bill>>();

function longBill(rig: Rig, what: What): Promise<Bill> {
  return hours > 0 ? played(rig, what, turnsIn(hours)) : reckonedBill(rig, what, turnsIn(1));
}

async function reckonedBill(rig: Rig, what: What, turns: number): Promise<Bill> {
  const { few, more } = scripts[what];
  const ends = { few: await played(rig, what, few), more: await played(rig, what, more) };
  return reckoned(what, ends, (turns - few) / (more - few));
}

/** Each length is played once. */
function played(rig: Rig, what: What, turns: number): Promise<Bill> {
  const name = `${what}, ${turns} turns`;
  const key = `${rig.account.organization.id} ${name}`;
  const bill = bills.get(key) ?? play(rig, meter, scripts[what].script(name, turns));
  bills.set(key, bill);
  return bill;
}

const report = (bill: Bill) => console.log(`${lineOf(bill)}\n${unitsOf(bill)}`);

describe.each([
  ['nobody looking', () => unwatched],
  ['a dashboard open', () => watched],
])('with %s', (audience, rig) => {
  it('bills each recorded session at most two hundredths of a cent', async () => {
    const bills: Bill[] = [];
    for (const script of recordedSessions('cost')) bills.push(await play(rig(), meter, script));
    const costs = bills.map(totalOf);
    const [median, worst] = [quantile(costs, 0.5), Math.max(...costs)];
    console.log(`${bills.length} recorded sessions, ${audience}: median ${median.toFixed(0)} µ$, worst ${worst.toFixed(0)} µ$`);
    for (const bill of bills) console.log(`  ${totalOf(bill).toFixed(0)} µ$ ${lineOf(bill)}`);
    expect(bills.length).toBeGreaterThan(10);
    expect(worst).toBeLessThan(200);
  });

  it('bills a long session at most $1.75 per million events', async () => {
    const bill = await longBill(rig(), 'single hooks');
    report(bill);
    expect(perMillionEvents(bill)).toBeLessThan(1.75);
  });

  it('bills a long session in batches of ten at most $0.35 per million events', async () => {
    const bill = await longBill(rig(), 'batches of ten');
    report(bill);
    expect(perMillionEvents(bill)).toBeLessThan(0.35);
  });

  it('bills a long session at most a tenth of a dollar more per million events for the files that it edits', async () => {
    const bill = await play(rig(), meter, editingSession('editing', hours > 0 ? turnsIn(hours) : 3));
    report(bill);
    expect(costOf(bill.parts.get('radar') ?? noCounts()) / bill.events).toBeLessThan(0.1);
  });

  it('bills the shortest session at most a hundredth of a cent', async () => {
    const bill = await play(rig(), meter, shortSession('short'));
    report(bill);
    expect(totalOf(bill)).toBeLessThan(100);
  });
});

describe('a long session', () => {
  it.each([
    ['single hooks', 6],
    ['batches of ten', 12],
  ] as const)('of %s costs as much as two shorter ones say: %i turns', async (what, turns) => {
    const [whole, said] = [await played(unwatched, what, turns), await reckonedBill(unwatched, what, turns)];
    report(whole);
    expect(said.events).toBe(whole.events);
    expect(totalOf(said) / totalOf(whole)).toBeCloseTo(1, 1.7);
  });
});

describe('budgets of every scope, and rates', () => {
  it.each([
    ['single hooks', 0.1],
    ['batches of ten', 0.05],
  ] as const)('add little to what a million events of %s cost', async (what, most) => {
    const without = perMillionEvents(await longBill(unwatched, what));
    const bill = await longBill(held, what);
    report(bill);
    const more = perMillionEvents(bill) - without;
    console.log(`${what}: $${without.toFixed(3)} a million, with four budgets and rates $${more.toFixed(3)} more`);
    expect(more).toBeLessThan(most);
  });
});
