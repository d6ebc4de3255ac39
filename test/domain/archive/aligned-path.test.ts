import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathRow, Step } from '../../../wire/comparison.ts';
import { limits } from '../../../wire/limits.ts';
import { alignedPath, worth } from '../../../worker/domain/archive/aligned-path.ts';

const step = (tool: string, target = '', seq = 0): Step => ({ seq, tool, target, outcome: 'ok' });
const numbered = (steps: Step[]): Step[] => steps.map((one, seq) => ({ ...one, seq }));
const anyWay = fc
  .array(fc.tuple(fc.constantFrom('Read', 'Edit', 'Bash'), fc.constantFrom('a', 'b')), { maxLength: 9 })
  .map((pairs) => numbered(pairs.map(([tool, target]) => step(tool, target))));

const score = (rows: readonly PathRow[]): number => rows.reduce((sum, { a, b }) => sum + (a && b ? worth(a, b) : 0), 0);

/** The most that two ways can have in common, by trying everything. */
function best([a, ...restA]: readonly Step[], b: readonly Step[]): number {
  if (!a) return 0;
  const tries = b.map((other, at) => (worth(a, other) > 0 ? worth(a, other) + best(restA, b.slice(at + 1)) : 0));
  return Math.max(best(restA, b), ...tries);
}

describe('two ways side by side', () => {
  it('put what is the same beside each other, and the same tool on something else', () => {
    const a = numbered([step('Read', 'a.ts'), step('Edit', 'a.ts'), step('Bash', 'npm test')]);
    const b = numbered([step('Read', 'a.ts'), step('Grep', 'x'), step('Edit', 'b.ts'), step('Bash', 'npm test')]);
    expect(alignedPath(a, b).map((row) => [row.a?.tool, row.b?.tool, row.same])).toEqual([
      ['Read', 'Read', true],
      [undefined, 'Grep', false],
      ['Edit', 'Edit', false],
      ['Bash', 'Bash', true],
    ]);
  });

  it('hold every step once and in its order, and only calls of the same tool are partners', () => {
    fc.assert(
      fc.property(anyWay, anyWay, (a, b) => {
        const rows = alignedPath(a, b);
        expect(rows.flatMap((row) => row.a ?? [])).toEqual(a);
        expect(rows.flatMap((row) => row.b ?? [])).toEqual(b);
        for (const row of rows) {
          expect(row.a ?? row.b).not.toBeNull();
          if (row.a && row.b) expect(row.a.tool).toBe(row.b.tool);
          expect(row.same).toBe(row.a !== null && row.b !== null && row.a.target === row.b.target);
        }
      }),
    );
  });

  it('have as much in common as they can, whichever comes first', () => {
    fc.assert(
      fc.property(anyWay, anyWay, (a, b) => {
        expect(score(alignedPath(a, b))).toBe(best(a, b));
        expect(score(alignedPath(b, a))).toBe(best(a, b));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same throughout where they are the same', () => {
    fc.assert(
      fc.property(anyWay, (way) => {
        expect(alignedPath(way, way).map(({ same }) => same)).toEqual(way.map(() => true));
      }),
    );
  });

  it('of the largest size are aligned', () => {
    const way = (offset: number) =>
      Array.from({ length: limits.maxComparedSteps }, (_, seq) => step('Bash', `run ${(seq * 7 + offset) % 100}`, seq));
    const started = performance.now();
    const rows = alignedPath(way(0), way(3));
    console.log(`two ways of ${limits.maxComparedSteps} steps: ${Math.round(performance.now() - started)} ms`);
    expect(rows.filter(({ a }) => a)).toHaveLength(limits.maxComparedSteps);
  });
});
