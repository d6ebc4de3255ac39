import { expect, it } from 'vitest';
import { cancelled, claimed, lapsed } from '../../../worker/domain/work/claim.ts';
import { entryWithout } from '../../../worker/domain/work/erased.ts';
import { requestOf } from '../../../worker/domain/work/request.ts';

const startMs = Date.parse('2026-11-27T12:00:00Z');
const sam = { userId: 'usr_sam', name: 'Sam' };
const ida = { userId: 'usr_ida', name: 'Ida' };
const wish = {
  organizationId: 'org_1',
  key: 'k',
  projectId: 'prj_1',
  agent: 'claude-code',
  prompt: 'go',
  source: { kind: 'api' as const, label: 'API' },
  requestedBy: sam,
};
const waiting = {
  request: requestOf(wish, { id: 'req_1', externalId: 'x', sessionId: 'ses_1' }, startMs),
  untold: [],
  lease: null,
  isStopped: false,
};
const claim = { claimId: 'claim', machine: 'build-7', agents: ['claude-code'], repositories: [], clones: false, by: sam };
const running = claimed(waiting, claim, startMs);

it('a request that a machine has names who stopped it first, and when, until it is over', () => {
  const stopped = cancelled(cancelled(running, ida, startMs + 1000), sam, startMs + 2000);
  expect(stopped.request.stop).toEqual({ by: ida, at: '2026-11-27T12:00:01.000Z' });
  const over = lapsed(stopped, startMs + 3600_000);
  expect(over.request).toMatchObject({ status: 'cancelled' });
  expect(over.request).not.toHaveProperty('stop');
});

it('a request that waits is over at once, and nobody is named', () => {
  expect(cancelled(waiting, ida, startMs).request).toMatchObject({ status: 'cancelled' });
  expect(cancelled(waiting, ida, startMs).request).not.toHaveProperty('stop');
});

it('whoever stopped it is named no more once they are erased', () => {
  const person = { ...ida, email: 'ida@example.com', pseudonym: 'erased_1' };
  const after = entryWithout(cancelled(running, ida, startMs), person);
  expect(JSON.stringify(after)).not.toMatch(/ida/i);
  expect(after.request).toMatchObject({ title: 'go', requestedBy: sam, stop: { by: { userId: 'erased_1' } } });
});
