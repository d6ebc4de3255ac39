import { packHeaderBytes } from '../../../wire/pack.ts';

/** Where a content lies: its record begins `at` bytes into its pack, and `length` packed bytes follow the record's header. */
export interface Located {
  hash: string;
  pack: number;
  at: number;
  length: number;
  /** Plain bytes. */
  size: number;
}

/** Consecutive bytes of one pack, read at once, and the records among them that are wanted. */
export interface Run {
  pack: number;
  from: number;
  to: number;
  records: Located[];
}

/** Bytes that nobody asked for are cheaper than another request, up to this many of them. */
const maxGapBytes = 128 * 1024;
/** Requests for one answer, of the thousand that the platform allows. */
const maxRuns = 250;

const endOf = ({ at, length }: Located): number => at + packHeaderBytes + length;

/**
 * How to read contents with few requests, in the order in which they lie. Ends early where the records would exceed `maxBytes`
 * together, but never before the first; a run is no longer than that either, unless it is a single record.
 */
export function runsOf(located: readonly Located[], maxBytes: number): Run[] {
  const runs: Run[] = [];
  let bytes = 0;
  for (const record of located.toSorted((a, b) => a.pack - b.pack || a.at - b.at)) {
    bytes += packHeaderBytes + record.length;
    if (runs.length > 0 && bytes > maxBytes) break;
    const last = runs.at(-1);
    const isNear = last?.pack === record.pack && record.at - last.to <= maxGapBytes && endOf(record) - last.from <= maxBytes;
    if (last && isNear) {
      last.records.push(record);
      last.to = endOf(record);
    } else if (runs.length === maxRuns) break;
    else runs.push({ pack: record.pack, from: record.at, to: endOf(record), records: [record] });
  }
  return runs;
}
