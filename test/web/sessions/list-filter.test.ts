import { expect, test } from 'vitest';
import { filterFromQuery, matches, noFilter, queryOfFilter } from '../../../web/models/sessions/list-filter.ts';
import { session } from '../session/session-fixture.ts';

const noon = Date.parse('2026-11-20T12:30:00.000Z');

test('a filter survives the address', () => {
  const filter = { statuses: ['running', 'failed'], agent: 'codex', projectId: 'prj_1', text: 'a b&c', within: '24h' } as const;
  const query = queryOfFilter(filter);
  expect(query).toBe('?status=running,failed&agent=codex&project=prj_1&q=a+b%26c&within=24h');
  expect(filterFromQuery(Object.fromEntries(new URLSearchParams(query)))).toEqual(filter);
});

test('no filter is no query, and nonsense in the address is no filter', () => {
  expect(queryOfFilter(noFilter)).toBe('');
  expect(filterFromQuery({ status: 'flying,', within: 'ever', agent: '' })).toEqual(noFilter);
});

test('every word has to be somewhere: title, branch, model, activity, tags', () => {
  const one = session({ title: 'Fix the login race', gitBranch: 'fix/auth', tags: ['urgent'] });
  expect(matches(one, { ...noFilter, text: 'LOGIN auth urgent' }, noon)).toBe(true);
  expect(matches(one, { ...noFilter, text: 'login payments' }, noon)).toBe(false);
});

test('24 hours end to the millisecond', () => {
  const at = (lastEventAt: string) => matches(session({ lastEventAt }), { ...noFilter, within: '24h' }, noon);
  expect(at('2026-11-19T12:30:00.000Z')).toBe(true);
  expect(at('2026-11-19T12:29:59.999Z')).toBe(false);
});
