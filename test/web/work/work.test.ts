import { describe, expect, it } from 'vitest';
import { placeWords, standingWords, viewIn, WorkModel, type WorkPorts } from '../../../web/models/work/work.ts';
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
  const made = new WorkModel(view, {
    list: async (statuses) => {
      asked.push(statuses.join(','));
      return { items: [request()], nextCursor: null };
    },
    cancel: async (id) => request({ id, status: 'cancelled' }),
    ...overrides,
  });
  return { made, asked };
}

const machine = { name: 'build-7', by: { userId: 'usr_1', name: 'Ann' }, since: '2026-11-27T12:00:00.000Z' };
const { id, source, repository, ref } = request();
const told = (status: 'queued' | 'running', name: string | null = null) =>
  ({
    type: 'session',
    session: summary({ id: 'ses_1', status, request: { id, source, repository, ref, machine: name } }),
  }) as const;

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
    'waits for a machine',
    'build-7 prepares its checkout',
    'runs on build-7',
    'done on build-7',
    'failed on build-7',
    'cancelled',
  ]);
  expect(standingWords({ status: 'failed', machine: null })).toBe('failed');
  expect(placeWords(request())).toBe('github.com/acme/web at main');
  expect(placeWords(request({ repository: null, ref: null }))).toBe('');
});
