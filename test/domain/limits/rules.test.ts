import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../wire/rule.ts';
import { callWords, misses, type RuledCall, ruled, ruleProblem } from '../../../worker/domain/limits/rules.ts';
import { wildcard } from '../../../worker/domain/limits/wildcard.ts';

const rule = (rest: Partial<Rule> = {}): Rule => ({
  id: 'rul_1',
  name: 'a rule',
  projectId: null,
  on: 'call',
  action: 'ask',
  waitSeconds: 60,
  unanswered: 'deny',
  createdAt: '2026-11-21T12:00:00.000Z',
  ...rest,
});
const call = (rest: Partial<RuledCall> = {}): RuledCall => ({
  moment: 'call',
  tool: 'Bash',
  paths: [],
  costMicroUsd: 0,
  collides: false,
  ...rest,
});

describe('a pattern', () => {
  it('matches as the regular expression does in which only the star means something', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*', '.', '\\', '\n'), { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const words = pattern.split('*').map((part) => part.replaceAll(/[.\\]/g, '\\$&'));
        expect(wildcard(pattern, text)).toBe(new RegExp(`^${words.join('[^]*')}$`).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('written to take long on a text written to let it is decided all the same', () => {
    expect(wildcard(`${'a*'.repeat(100)}b`, 'a'.repeat(10_000))).toBe(false);
  });
});

describe('a rule', () => {
  it.each([
    ['rm -rf *', 'rm -rf dist', true],
    ['rm -rf *', 'cd web && rm -rf dist', true],
    ['rm -rf *', 'test -d dist || rm -rf dist; ls', true],
    ['rm -rf *', 'echo $(rm -rf dist)', true],
    ['rm -rf *', 'echo rm -rf dist', false],
    ['git push*', 'git pull\ngit push --force', true],
    ['git push', 'git push --force', false],
  ])('on the command %s finds it in %s: %s', (command, given, expected) => {
    expect(misses({ command }, call({ command: given })) === undefined).toBe(expected);
  });

  it('on a file matches any that the call names', () => {
    expect(misses({ path: 'infra/*' }, call({ tool: 'Edit', paths: ['/repo/infra/main.tf', 'infra/main.tf'] }))).toBeUndefined();
    expect(misses({ path: '*.env' }, call({ tool: 'Write', paths: ['/repo/.env.example'] }))).toBe('it names no file like *.env');
    expect(misses({ path: '*.env' }, call())).toBe('the call names no file');
  });

  it('on cost matches above its figure, not at it', () => {
    expect(misses({ aboveMicroUsd: 100 }, call({ costMicroUsd: 101 }))).toBeUndefined();
    expect(misses({ aboveMicroUsd: 100 }, call({ costMicroUsd: 100 }))).toContain('not above $0.0001');
  });

  it('needs all of its conditions, in whatever case the agent writes its tool', () => {
    const both = { tool: 'mcp__*', collision: true };
    expect(misses(both, call({ tool: 'MCP__files__Move', collides: true }))).toBeUndefined();
    expect(misses(both, call({ tool: 'mcp__files__move' }))).toContain('no other live session');
    expect(misses(both, call({ collides: true }))).toBe('the tool is Bash, not mcp__*');
  });

  it('is outdone by a harder one, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<Rule['action']>('warn', 'ask', 'deny'), { minLength: 1 }), (actions) => {
        const rules = actions.map((action, index) => rule({ id: `rul_${index}`, tool: '*', action }));
        const { decisive, warned } = ruled(rules, call());
        const hardest = ['deny', 'ask'].find((action) => actions.some((each) => each === action));
        expect(decisive?.action).toBe(hardest);
        expect(decisive?.id).toBe(rules.find(({ action }) => action === hardest)?.id);
        expect(warned).toEqual(rules.filter(({ action }) => action === 'warn'));
      }),
    );
  });

  it('about the agent’s own questions says nothing to its calls, and the other way round', () => {
    expect(ruled([rule({ tool: '*', on: 'permission' })], call())).toEqual({ warned: [] });
    expect(ruled([rule({ tool: '*' })], call({ moment: 'permission' }))).toEqual({ warned: [] });
  });

  it('that could match nothing, or everything by accident, says which field is wrong', () => {
    expect(ruleProblem({})?.path).toBe('tool');
    expect(ruleProblem({ tool: 'Read', command: 'x' })?.path).toBe('command');
    expect(ruleProblem({ tool: 'run_shell_command', path: 'x' })?.path).toBe('path');
    expect(ruleProblem({ tool: 'Bash', collision: true })?.path).toBe('collision');
    expect(ruleProblem({ tool: '*' })).toBeUndefined();
    expect(ruleProblem({ aboveMicroUsd: 0 })).toBeUndefined();
  });
});

it('a call’s line is its command on one line, else its file, else its tool', () => {
  expect(callWords({ tool: 'Bash', command: 'npm  test\n--watch', paths: [] })).toBe('npm test --watch');
  expect(callWords({ tool: 'Edit', paths: ['/a'] })).toBe('/a');
  expect(callWords({ tool: 'Fetch', command: ' ', paths: [] })).toBe('Fetch');
  expect(callWords({ tool: 'Bash', command: 'x'.repeat(1000), paths: [] })).toHaveLength(300);
});
