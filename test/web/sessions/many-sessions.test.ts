import { expect, test } from 'vitest';
import { outcomeWords, toEach } from '../../../web/models/sessions/many-sessions.ts';

const ids = Array.from({ length: 11 }, (_, i) => `ses_${i}`);

test('each is done once, at most four at a time', async () => {
  const seen: string[] = [];
  let [now, most] = [0, 0];
  const outcome = await toEach(ids, async (id) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    seen.push(id);
    now -= 1;
  });
  expect(outcome).toEqual({ done: ids, failure: null });
  expect(seen.toSorted()).toEqual(ids.toSorted());
  expect(most).toBe(4);
});

test('what is refused leaves the others to be done, and the first reason is told', async () => {
  const outcome = await toEach(ids, async (id) => {
    if (id === 'ses_3' || id === 'ses_7') throw new Error(`No ${id}.`);
  });
  expect(outcome.done).toHaveLength(9);
  expect(outcomeWords(outcome, 11, 'moved to the trash')).toBe('9 of 11 sessions moved to the trash. No ses_3.');
});

test('what went well is said in one sentence', () => {
  expect(outcomeWords({ done: ['a'], failure: null }, 1, 'brought back')).toBe('1 session brought back.');
});
