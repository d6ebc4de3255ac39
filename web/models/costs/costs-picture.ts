import type { CostReport } from '../../../wire/cost-report.ts';
import { coloursOf, everyDay, groupId, nameOf, restColour } from './costs-view.ts';

/** One piece of a bar, in shares of the picture's height, from the floor up. */
export interface Piece {
  id: string;
  colour: string;
  from: number;
  to: number;
}

export interface Bar {
  day: string;
  costMicroUsd: number;
  pieces: Piece[];
  /** Its pieces in words, the dearest first. */
  parts: { name: string; costMicroUsd: number }[];
}

/** A line across, and what it stands for. */
export interface Tick {
  microUsd: number;
  at: number;
}

/** What the whole range went to: beside the bars, with names and in their order. */
export interface Share extends Piece {
  name: string;
  costMicroUsd: number;
}

export interface CostsPicture {
  bars: Bar[];
  ticks: Tick[];
  shares: Share[];
}

const dayColour = 'var(--series-1)';

/** The report as bars that stand on zero, a day each; days without cost are there, too. */
export function costsPicture(report: CostReport): CostsPicture {
  const { by, from, to, items, cells } = report;
  const colours = by === 'day' ? new Map(items.map((item) => [groupId(item), dayColour])) : coloursOf(items);
  const names = new Map(items.map((item) => [groupId(item), nameOf(item)]));
  // The dearest lies at the bottom, what has no colour of its own on top.
  const order = new Map([...items].sort((a, b) => b.costMicroUsd - a.costMicroUsd).map((item, index) => [groupId(item), index]));
  const rank = (id: string) => (order.get(id) ?? items.length) + (colours.has(id) ? 0 : items.length);
  const byDay = Map.groupBy(cells, ({ day }) => day);
  const days = everyDay(from, to).map((day) => ({ day, cells: byDay.get(day) ?? [] }));
  // A correction may take back more than a day cost: nothing is drawn below the floor.
  const heightOf = (parts: { costMicroUsd: number }[]) =>
    parts.reduce((sum, { costMicroUsd }) => sum + Math.max(0, costMicroUsd), 0);
  const top = roundUp(Math.max(0, ...days.map((day) => heightOf(day.cells))));
  const bars = days.map(({ day, cells: parts }): Bar => {
    const sorted = parts.toSorted((a, b) => rank(groupId(a)) - rank(groupId(b)));
    return {
      day,
      costMicroUsd: parts.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0),
      pieces: stacked(
        sorted.map((part) => ({ id: groupId(part), costMicroUsd: part.costMicroUsd })),
        top,
        colours,
      ),
      parts: parts
        .toSorted((a, b) => b.costMicroUsd - a.costMicroUsd)
        .map((part) => ({ name: names.get(groupId(part)) ?? '', costMicroUsd: part.costMicroUsd })),
    };
  });
  return { bars, ticks: ticksTo(top), shares: by === 'day' ? [] : sharesOf(report, rank, colours) };
}

function stacked(parts: { id: string; costMicroUsd: number }[], top: number, colours: ReadonlyMap<string, string>): Piece[] {
  let from = 0;
  return parts
    .filter(({ costMicroUsd }) => costMicroUsd > 0)
    .map(({ id, costMicroUsd }) => {
      const piece = { id, colour: colours.get(id) ?? restColour, from, to: from + costMicroUsd / top };
      from = piece.to;
      return piece;
    });
}

function sharesOf({ items }: CostReport, rank: (id: string) => number, colours: ReadonlyMap<string, string>): Share[] {
  const shown = items
    .filter(({ costMicroUsd }) => costMicroUsd > 0)
    .toSorted((a, b) => rank(groupId(a)) - rank(groupId(b)))
    .map((item) => ({ id: groupId(item), name: nameOf(item), costMicroUsd: item.costMicroUsd }));
  const total = shown.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
  const pieces = stacked(shown, total, colours);
  return shown.flatMap((item, index) => {
    const piece = pieces[index];
    return piece ? [{ ...piece, ...item }] : [];
  });
}

/** The next of 1, 2, 5, 10 … with at least what is asked for; never nothing. */
function roundUp(microUsd: number): number {
  const least = Math.max(microUsd, 100);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10;
  return step * power;
}

/** Halves: enough to read a height by, few enough to leave the bars alone. */
const ticksTo = (top: number): Tick[] => [0.5, 1].map((at) => ({ microUsd: top * at, at }));
