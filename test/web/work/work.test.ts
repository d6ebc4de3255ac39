import { describe, expect, it } from 'vitest';
import { cancelWords, placeWords, standingWords, viewIn, WorkModel, type WorkPorts } from '../../../web/models/work/work.ts';
import { RequestStatus, type SessionRequest } from '../../../wire/work.ts';
import { session as summary } from '../session/session-fixture.ts';

const request = (overrides: Partial<SessionRequest> = {}): SessionRequest => ({
  id: 'req_1',
  source: { kind: 'github', label: 'acme/web#12' },
  repository: 'github.com/acme/web',
  ref: 'main',
  sessionId: 'ses_1',
  externalId: 'x',
  projectId: 'prj_1',
  agent: 'claude-code',
  title: 'Mend the login',
  prompt: 'Mend the login',
  requestedBy: { userId: 'usr_1', name: 'Ann' },
  status: 'queued',
  machine: null,
  claims: 0,
  createdAt: '2026-11-27T12:00:00.000Z',
  updatedAt: '2026-11-27T12:00:00.000Z',
  ...overrides,
});

function model(overrides: Partial<WorkPorts> = {}, view: 'open' | 'over' = 'open') {
  const asked: string[] = [];
  const tasks = new Set<() => void>();
  const made = new WorkModel(view, {
    list: async (statuses) => {
      asked.push(statuses.join(','));
      return { items: [request()], nextCursor: null };
    },
    cancel: async (id) => request({ id, status: 'cancelled' }),
    schedule: (task) => {
      tasks.add(task);
      return () => tasks.delete(task);
    },
    ...overrides,
  });
  /** Lets the time pass until what is scheduled is due. */
  const pass = async () => {
    for (const task of [...tasks]) {
      tasks.delete(task);
      task();
    }
    await settled();
  };
  return { made, asked, tasks, pass };
}

/** Until every answer has arrived that is there already. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const machine = { name: 'build-7', by: { userId: 'usr_1', name: 'Ann' }, since: '2026-11-27T12:00:00.000Z' };
const { id, source, repository, ref } = request();
const told = (status: 'queued' | 'running' | 'completed' | 'cancelled', name: string | null = null) => {
  const endedAt = status === 'completed' || status === 'cancelled' ? '2026-11-27T12:05:00.000Z' : null;
  const session = summary({ id: 'ses_1', status, endedAt, request: { id, source, repository, ref, machine: name } });
  return { type: 'session', session } as const;
};

describe('the queue of sessions that were asked for', () => {
  it('shows what waits or runs, or what is over, as the address says', async () => {
    expect([viewIn('over'), viewIn('open'), viewIn('else'), viewIn(undefined)]).toEqual(['over', 'open', 'open', 'open']);
    const [open, over] = [model(), model({}, 'over')];
    await Promise.all([open.made.list.load(), over.made.list.load()]);
    const shown = [...open.asked, ...over.asked].flatMap((statuses) => statuses.split(','));
    expect(shown.toSorted(), 'each status has its place').toEqual(RequestStatus.options.toSorted());
  });

  it('is read again when a session of it changes hands, and not at every event', async () => {
    const { made, asked } = model();
    await made.list.load();
    made.apply(told('queued'));
    made.apply(told('queued'));
    made.apply({ type: 'session', session: summary({ id: 'ses_2', status: 'running' }) });
    expect(asked).toHaveLength(2);
    made.apply(told('queued', 'build-7'));
    made.apply(told('running', 'build-7'));
    expect(asked).toHaveLength(4);
  });

  it.each(['open', 'over'] as const)(
    'shows under %s how a run ends, though its machine says so after its agent',
    async (view) => {
      let isOver = false;
      const items = () => ((view === 'over') === isOver ? [request({ status: isOver ? 'completed' : 'running', machine })] : []);
      const { made, tasks, pass } = model({ list: async () => ({ items: items(), nextCursor: null }) }, view);
      await made.list.load();
      made.apply(told('running', 'build-7'));
      await settled();
      expect(tasks.size, 'nothing is awaited while it runs').toBe(0);
      made.apply(told('completed', 'build-7'));
      await settled();
      expect(made.isEmpty.value).toBe(view === 'over');
      await pass();
      expect(tasks.size).toBe(1);
      isOver = true;
      await pass();
      expect([made.isEmpty.value, tasks.size]).toEqual([view === 'open', 0]);
    },
  );

  it('does not ask for ever how a run ended, nor after its page is left', async () => {
    const { made, asked, tasks, pass } = model();
    made.apply(told('completed', 'build-7'));
    await settled();
    for (let n = 0; n < 20; n++) await pass();
    expect(asked).toHaveLength(9);
    made.apply(told('cancelled', 'build-7'));
    await settled();
    made.stop();
    expect(tasks.size).toBe(0);
  });

  it('is read at the next word of the feed where it could not be read at the last', async () => {
    let isDown = true;
    const { made } = model({
      list: async () => {
        if (isDown) throw new Error('Down.');
        return { items: [request()], nextCursor: null };
      },
    });
    made.apply(told('queued'));
    await settled();
    expect([made.list.failure.value?.message, made.isEmpty.value]).toEqual(['Down.', false]);
    isDown = false;
    made.apply(told('queued'));
    await settled();
    expect(made.list.items.value).toHaveLength(1);
  });

  it('knows which of those that run are told to stop, by whomever', async () => {
    const { made } = model({ cancel: async () => request({ id: 'req_2', status: 'running', machine }) });
    await made.list.load();
    await made.cancel('req_2');
    made.apply(told('cancelled', 'build-7'));
    expect([...made.stopping.value]).toEqual(['req_2', 'req_1']);
    made.apply(told('running', 'build-7'));
    expect([...made.stopping.value]).toEqual(['req_2']);
  });

  it('loses what is cancelled', async () => {
    const { made } = model();
    await made.list.load();
    await made.cancel('req_1');
    expect(made.isEmpty.value).toBe(true);
  });
});

it('a request says in words how it stands and where it begins', () => {
  const standing = RequestStatus.options.map((status) => standingWords({ status, machine }));
  expect(standing).toEqual([
    'Waits for a machine',
    'build-7 prepares its checkout',
    'Runs on build-7',
    'Done on build-7',
    'Failed on build-7',
    'Cancelled',
  ]);
  expect(RequestStatus.options.map((status) => cancelWords({ title: 'X', status }))).toEqual([
    '“X” is told to stop.',
    '“X” is told to stop.',
    '“X” is told to stop.',
    '“X” was over already.',
    '“X” was over already.',
    '“X” is cancelled.',
  ]);
  expect(standingWords({ status: 'running', machine }, true)).toBe('Is being stopped on build-7');
  const stop = { by: { userId: 'usr_1', name: 'Sam' }, at: '2026-11-27T12:00:00Z' };
  expect(standingWords({ status: 'running', machine, stop })).toBe('Is being stopped by Sam on build-7');
  expect(standingWords({ status: 'failed', machine: null })).toBe('Failed');
  expect(placeWords(request())).toBe('github.com/acme/web at main');
  expect(placeWords(request({ repository: null, ref: null }))).toBe('');
});
