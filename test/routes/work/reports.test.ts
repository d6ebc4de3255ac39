import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CreatedIntegration } from '../../../wire/integration.ts';
import { Outbox } from '../../../worker/rooms/outbox/outbox.ts';
import type { Report } from '../../../worker/rooms/reception/reception-threads.ts';
import { SessionRoom } from '../../../worker/rooms/session/session-room.ts';
import { type DoorRig, makeDoorRig } from './door-rig.ts';
import { pullRequest, pullRequestEvent } from './github-bodies.ts';

let rig: DoorRig;
beforeAll(async () => {
  rig = await makeDoorRig('Reports');
});
afterEach(() => vi.restoreAllMocks());

const withAccess = { triggers: [{ on: 'opened' }], accessToken: 'ghp_secret' };

/** A pull request that was opened, and the session that it is. */
async function opened(github: CreatedIntegration, title: string): Promise<string> {
  await rig.github(github, 'pull_request', pullRequestEvent('opened', { pull_request: { ...pullRequest, title } }));
  await rig.workOff();
  const [event] = (await rig.received(github.id)).items;
  return event?.sessionId ?? '';
}

/** What the outbox was given to tell about a session: kind, number and status. */
const told = (sessionId: string) =>
  runInDurableObject(env.OUTBOX.getByName(rig.account.organization.id), (_, { storage }) =>
    storage.sql
      .exec('SELECT kind, key, target, payload FROM delivery ORDER BY id')
      .toArray()
      .filter(({ key }) => String(key).startsWith(sessionId))
      .map(({ kind, key, payload }) => {
        const report: Report = JSON.parse(String(payload));
        return `${kind} ${String(key).split('/')[1]} ${report.session.status}`;
      }),
  );

/** Has the reception look again as if it were later. */
async function later(seconds: number): Promise<void> {
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + seconds * 1000);
  await rig.workOff();
  now.mockRestore();
}

describe('a session that a pull request asked for', () => {
  it('is told there when it is queued, when it changes and when it is over, and then not looked at any more', async () => {
    const github = await rig.integration(withAccess);
    const sessionId = await opened(github, 'Told');
    expect(await told(sessionId)).toEqual(['github-comment 1 queued', 'github-status 1 queued']);
    await later(15);
    expect(await told(sessionId)).toHaveLength(2);
    const [request] = await rig.requests();
    await rig.browser.json(`/api/session-requests/${request?.id}/cancel`, { method: 'POST' });
    await evictDurableObject(rig.reception());
    await later(30);
    expect((await told(sessionId)).slice(2)).toEqual(['github-comment 2 cancelled', 'github-status 2 cancelled']);
    await later(120);
    const threads = await runInDurableObject(rig.reception(), (_, { storage }) =>
      storage.sql.exec('SELECT session FROM thread WHERE session = ?', sessionId).toArray(),
    );
    expect(threads).toEqual([]);
    expect(await told(sessionId)).toHaveLength(4);
  });

  it('is told once, also where the outbox cannot be reached, or we die before we know that it has it', async () => {
    const github = await rig.integration(withAccess);
    const post = vi.spyOn(Outbox.prototype, 'post').mockImplementationOnce(() => {
      throw new Error('gone');
    });
    const sessionId = await opened(github, 'Interrupted');
    expect(post).toHaveBeenCalledOnce();
    expect(await told(sessionId)).toEqual([]);
    await evictDurableObject(rig.reception());
    await later(15);
    expect(await told(sessionId)).toEqual(['github-comment 1 queued', 'github-status 1 queued']);
  });

  it('is told when its room has heard of it, however late that is', async () => {
    const github = await rig.integration(withAccess);
    const summary = vi.spyOn(SessionRoom.prototype, 'summary').mockReturnValue(null);
    const sessionId = await opened(github, 'Late');
    await later(3600);
    expect(await told(sessionId)).toEqual([]);
    summary.mockRestore();
    await later(2 * 3600);
    expect(await told(sessionId)).toEqual(['github-comment 1 queued', 'github-status 1 queued']);
  });

  it('is told nowhere without an access token', async () => {
    const github = await rig.integration({ triggers: [{ on: 'opened' }] });
    expect(await told(await opened(github, 'Untold'))).toEqual([]);
  });

  it('is refused to be told once the integration is gone', async () => {
    const github = await rig.integration(withAccess);
    const reception = rig.reception();
    expect(await reception.access(github.id)).toEqual({ apiUrl: null, accessToken: 'ghp_secret' });
    await rig.browser.call(`/api/integrations/${github.id}`, { method: 'DELETE' });
    expect(await reception.access(github.id)).toBeNull();
  });
});
