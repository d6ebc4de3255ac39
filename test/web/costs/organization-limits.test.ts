import { expect, it } from 'vitest';
import { fullest, limitProblems, limitsPatch, textsOf, useWords } from '../../../web/models/costs/organization-limits.ts';
import { defaultLimits, LimitsPatch, type QuotaUse } from '../../../wire/organization-limits.ts';

const texts = textsOf(defaultLimits);

it('limits that nobody touched are shown without a problem and change nothing', () => {
  expect(texts).toMatchObject({ liveSessions: '', executionTimeoutMs: '360', 'perOrganization.perMinute': '1,200,000' });
  expect(limitProblems(texts)).toEqual({});
  expect(limitsPatch(texts, defaultLimits)).toEqual({});
});

it('what was typed is sent in the server’s units, a bucket as a whole, and an emptied quota as none', () => {
  const before = { ...defaultLimits, eventsPerDay: 500 };
  const typed = {
    ...textsOf(before),
    eventsPerDay: ' ',
    storedBytes: '1.5',
    costMicroUsdPerMonth: '$1,250.50',
    silenceTimeoutMs: '45',
    'perSession.burst': '3,000',
  };
  expect(limitProblems(typed)).toEqual({});
  const patch = limitsPatch(typed, before);
  expect(patch).toEqual({
    eventsPerDay: null,
    storedBytes: 1_500_000_000,
    costMicroUsdPerMonth: 1_250_500_000,
    silenceTimeoutMs: 45 * 60_000,
    perSession: { burst: 3000, perMinute: 12_000 },
  });
  expect(LimitsPatch.parse(patch)).toEqual(patch);
});

it.each([
  ['liveSessions', '-1', 'Enter a number, 0 or more.'],
  ['liveSessions', '2.5', 'Enter a whole number.'],
  ['storedBytes', 'much', 'Enter a number, 0 or more.'],
  ['costMicroUsdPerMonth', '-5', 'Write an amount in dollars, as 5 or 2.50.'],
  ['executionTimeoutMs', '', 'Enter a number.'],
])('%s cannot be “%s”', (path, text, problem) => {
  expect(limitProblems({ ...texts, [path]: text })).toEqual({ [path]: problem });
});

it('the banner is about the quota that has the least left, from 80 % on', () => {
  const use = (quota: QuotaUse['quota'], used: number, limit: number, state: QuotaUse['state']): QuotaUse => ({
    quota,
    used,
    limit,
    state,
  });
  const live = use('liveSessions', 9, 10, 'soft');
  const stored = use('storedBytes', 2_100_000_000, 2_000_000_000, 'spent');
  expect(fullest([use('eventsPerDay', 10, 100, 'within')])).toBeUndefined();
  expect(fullest([live, stored])).toBe(stored);
  expect([live, stored].map(useWords)).toEqual(['9 of 10 live sessions', '2.1 GB of 2 GB of stored logs and snapshots']);
});
