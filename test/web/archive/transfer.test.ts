import { expect, test } from 'vitest';
import { arrivals, bringsAnything, replacements, reportTitle, TransferModel } from '../../../web/models/archive/transfer.ts';
import { type ImportedSession, ImportOutcome, type ImportReport } from '../../../wire/import.ts';

const session = (outcome: ImportOutcome): ImportedSession => ({
  ...{
    sessionId: `ses_${outcome}`,
    externalId: 'one',
    agent: 'tester',
    title: 'One',
    projectId: 'prj_1',
    eventCount: 4,
    outcome,
  },
});
const file = new File(['{}'], 'export.json');

test('a file is checked before it is brought in, and anything changed has it checked anew', async () => {
  const asked: string[] = [];
  const model = new TransferModel({
    send: async (_file, { dryRun, onConflict, project }, { onProgress }) => {
      asked.push(`${dryRun ? 'check' : 'import'} ${onConflict} ${project}`);
      onProgress(1);
      return { dryRun, sessions: [session('created')] };
    },
  });
  await model.check();
  expect(model.failure.value).toBe('Choose a file first.');
  model.choose(file);
  expect(model.failure.value).toBeNull();
  await model.check();
  expect(model.report.value).toMatchObject({ dryRun: true });
  model.setConflict('rename');
  expect(model.report.value).toBeNull();
  model.setProject('prj_1');
  await model.bring();
  expect(model.report.value).toMatchObject({ dryRun: false });
  expect(model.sent.value).toBeNull();
  expect(asked).toEqual(['check skip ', 'import rename prj_1']);
});

test('what was sent before the latest change or check says nothing any more, as it arrives or as it fails', async () => {
  const sends: { onProgress: (share: number) => void; answer: PromiseWithResolvers<ImportReport> }[] = [];
  const model = new TransferModel({
    send: (_file, _query, { onProgress }) => {
      const answer = Promise.withResolvers<ImportReport>();
      sends.push({ onProgress, answer });
      return answer.promise;
    },
  });
  const seen = () => [model.report.value, model.failure.value, model.problems.value, model.sent.value];
  const nothing = [null, null, [], null];
  const changes = [() => model.setConflict('replace'), () => model.setProject('prj_1'), () => model.choose(file)];
  model.choose(file);
  for (const change of changes) {
    const checks = [model.check(), model.check()];
    change();
    expect(seen()).toEqual(nothing);
    const [first, second] = sends.splice(0);
    first?.onProgress(0.5);
    first?.answer.resolve({ dryRun: true, sessions: [session('created')] });
    second?.answer.reject({ message: 'The file has 1 problem', fields: { 'sessions[0]': 'Expected a session.' } });
    await Promise.all(checks);
    expect(seen()).toEqual(nothing);
  }
  const [stale, latest] = [model.check(), model.check()];
  const [first, second] = sends.splice(0);
  first?.answer.resolve({ dryRun: true, sessions: [session('created')] });
  await stale;
  expect(seen()).toEqual([null, null, [], 0]);
  second?.answer.resolve({ dryRun: true, sessions: [] });
  await latest;
  expect(seen()).toEqual([{ dryRun: true, sessions: [] }, null, [], null]);
});

test('what is being sent is broken off quietly, and what is sent wholly goes on', async () => {
  let progress = (_share: number) => {};
  let arrive = (_report: ImportReport) => {};
  const model = new TransferModel({
    send: (_file, _query, { onProgress, signal }) =>
      new Promise((resolve, reject) => {
        [progress, arrive] = [onProgress, resolve];
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  });
  model.choose(file);
  const check = model.check();
  progress(0.9);
  model.cancel();
  await check;
  expect([model.report.value, model.failure.value, model.sent.value]).toEqual([null, null, null]);
  const whole = model.bring();
  progress(1);
  model.cancel();
  arrive({ dryRun: false, sessions: [] });
  await whole;
  expect(model.report.value).toEqual({ dryRun: false, sessions: [] });
});

test('a refusal shows every problem with its place', async () => {
  const refusal = { message: 'The file has 1 problem', fields: { 'sessions[0].events[2].type': 'Expected a type.' } };
  const model = new TransferModel({ send: () => Promise.reject(refusal) });
  model.choose(file);
  await model.check();
  expect(model.failure.value).toBe('The file has 1 problem');
  expect(model.problems.value).toEqual([{ path: 'sessions[0].events[2].type', message: 'Expected a type.' }]);
});

test('the report says in a line what came and what stays', () => {
  const report: ImportReport = { dryRun: false, sessions: ImportOutcome.options.map(session) };
  expect([arrivals(report), replacements(report)]).toEqual([3, 1]);
  expect(reportTitle(report)).toBe('3 sessions were imported; 2 sessions stay as they are.');
  expect(reportTitle({ dryRun: true, sessions: [session('created')] })).toBe('1 session would be imported.');
  const sessions = [{ ...session('unchanged'), snapshotCount: 2 }];
  expect(reportTitle({ dryRun: true, sessions })).toBe('0 sessions and 2 snapshots would be imported; 1 session stays as it is.');
  expect([
    bringsAnything({ dryRun: true, sessions }),
    bringsAnything({ dryRun: true, sessions: [session('unchanged')] }),
  ]).toEqual([true, false]);
});
