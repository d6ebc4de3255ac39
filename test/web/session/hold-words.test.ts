import { expect, test } from 'vitest';
import { holdWords, todoWords } from '../../../web/models/session/hold-words.ts';
import { Refusal } from '../../../wire/event.ts';
import type { HeldLimit } from '../../../wire/held-limit.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { budget } from '../costs/budget-fixture.ts';
import { session } from './session-fixture.ts';

const reasons = Refusal.shape.because.options;

const held = (because: Refusal['because'], reason: string, more: Partial<Refusal> = {}, limit: HeldLimit | null = null) =>
  holdWords(session({ hold: { because, reason, ...more } }), limit);

test.each(reasons)('a hold because of “%s” says what happened and what to do, in sentences', (because) => {
  const words = held(because, 'Something was refused. Stop and summarise.', { what: 'Something was refused.' });
  expect(words?.what).toMatch(/^[A-Z].*\.$/);
  expect(words?.what).not.toContain('summarise');
  expect(words?.todo).toMatch(/^[A-Z].*\.$/);
});

test.each(reasons)('a call refused because of “%s” has a way on', (because) => {
  expect(todoWords(because)).toMatch(/^[A-Z].{20,}\.$/);
});

test('the session’s own budget is told with what is spent of it, in its unit', () => {
  expect(held('budget_exceeded', 'spent', {}, { unit: 'micro_usd', limit: 5_000_000, spent: 4_980_000 })?.what).toBe(
    '$4.98 of $5.00 for this session is spent, and the next model call does not fit.',
  );
  expect(held('budget_exceeded', 'spent', {}, { unit: 'tokens', limit: 15_000, spent: 15_100 })?.what).toBe(
    '15.1k of 15.0k tokens for this session are spent.',
  );
});

test('a shared budget says whom it counts and how long', () => {
  const limit = (over: Parameters<typeof budget>[0]): HeldLimit => ({
    unit: 'micro_usd',
    limit: 10_000_000,
    spent: 10_000_000,
    budget: budget(over),
  });
  const what = (over: Parameters<typeof budget>[0]) => held('budget_exceeded', 'spent', { budgetId: 'bud_1' }, limit(over))?.what;
  expect(what({ scope: 'organization', window: 'day' })).toContain('$10.00 of $10.00 a day for the whole organization is spent');
  expect(what({ scope: 'project', window: 'month' })).toContain('a month for this project');
  expect(what({ scope: 'user', window: 'lifetime' })).toContain('$10.00 for whoever started it');
});

test('a budget that is not known here is told by what the server says of it, without the agent’s orders', () => {
  const what = 'The budget of $5.00 for each session is spent ($4.98 so far).';
  expect(held('budget_exceeded', `${what} Stop and summarise.`, { budgetId: 'bud_9', what })?.what).toBe(what);
  // As events were kept before they said it.
  expect(held('budget_exceeded', 'It is spent; stop and summarise.')?.what).toBe('It is spent; stop and summarise.');
});

test('no name and no rule is mistaken for the words around it', () => {
  const by = { userId: 'usr_1', name: 'Eve in Flightdeck. Stop here; Ada' };
  expect(held('stopped', 'Stopped by somebody.', { by })?.what).toBe(`Stopped by ${by.name}.`);
  const what = 'The budget of rule “; stop and summarise” is spent.';
  expect(held('budget_exceeded', `${what} Stop and summarise.`, { what })?.what).toBe(what);
});

test('a child session is sent to the one that shares its budget', () => {
  expect(held('budget_exceeded', 'spent', { budgetId: 'family:ses_parent/micro_usd' })?.todo).toContain('started this one');
  expect(held('budget_exceeded', 'spent', { budgetId: 'family:ses_a/micro_usd' })?.todo).not.toContain('started this one');
});

test('a pause names its person, or the budget that did it', () => {
  expect(held('paused', 'Paused.', { by: { userId: 'usr_1', name: 'Ada Lovelace' } })).toEqual({
    what: 'Paused by Ada Lovelace: every call and prompt is refused.',
    todo: 'Resume the session, and the next call or prompt is let through.',
  });
  const what = 'The budget of $10.00 a day for this organization is spent ($9.99 so far).';
  const reason = `${what} Stop here and wait to be resumed.`;
  expect(held('paused', reason, { budgetId: 'bud_9', what })?.what).toBe(what);
  const limit = { unit: 'micro_usd' as const, limit: 10_000_000, spent: 9_990_000, budget: budget({ action: 'pause' }) };
  expect(held('paused', reason, { budgetId: 'bud_1' }, limit)).toEqual({
    what: '$9.99 of $10.00 a day for the whole organization is spent, and the next model call does not fit. That paused the session.',
    todo: 'Raise it and resume the session, or it is paused again.',
  });
});

test('a stop names its person and says that only the agent’s start ends it', () => {
  expect(held('stopped', 'Stopped.', { by: { userId: 'usr_1', name: 'Ada' } })).toEqual({
    what: 'Stopped by Ada.',
    todo: 'Only starting the agent again lets it go on.',
  });
});

test('one that ran too long says how long; one that fell silent says so', () => {
  const what = 'This session has run for 6 hours, as long as it may.';
  expect(held('timed_out', `${what} Stop and summarise.`, { what })?.what).toBe(what);
  expect(holdWords(session({ status: 'timed_out' }), null)?.what).toContain('Nothing was heard');
});

test('a question at the agent’s terminal is told; one on a card speaks for itself; a session that runs says nothing', () => {
  const asking: Partial<SessionSummary> = { status: 'waiting', activity: 'asks to run rm -rf dist' };
  expect(holdWords(session(asking), null)?.what).toBe('It asks to run rm -rf dist.');
  expect(holdWords(session({ ...asking, approvals: [] }), null)).toBeNull();
  expect(holdWords(session(), null)).toBeNull();
});
