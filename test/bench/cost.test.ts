import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeRig } from '../rooms/rig.ts';
import { type Bill, costOf, lineOf, perMillionEvents, totalOf, unitsOf } from './bill.ts';
import { editingSession, longSession, longSessionInBatches, shortSession } from './long-session.ts';
import { Meter, noCounts } from './meter.ts';
import { quantile } from './quantile.ts';
import { recordedSessions } from './recorded-sessions.ts';
import { play } from './replay.ts';

type Rig = Awaited<ReturnType<typeof makeRig>>;

/** Six hours at one hook a second, as COST_HOURS=6, are 22,000 events; what an event costs is the same after one. */
const hours = inject('costHours');
vi.setConfig({ testTimeout: 120_000 * hours });
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

const scripts = { 'single hooks': longSession, 'batches of ten': longSessionInBatches };
const longBills = new Map<string, Bill>();

/** A long session's bill, played once. */
async function longBill(rig: Rig, audience: string, what: keyof typeof scripts): Promise<Bill> {
  const known = longBills.get(`${what}, ${audience}`);
  if (known) return known;
  const bill = await play(rig, meter, scripts[what](what, hours));
  longBills.set(`${what}, ${audience}`, bill);
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
    const bill = await longBill(rig(), audience, 'single hooks');
    report(bill);
    expect(perMillionEvents(bill)).toBeLessThan(1.75);
  });

  it('bills a long session in batches of ten at most $0.35 per million events', async () => {
    const bill = await longBill(rig(), audience, 'batches of ten');
    report(bill);
    expect(perMillionEvents(bill)).toBeLessThan(0.35);
  });

  it('bills a long session at most a tenth of a dollar more per million events for the files that it edits', async () => {
    const bill = await play(rig(), meter, editingSession('editing', hours));
    report(bill);
    expect(costOf(bill.parts.get('radar') ?? noCounts()) / bill.events).toBeLessThan(0.1);
  });

  it('bills the shortest session at most a hundredth of a cent', async () => {
    const bill = await play(rig(), meter, shortSession('short'));
    report(bill);
    expect(totalOf(bill)).toBeLessThan(100);
  });
});

describe('budgets of every scope, and rates', () => {
  it.each([
    ['single hooks', 0.1],
    ['batches of ten', 0.05],
  ] as const)('add little to what a million events of %s cost', async (what, most) => {
    const without = perMillionEvents(await longBill(unwatched, 'nobody looking', what));
    const bill = await play(held, meter, scripts[what](what, hours));
    report(bill);
    const more = perMillionEvents(bill) - without;
    console.log(`${what}: $${without.toFixed(3)} a million, with four budgets and rates $${more.toFixed(3)} more`);
    expect(more).toBeLessThan(most);
  });
});
