import type { Snapshot } from '../../wire/snapshot.ts';
import { clip } from '../status/event-line.ts';
import { dim } from '../terminal.ts';
import { inWords } from './progress.ts';

const head = ['SNAPSHOT', 'TAKEN', 'WHY', 'FILES', 'SIZE', 'NAME'];

/** Snapshots as rows of a table, the latest first. */
export function snapshotTable(snapshots: readonly Snapshot[]): string[] {
  if (snapshots.length === 0) return ['It has no snapshot yet. Take one: flightdeck snapshot'];
  const rows = snapshots.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).map(cells);
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [dim(line(head)), ...rows.map(line)];
}

const cells = ({ id, createdAt, reason, fileCount, bytes, name }: Snapshot): string[] => [
  id,
  createdAt.slice(0, 19).replace('T', ' '),
  reason,
  fileCount.toLocaleString('en'),
  inWords(bytes),
  clip(name ?? '', 60),
];
