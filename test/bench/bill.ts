import { type Counts, noCounts, type Part, type Unit, units } from './meter.ts';

/** List prices, US dollars per million. An alarm that is set is a row written; rows count alike in objects and in D1. */
const dollarsPerMillion: Record<Unit, number> = {
  workerRequests: 0.3,
  objectRequests: 0.15,
  objectRowsWritten: 1,
  objectRowsRead: 0.001,
  alarmsSet: 1,
  d1RowsWritten: 1,
  d1RowsRead: 0.001,
  r2ClassA: 4.5,
  r2ClassB: 0.36,
};

/** Each request to the Worker or an object logs a line at wrangler.toml's sampling rate, at $0.60 a million. */
const logDollarsPerMillionRequests = 0.05 * 0.6;

/** What the counts cost, in micro-dollars. */
export function costOf(counts: Counts): number {
  const metered = units.reduce((sum, unit) => sum + counts[unit] * dollarsPerMillion[unit], 0);
  return metered + (counts.workerRequests + counts.objectRequests) * logDollarsPerMillionRequests;
}

export interface Bill {
  name: string;
  events: number;
  parts: Map<Part, Counts>;
}

/**
 * The bill of a session that is `times` as much longer than `few` as `more` is, all three going the same way: what a session costs
 * but once is in each, and every further turn adds the same.
 */
export function reckoned(name: string, { few, more }: { few: Bill; more: Bill }, times: number): Bill {
  const at = (a: number, b: number) => Math.round(a + (b - a) * times);
  const parts = [...more.parts].map(([part, counts]): [Part, Counts] => {
    const before = few.parts.get(part) ?? noCounts();
    return [part, Object.fromEntries(units.map((unit) => [unit, at(before[unit], counts[unit])])) as Counts]; // Every unit is there.
  });
  return { name, events: at(few.events, more.events), parts: new Map(parts) };
}

export const totalOf = ({ parts }: Bill): number => [...parts.values()].reduce((sum, counts) => sum + costOf(counts), 0);

/** Micro-dollars an event are dollars per million events. */
export const perMillionEvents = (bill: Bill): number => totalOf(bill) / bill.events;

/** One line: `long, unbatched: $1.62 per million events: hooks 1.20, otlp 0.30 …`. */
export function lineOf(bill: Bill): string {
  const parts = [...bill.parts].map(([part, counts]) => `${part} ${(costOf(counts) / bill.events).toFixed(3)}`).join(', ');
  return `${bill.name}: ${bill.events} events, $${perMillionEvents(bill).toFixed(3)} a million (${parts})`;
}

/** Every unit that was spent, for whoever wants to know where the money goes. */
export function unitsOf({ parts }: Bill): string {
  return units
    .map((unit) => ({ unit, spent: [...parts].filter(([, counts]) => counts[unit] > 0) }))
    .filter(({ spent }) => spent.length > 0)
    .map(({ unit, spent }) => `  ${unit}: ${spent.map(([part, counts]) => `${part} ${counts[unit]}`).join(', ')}`)
    .join('\n');
}
