import type { CallCount, CommonTool, ComparedTools, OwnTool } from '../../../wire/comparison.ts';
import { limits } from '../../../wire/limits.ts';

/** Which tools only one of two sessions called, and which both. */
export function comparedTools(a: ReadonlyMap<string, CallCount>, b: ReadonlyMap<string, CallCount>): ComparedTools {
  const common = [...a].flatMap(([tool, count]): CommonTool[] => {
    const other = b.get(tool);
    return other ? [{ tool, a: count, b: other }] : [];
  });
  common.sort((one, other) => callsOf(other) - callsOf(one) || byName(one, other));
  const [onlyA, onlyB] = [ownTools(a, b), ownTools(b, a)];
  const max = limits.maxComparedTools;
  return {
    onlyA: onlyA.slice(0, max),
    onlyB: onlyB.slice(0, max),
    common: common.slice(0, max),
    leftOut: [onlyA, onlyB, common].reduce((sum, { length }) => sum + Math.max(0, length - max), 0),
  };
}

const ownTools = (own: ReadonlyMap<string, CallCount>, other: ReadonlyMap<string, CallCount>): OwnTool[] =>
  [...own]
    .filter(([tool]) => !other.has(tool))
    .map(([tool, count]) => ({ tool, ...count }))
    .sort((one, another) => another.calls - one.calls || byName(one, another));

const callsOf = ({ a, b }: CommonTool): number => a.calls + b.calls;
const byName = (a: { tool: string }, b: { tool: string }): number => (a.tool < b.tool ? -1 : 1);
