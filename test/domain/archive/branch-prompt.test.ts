import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventType, type SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { branchPrompt } from '../../../worker/domain/archive/branch-prompt.ts';
import { outlineOf } from '../../../worker/domain/archive/branched-log.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { draft, finish, sessionOf, start } from '../session-run.ts';

const session = { title: 'Fix the login race', cwd: '/home/dev/app' };
const wish = { fromSeq: 9, snapshotId: 'snp_1', name: null, description: null };

const promptOf = (drafts: Draft[], over: { name?: string; description?: string } = {}) =>
  branchPrompt({ session, events: sessionOf(drafts).events, skipped: 0 }, { ...wish, ...over });

const edit = (id: string, path: string) => start(id, 'Edit', { input: { file_path: path } });

describe('the first prompt of a branch', () => {
  const work = [
    draft('prompt', { text: 'Fix the race in login.ts' }),
    draft('message', { text: 'I will look at the lock.' }),
    edit('t1', '/home/dev/app/src/login.ts'),
    finish('t1', 'Edit'),
    start('t2', 'Read', { input: { file_path: '/home/dev/app/README.md' } }),
    finish('t2', 'Read'),
    edit('t3', '/etc/hosts'),
    draft('tool.failed', { tool: 'Edit', toolUseId: 't3', text: 'permission denied' }),
  ];

  it('says what was asked, said and changed, and that the turn is not over', () => {
    const text = promptOf(work);
    expect(text).toMatch(/^You continue an earlier session, “Fix the login race”, as a branch of it from its event 9\./);
    expect(text).toContain('a copy of what its files were then');
    expect(text).toContain('- Fix the race in login.ts');
    expect(text).toContain('I will look at the lock.');
    expect(text).toContain('- src/login.ts');
    expect(text).not.toContain('README.md');
    expect(text).toContain('The last request is not done yet: “Fix the race in login.ts”');
    expect(text).toContain('Its last call failed: Edit, “permission denied”');
  });

  it('puts what the branch is for before all that', () => {
    const text = promptOf(work, { name: 'With a mutex', description: 'Use a mutex instead of retries.' });
    expect(text.indexOf('Use a mutex')).toBeLessThan(text.indexOf('What was asked for'));
    expect(text).toContain('With a mutex');
    expect(text.endsWith('Do what this branch is for.')).toBe(true);
  });

  it('says where there is no snapshot, and how much it left out', () => {
    const { events } = sessionOf(work);
    const text = branchPrompt({ session, events, skipped: 1200 }, { ...wish, snapshotId: null });
    expect(text).toContain('There is no snapshot of its files');
    expect(text).toContain('1200 events in the middle');
  });

  it('names the question that the agent stopped with', () => {
    const said = 'Both would work.\n\nShall I take the mutex,\nor the queue?';
    const text = promptOf([...work, draft('message', { text: said }), draft('turn.finished', { ok: true, text: said })]);
    expect(text).toContain('It asked: “Shall I take the mutex, or the queue?”');
    expect(text.split('Shall I take the mutex,\nor').length, 'the end of a turn repeats its last message').toBe(2);
  });

  it('names the error that stopped a turn', () => {
    const text = promptOf([...work, draft('turn.finished', { ok: false, text: 'the API is overloaded' })]);
    expect(text).toContain('It was stopped by an error: “the API is overloaded”');
  });

  it('names a call that waited for a person', () => {
    const { events } = sessionOf([
      draft('prompt', { text: 'Publish it' }),
      start('t1', 'Bash', { input: { command: 'npm publish' } }),
    ]);
    const approval = {
      id: 'apr_2',
      seq: 2,
      tool: 'Bash',
      words: 'npm publish',
      reason: '',
      costMicroUsd: 0,
      askedAt: '',
      until: '',
    };
    const asked = events.map((event) =>
      event.seq === 2 ? { ...event, approval: { ...approval, unanswered: 'deny' as const } } : event,
    );
    expect(branchPrompt({ session, events: asked, skipped: 0 }, wish)).toContain(
      'A call waited for a person: Bash “npm publish”',
    );
  });

  it('leaves out what subagents and finished background tasks said', () => {
    const text = promptOf([
      draft('prompt', { text: 'Go' }),
      draft('message', { text: 'from below', subagentId: 'sub' }),
      draft('prompt', { text: '<task-notification>done</task-notification>' }),
    ]);
    expect(text).not.toContain('from below');
    expect(text).not.toContain('- <task-notification>');
  });

  it('keeps the first prompt and the last ones of many', () => {
    const text = promptOf(Array.from({ length: 20 }, (_, n) => draft('prompt', { text: `request ${n}` })));
    expect(text).toContain('- request 0\n- (12 more)\n- request 13\n');
    expect(text).toContain('- request 19');
  });

  it('is the same whether the log was read whole or in outline', () => {
    const { events } = sessionOf([...work, edit('t4', 'a.txt'), finish('t4', 'Edit', { output: 'x'.repeat(9000) })]);
    const outline = events.map((event) => outlineOf(event, session.cwd));
    expect(branchPrompt({ session, events: outline, skipped: 0 }, wish)).toBe(
      branchPrompt({ session, events, skipped: 0 }, wish),
    );
  });

  const anyEvent = fc.record({
    type: fc.constantFrom(...EventType.options),
    text: fc.option(fc.string({ unit: 'binary', maxLength: 3000 }), { nil: undefined }),
    tool: fc.option(fc.constantFrom('Edit', 'Write', 'apply_patch', 'Bash'), { nil: undefined }),
    input: fc.oneof(fc.jsonValue(), fc.record({ file_path: fc.string({ maxLength: 500 }) })),
    ok: fc.option(fc.boolean(), { nil: undefined }),
    subagentId: fc.option(fc.constant('sub'), { nil: undefined }),
  });

  it('is no longer than the cap, and no part of an emoji, whatever a log holds', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 60 }),
        fc.string({ maxLength: limits.maxMessageLength }),
        (some, description) => {
          const at = '2026-11-21T12:00:00.000Z';
          const events = some.map(
            (event, index): SessionEvent => ({ seq: index + 1, id: `e${index}`, at, receivedAt: at, ...event }),
          );
          const text = branchPrompt({ session, events, skipped: 0 }, { ...wish, description });
          expect(text.length).toBeLessThanOrEqual(limits.maxBranchPromptLength);
          expect(text.isWellFormed()).toBe(true);
          expect(text.startsWith('You continue')).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
