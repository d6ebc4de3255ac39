import { expect, it } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import { Shift } from '../../../worker/rooms/outbox/shift.ts';

it('a steady flow does not keep one alarm going: a shift ends by the number of its attempts', async () => {
  let attempts = 0;
  const shift = new Shift<string>({
    now: () => 0,
    begin: () => 'a delivery',
    dueAtMs: () => 0,
    attempt: async () => {
      attempts += 1;
    },
  });
  await shift.work();
  expect(attempts).toBe(limits.maxShiftAttempts);
  shift.fill();
  expect(shift.isOn).toBe(false);
  await shift.work();
  expect(attempts).toBe(2 * limits.maxShiftAttempts);
});

it('and by the clock, whatever comes in', async () => {
  let nowMs = 0;
  let attempts = 0;
  const shift = new Shift<string>({
    now: () => nowMs,
    begin: () => 'a delivery',
    dueAtMs: () => 0,
    attempt: async () => {
      attempts += 1;
      nowMs += 20_000;
      shift.fill();
    },
  });
  await shift.work();
  expect(attempts).toBeLessThan(10);
});

it('what becomes due while a receiver is silent does not wait for it', async () => {
  const due = ['silent', 'other'];
  const done: string[] = [];
  let answer: () => void = () => undefined;
  let nowMs = 0;
  const shift = new Shift<string>({
    now: () => nowMs,
    // The second is due a moment later.
    begin: () => (due.length === 2 || nowMs >= 5 ? due.shift() : undefined),
    dueAtMs: () => {
      nowMs += 5;
      return due.length > 0 ? 5 : null;
    },
    attempt: async (name) => {
      if (name === 'silent') await new Promise<void>((resolve) => (answer = resolve));
      else answer();
      done.push(name);
    },
  });
  await shift.work();
  expect(done.toSorted()).toEqual(['other', 'silent']);
});
