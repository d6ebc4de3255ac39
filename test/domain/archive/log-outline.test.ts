import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallCount } from '../../../wire/comparison.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { comparedTools } from '../../../worker/domain/archive/compared-tools.ts';
import { LogOutline } from '../../../worker/domain/archive/log-outline.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { draft, finish, sessionOf, start } from '../session-run.ts';

const cwd = '/home/dev/app';

function outlined(events: readonly SessionEvent[]): LogOutline {
  const outline = new LogOutline(cwd);
  for (const event of events) outline.read(event);
  return outline;
}
const outlineOf = (drafts: Draft[]) => outlined(sessionOf(drafts).events);

const edit = (id: string, path: string) => start(id, 'Edit', { input: { file_path: path } });

describe('the outline of a log', () => {
  it('has each call once, with what became of it', () => {
    const outline = outlineOf([
      start('t1', 'Bash', { input: { command: 'npm  test\nnpm run lint' } }),
      finish('t1', 'Bash'),
      edit('t2', `${cwd}/src/a.ts`),
      finish('t2', 'Edit'),
      edit('t3', `${cwd}/src/a.ts`),
      draft('tool.failed', { tool: 'Edit', toolUseId: 't3', text: 'not found' }),
      finish('t4', 'Edit', { input: { file_path: 'src/b.ts' } }),
      start('t5', 'Agent'),
    ]);
    expect(outline.steps.map(({ tool, target, outcome }) => [tool, target, outcome])).toEqual([
      ['Bash', 'npm test npm run lint', 'ok'],
      ['Edit', 'src/a.ts', 'ok'],
      ['Edit', 'src/a.ts', 'failed'],
      ['Edit', 'src/b.ts', 'ok'],
      ['Agent', '', 'open'],
    ]);
    expect(outline.tools.get('Edit')).toEqual({ calls: 3, failed: 1, refused: 0 });
    expect([...outline.edits]).toEqual([
      ['src/a.ts', 1],
      ['src/b.ts', 1],
    ]);
  });

  it('takes a call that a person or a rule refused for refused, and one that was interrupted for neither', () => {
    const { events } = sessionOf([edit('t1', 'a.ts'), edit('t2', 'b.ts'), edit('t3', 'c.ts'), draft('session.ended')]);
    const asked = { id: 'apr_2', seq: 2, tool: 'Edit', words: '', reason: '', costMicroUsd: 0, askedAt: '', until: '' };
    const told = events.flatMap((event): SessionEvent[] => {
      if (event.seq === 1) return [{ ...event, refused: { because: 'rule', reason: 'no' } }];
      if (event.seq !== 2) return [event];
      const decided = {
        ...event,
        type: 'control' as const,
        toolUseId: undefined,
        control: { action: 'approval_denied' as const, approvalId: 'apr_2' },
      };
      return [{ ...event, approval: { ...asked, unanswered: 'deny' } }, decided];
    });
    const outline = outlined(told);
    expect(outline.steps.map(({ outcome }) => outcome)).toEqual(['refused', 'refused', 'open']);
    expect(outline.tools.get('Edit')).toEqual({ calls: 3, failed: 0, refused: 2 });
    expect(outline.edits.size).toBe(0);
  });

  it('counts all calls, keeps so many steps, and never a piece of a long text', () => {
    const events = Array.from(
      { length: limits.maxComparedSteps + 7 },
      (_, i): SessionEvent => ({
        ...{ seq: i + 1, id: `e${i}`, type: 'tool.started', at: '', receivedAt: '', tool: 'Bash', toolUseId: `t${i}` },
        input: { command: 'x'.repeat(1000) },
      }),
    );
    const outline = outlined(events);
    expect(outline).toMatchObject({ eventsRead: events.length, stepsLeftOut: 7 });
    expect(outline.steps).toHaveLength(limits.maxComparedSteps);
    expect(outline.steps[0]?.target).toHaveLength(160);
    expect(outline.tools.get('Bash')?.calls).toBe(events.length);
  });

  it('counts as many calls as steps, and as many failures, whatever comes', () => {
    const anyEvent = fc.record({
      type: fc.constantFrom('tool.started', 'tool.finished', 'tool.failed', 'session.ended'),
      tool: fc.constantFrom('Edit', 'Bash'),
      toolUseId: fc.constantFrom('1', '2', '3'),
      isRefused: fc.boolean(),
      hook: fc.constantFrom('flightdeck', 'PostToolUse'),
    });
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 25 }), (some) => {
        const outline = outlined(
          some.map(
            ({ isRefused, type, ...event }, i): SessionEvent => ({
              ...{ seq: i + 1, id: `e${i}`, at: '', receivedAt: '', ...event, type: type as SessionEvent['type'] },
              ...(isRefused && type === 'tool.started' && { refused: { because: 'rule', reason: '' } }),
            }),
          ),
        );
        for (const [tool, count] of outline.tools) {
          const steps = outline.steps.filter((step) => step.tool === tool);
          const ended = (outcome: string) => steps.filter((step) => step.outcome === outcome).length;
          expect(count).toEqual({ calls: steps.length, failed: ended('failed'), refused: ended('refused') });
        }
      }),
    );
  });
});

describe('the tools of two logs', () => {
  const count = (calls: number): CallCount => ({ calls, failed: 0, refused: 0 });
  const anyTools = fc
    .dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 1, max: 3 }))
    .map((tools) => new Map(Object.entries(tools).map(([tool, calls]) => [tool, count(calls)])));

  it('are those of A, those of B, and those of both: each in one list, the most called first', () => {
    fc.assert(
      fc.property(anyTools, anyTools, (a, b) => {
        const { onlyA, onlyB, common, leftOut } = comparedTools(a, b);
        const names = [...onlyA, ...onlyB, ...common].map(({ tool }) => tool);
        expect(new Set(names)).toEqual(new Set([...a.keys(), ...b.keys()]));
        expect(names).toHaveLength(new Set(names).size);
        expect(leftOut).toBe(0);
        for (const one of common) expect([one.a, one.b]).toEqual([a.get(one.tool), b.get(one.tool)]);
        expect(onlyA.map(({ calls }) => calls)).toEqual(onlyA.map(({ calls }) => calls).sort((x, y) => y - x));
        expect(comparedTools(b, a)).toMatchObject({ onlyA: onlyB, onlyB: onlyA });
      }),
    );
  });

  it('beyond the cap are counted', () => {
    const many = new Map(Array.from({ length: limits.maxComparedTools + 3 }, (_, i) => [`tool ${i}`, count(1)]));
    expect(comparedTools(many, new Map())).toMatchObject({ leftOut: 3, common: [] });
  });
});
