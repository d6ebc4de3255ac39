import { expect, it } from 'vitest';
import { RecalculationModel } from '../../../web/models/costs/recalculation.ts';
import type { Recalculated, Recalculation } from '../../../wire/price.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function opened() {
  const asked: Recalculation[] = [];
  const waiting: { answer: (page: Recalculated) => void; fail: (error: Error) => void }[] = [];
  const model = new RecalculationModel({
    page(body) {
      asked.push(body);
      return new Promise((answer, fail) => waiting.push({ answer, fail }));
    },
  });
  const answer = async (sessions: number, changed: number, deltaMicroUsd: number, nextCursor: string | null) => {
    waiting.shift()?.answer({ sessions, changed, deltaMicroUsd, nextCursor });
    await settled();
  };
  const fail = async () => {
    waiting.shift()?.fail(new Error('no network'));
    await settled();
  };
  return { model, asked, answer, fail };
}

it('says what would change, page by page, and changes nothing before a person agrees', async () => {
  const { model, asked, answer } = opened();
  model.look('2026-11-01');
  expect(model.step.value).toBe('looking');
  await answer(20, 3, 500, 'next');
  await answer(5, 0, 0, null);
  expect([model.step.value, model.tally.value]).toEqual(['found', { sessions: 25, changed: 3, deltaMicroUsd: 500 }]);
  expect(asked).toEqual([
    { from: '2026-11-01', dryRun: true, cursor: undefined },
    { from: '2026-11-01', dryRun: true, cursor: 'next' },
  ]);
  model.change();
  expect(model.progress.value).toBe(0);
  await answer(20, 3, 500, 'next');
  expect(model.progress.value).toBe(0.8);
  await answer(6, 1, 9, null);
  expect(asked.at(-1)).toMatchObject({ dryRun: false, cursor: 'next' });
  expect([model.step.value, model.tally.value]).toEqual(['done', { sessions: 26, changed: 4, deltaMicroUsd: 509 }]);
});

it('that fails in the middle says so and begins again with a look', async () => {
  const { model, answer, fail } = opened();
  model.look('2026-11-01');
  await answer(20, 3, 500, null);
  model.change();
  await fail();
  expect([model.step.value, model.failure.value?.message]).toEqual(['ready', 'no network']);
});

it('that is left asks for no further page', async () => {
  const { model, asked, answer } = opened();
  model.look('2026-11-01');
  model.close();
  await answer(20, 3, 500, 'next');
  expect([asked.length, model.step.value, model.tally.value.sessions]).toEqual([1, 'ready', 0]);
});

it('that is begun anew hears nothing of the one that was left', async () => {
  const { model, answer } = opened();
  model.look('2026-11-01');
  model.close();
  model.look('2026-11-20');
  await answer(20, 3, 500, null);
  expect([model.step.value, model.tally.value.sessions]).toEqual(['looking', 0]);
  await answer(4, 1, 9, null);
  expect([model.step.value, model.tally.value.sessions]).toEqual(['found', 4]);
});
