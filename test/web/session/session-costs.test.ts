import { expect, it } from 'vitest';
import { SessionCostsModel } from '../../../web/models/session/session-costs.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('what a session’s cost consists of is read again as it spends, not with each of its events, and not once it is left', async () => {
  const due: (() => void)[] = [];
  let read = 0;
  const model = new SessionCostsModel({
    async costs() {
      read += 1;
      if (read === 2) throw new Error('no network');
      return { costMicroUsd: read, models: [], tools: [], subagents: [] };
    },
    schedule(task) {
      due.push(task);
      return () => due.splice(due.indexOf(task), 1);
    },
  });
  model.load();
  await settled();
  for (let time = 0; time < 5; time += 1) model.refreshSoon();
  expect(due).toHaveLength(1);
  due.shift()?.();
  await settled();
  // What could not be read stays as it was known.
  expect(model.costs.value?.costMicroUsd).toBe(1);
  model.refreshSoon();
  model.close();
  expect([due.length, read]).toEqual([0, 2]);
});
