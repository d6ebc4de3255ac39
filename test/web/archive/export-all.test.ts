import { expect, test } from 'vitest';
import { ExportAllModel, type ExportAllPorts } from '../../../web/models/archive/export-all.ts';
import type { ListedSession } from '../../../wire/export-parts.ts';

const listed = (count: number): ListedSession[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ id: `ses_${n}`, parentId: null, agent: 'tester', externalId: `${n}` },
    startedAt: new Date(1e12 + n).toISOString(),
  }));

function rig(count: number, ports: Partial<ExportAllPorts> = {}) {
  const saved: string[] = [];
  const model = new ExportAllModel({
    list: async () => listed(count),
    fetch: async (ids) => ({ name: 'flightdeck-export.json', file: new Blob([ids.join(' ')]) }),
    fits: async () => true,
    save: (name) => saved.push(name),
    ...ports,
  });
  return { model, saved };
}

test('what one import takes is one file, and more is as many as it needs', async () => {
  for (const count of [0, 200]) {
    const { model, saved } = rig(count);
    await model.start('json');
    expect(saved).toEqual(['flightdeck-export.json']);
  }
  const { model, saved } = rig(201);
  await model.start('json');
  expect(saved).toEqual(['flightdeck-export-1-of-2.json', 'flightdeck-export-2-of-2.json']);
  expect(model.part.value).toBeNull();
});

test('a part that no import would take is halved until each fits, or is a session alone', async () => {
  const files: number[] = [];
  const { model, saved } = rig(4, {
    fits: async (file) => (await file.text()).split(' ').length === 1,
    save: (_name, file) => files.push(file.size),
  });
  await model.start('json');
  expect(files).toEqual([5, 5, 5, 5]);
  const alone = rig(1, { fits: async () => false });
  await alone.model.start('json');
  expect([saved, alone.saved]).toEqual([[], ['flightdeck-export.json']]);
});

test('the part that fails is named, and it goes on from that', async () => {
  const asked: number[] = [];
  const { model, saved } = rig(450, {
    fetch: async (ids) => {
      asked.push(ids.length);
      if (asked.length === 2) throw new Error('No answer.');
      return { name: 'flightdeck-export.json', file: new Blob() };
    },
  });
  await model.start('json');
  expect([model.part.value, model.failure.value, saved.length]).toEqual(['Part 2 of 3', 'No answer.', 1]);
  await model.goOn();
  expect(asked).toEqual([200, 200, 200, 50]);
  expect(saved).toHaveLength(3);
  expect(model.failure.value).toBeNull();
});

test('Stop breaks off what comes, keeps nothing of it, and says nothing of a failure', async () => {
  const coming = Promise.withResolvers<void>();
  const { model, saved } = rig(1, {
    fetch: (_ids, _format, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        coming.resolve();
      }),
  });
  const going = model.start('json');
  await coming.promise;
  expect([model.busy.value, model.part.value]).toEqual([true, 'Part 1 of 1']);
  model.stop();
  await going;
  expect([model.busy.value, model.part.value, model.failure.value, saved]).toEqual([false, null, null, []]);
});
