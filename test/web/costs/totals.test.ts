import { expect, test } from 'vitest';
import { TotalsModel } from '../../../web/models/costs/totals.ts';
import { session } from '../session/session-fixture.ts';

const counted = { live: 2, waiting: 0, spentTodayMicroUsd: 1_000_000, failedLastDay: 0 };

async function opened() {
  const due: (() => void)[] = [];
  let asked = 0;
  const model = new TotalsModel({
    async totals() {
      asked += 1;
      return { ...counted };
    },
    now: () => Date.parse('2026-11-20T12:02:00.000Z'),
    schedule(task) {
      due.push(task);
      return () => due.splice(due.indexOf(task), 1);
    },
  });
  await model.load();
  return { model, due, asked: () => asked };
}

test('the second word about a session moves the figures on by the difference', async () => {
  const { model } = await opened();
  model.apply({ type: 'session', session: session({ costMicroUsd: 100_000 }) });
  expect(model.totals.value).toEqual(counted);
  model.apply({ type: 'session', session: session({ costMicroUsd: 150_000, status: 'waiting' }) });
  expect(model.totals.value).toEqual({ ...counted, waiting: 1, spentTodayMicroUsd: 1_050_000 });
  model.apply({ type: 'session', session: session({ costMicroUsd: 150_000, status: 'failed' }) });
  expect(model.totals.value).toEqual({ live: 1, waiting: 0, spentTodayMicroUsd: 1_050_000, failedLastDay: 1 });
});

test('a session that began after the count is counted at once, an older unknown one at the next count', async () => {
  const { model } = await opened();
  model.apply({ type: 'session', session: session({ id: 'ses_new', startedAt: '2026-11-20T12:03:00.000Z', status: 'waiting' }) });
  expect(model.totals.value).toEqual({ ...counted, live: 3, waiting: 1, spentTodayMicroUsd: 1_100_000 });
  model.apply({ type: 'session', session: session({ id: 'ses_old' }) });
  expect(model.totals.value?.live).toBe(3);
});

test('what a page brought is known, so that its first change counts', async () => {
  const { model } = await opened();
  model.know([session()]);
  model.apply({ type: 'session', session: session({ status: 'failed' }) });
  expect(model.totals.value).toEqual({ ...counted, live: 1, failedLastDay: 1 });
});

test('many changes make one recount', async () => {
  const { model, due, asked } = await opened();
  for (let i = 0; i < 50; i += 1) model.apply({ type: 'session', session: session({ lastSeq: i }) });
  expect(due).toHaveLength(1);
  due[0]?.();
  expect(asked()).toBe(2);
});

test('a stopped model asks no more', async () => {
  const { model, due } = await opened();
  model.apply({ type: 'deleted', sessionId: 'ses_a' });
  model.stop();
  expect(due).toHaveLength(0);
});
