import { expect, it } from 'vitest';
import type { RecentHooks } from '../../wire/session.ts';
import { hooksAt, hooksIn, hooksWith } from '../../worker/domain/recent-hooks.ts';

const minuteMs = 60_000;

it('what an agent sent is counted by the minute and forgotten after ten, so that it never grows', () => {
  let recent: RecentHooks = [];
  for (let minute = 0; minute < 100; minute++)
    for (let n = 0; n < 5; n++) recent = hooksWith(recent, minute * minuteMs + n, n === 0 ? 0 : 1, n === 0 ? 1 : 0);
  expect(recent).toHaveLength(10);
  expect(hooksAt(recent, 99 * minuteMs)).toEqual({ sent: 50, refused: 10 });
  expect(hooksAt(recent, 104 * minuteMs)).toEqual({ sent: 25, refused: 5 });
  expect(hooksAt(recent, 200 * minuteMs)).toEqual({ sent: 0, refused: 0 });
});

it('a clock that goes back loses nothing of the latest minute', () => {
  const recent = hooksWith(hooksWith([], 5 * minuteMs, 3, 1), 2 * minuteMs, 1, 1);
  expect(hooksAt(recent, 5 * minuteMs)).toEqual({ sent: 6, refused: 2 });
});

it('what the index holds in another form is nothing', () => {
  expect(hooksIn(null)).toEqual([]);
  expect(hooksIn('{"minute":1}')).toEqual([]);
});
