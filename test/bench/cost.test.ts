import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { makeRig } from '../rooms/rig.ts';
import { type Bill, costOf, lineOf, perMillionEvents, totalOf, unitsOf } from './bill.ts';
import { editingSession, longSession, longSessionInBatches, shortSession } from './long-session.ts';
import { Meter, noCounts } from './meter.ts';
import { quantile } from './quantile.ts';
import { recordedSessions } from './recorded-sessions.ts';
import { play } from './replay.ts';

/** Six hours at one hook a second, as COST_HOURS=6, are 22,000 events; what an event costs is the same after one. */
const hours = inject('costHours');
vi.setConfig({ testTimeout: 120_000 * hours });
const meter = new Meter();
let watched: Awaited<ReturnType<typeof makeRig>>;
let unwatched: Awaited<ReturnType<typeof makeRig>>;

beforeAll(async () => {
  watched = await makeRig('Watched');
  unwatched = await makeRig('Unwatched');
  const { webSocket } = await watched.browser.call('/api/feed', {
    headers: { upgrade: 'websocket', origin: 'https://flightdeck.test' },
  });
  webSocket?.accept();
  await meter.install();
});

declare module 'vitest' {
  interface ProvidedContext {
    costHours: number;
  }
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
    const bill = await play(rig(), meter, longSession('unbatched', hours));
    report(bill);
    expect(perMillionEvents(bill)).toBeLessThan(1.75);
  });

  it('bills a long session in batches of ten at most $0.35 per million events', async () => {
    const bill = await play(rig(), meter, longSessionInBatches('batched', hours));
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
