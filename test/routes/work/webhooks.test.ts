import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CreatedIntegration } from '../../../wire/integration.ts';
import { limits } from '../../../wire/limits.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { app } from '../../../worker/app.ts';
import { integrationId } from '../../../worker/domain/work/integration-id.ts';
import { newId } from '../../../worker/ids.ts';
import { ReceptionBook } from '../../../worker/rooms/reception/reception-book.ts';
import { WorkQueue } from '../../../worker/rooms/work/work-queue.ts';
import { mergeRequestEvent, noteEvent, otherEvents } from '../../adapters/gitlab/bodies.ts';
import { mutated, mutations } from '../../adapters/mutated.ts';
import { signedByGitHub, signedByGitLab } from '../../adapters/webhook-signatures.ts';
import { type DoorRig, makeDoorRig } from './door-rig.ts';
import { commentEvent, pullRequest, pullRequestEvent } from './github-bodies.ts';

let rig: DoorRig;
beforeAll(async () => {
  rig = await makeDoorRig('Doors');
});
afterEach(() => vi.restoreAllMocks());

const bytes = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
const titled = (title: string) => pullRequestEvent('opened', { pull_request: { ...pullRequest, title } });
const onOpened = { triggers: [{ on: 'opened' }] };

describe('a pull request that was opened', () => {
  it('is a queued session at its head, whose agent is told what it is about', async () => {
    const github = await rig.integration({ ...onOpened, name: 'First' });
    expect((await rig.github(github, 'pull_request', titled('Mend the login'), 'delivery-1')).status).toBe(202);
    await rig.workOff();
    const [event] = (await rig.received(github.id)).items;
    expect(event).toMatchObject({ id: 'delivery-1', event: 'pull_request', outcome: 'started' });
    const session = await rig.browser.json<SessionSummary>(`/api/sessions/${event?.sessionId}`);
    expect(session).toMatchObject({
      status: 'queued',
      title: 'Mend the login (#12)',
      request: {
        repository: 'github.com/acme/web',
        ref: 'refs/pull/12/head',
        source: { kind: 'github', label: 'acme/web#12', url: 'https://github.com/acme/web/pull/12', integrationId: github.id },
      },
    });
    const [request] = await rig.requests();
    expect(request?.prompt).toContain('Review pull request #12 in `acme/web`');
    expect(request?.requestedBy).toEqual({ userId: rig.account.user.id, name: 'ada' });
  });

  it('is one session, however often and under whatever id it is delivered, at the same time or later', async () => {
    const github = await rig.integration(onOpened);
    const body = titled('Fifty copies');
    const answers = await Promise.all(Array.from({ length: 50 }, () => rig.github(github, 'pull_request', body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    await rig.workOff();
    await rig.github(github, 'pull_request', body);
    await rig.workOff();
    expect((await rig.received(github.id)).items).toHaveLength(1);
    expect((await rig.requests()).filter(({ title }) => title.startsWith('Fifty copies'))).toHaveLength(1);
  });

  it('is one session, also where the reception dies before and after it asked for it', async () => {
    const github = await rig.integration(onOpened);
    await rig.github(github, 'pull_request', titled('Evicted'));
    await evictDurableObject(rig.reception());
    // It dies before it writes down what came of it.
    vi.spyOn(ReceptionBook.prototype, 'settle').mockImplementationOnce(() => {
      throw new Error('gone');
    });
    await rig.workOff();
    await evictDurableObject(rig.reception());
    await rig.workOff();
    expect((await rig.received(github.id)).items).toMatchObject([{ outcome: 'started' }]);
    expect((await rig.requests()).filter(({ title }) => title.startsWith('Evicted'))).toHaveLength(1);
  });

  it('is answered while D1 is down, and worked off', async () => {
    const github = await rig.integration(onOpened);
    const body = bytes(titled('Without D1'));
    const down = {
      prepare: () => {
        throw new Error('D1 is down');
      },
    } as unknown as D1Database;
    const headers = { 'x-github-event': 'pull_request', ...signedByGitHub(github.secret, body) };
    const answer = await app.request(github.webhookPath, { method: 'POST', headers, body }, { ...env, DB: down });
    expect(answer.status).toBe(202);
    await rig.workOff();
    expect((await rig.received(github.id)).items).toMatchObject([{ outcome: 'started' }]);
  });

  it('is told as refused where too many sessions wait already', async () => {
    const full = await makeDoorRig('Full');
    const github = await full.integration(onOpened);
    await full.github(github, 'pull_request', titled('Too many'));
    vi.spyOn(WorkQueue.prototype, 'add').mockResolvedValueOnce({ ok: false, code: 'quota_exceeded', message: 'Too many wait.' });
    await full.workOff();
    expect((await full.received(github.id)).items).toMatchObject([{ outcome: 'ignored', detail: 'Too many wait.' }]);
  });
});

describe('a comment', () => {
  it('that speaks to us is a session that does what it says; one of a stranger is told as ignored', async () => {
    const github = await rig.integration();
    await rig.github(github, 'issue_comment', commentEvent('@flightdeck mend the tests'));
    await rig.github(github, 'issue_comment', commentEvent('@flightdeck mine bitcoin', 'NONE'));
    await rig.github(github, 'issue_comment', commentEvent('Looks good to me'));
    await rig.workOff();
    expect((await rig.received(github.id)).items).toMatchObject([
      { outcome: 'ignored', detail: 'The comment does not say @flightdeck.' },
      { outcome: 'ignored', detail: 'ada is not among those whose events start sessions.' },
      { outcome: 'started' },
    ]);
    expect((await rig.requests())[0]?.prompt).toContain('mend the tests');
  });
});

describe('GitLab', () => {
  it('is let in with its secret token or a signature, and starts sessions', async () => {
    const token = await rig.integration({ kind: 'gitlab', triggers: [{ on: 'opened' }, { on: 'comment' }] });
    const signingToken = `whsec_${btoa('0123456789abcdef0123456789abcdef')}`;
    const signing = await rig.integration({ kind: 'gitlab', secret: signingToken });
    const opened = bytes(mergeRequestEvent('open'));
    const byToken = { 'x-gitlab-event': 'Merge Request Hook', 'x-gitlab-token': token.secret };
    expect((await rig.raw(token.webhookPath, byToken, opened)).status).toBe(202);
    const note = bytes(noteEvent('@flightdeck count again'));
    const signed = signedByGitLab(signingToken, 'msg-1', Math.floor(Date.now() / 1000), note);
    expect((await rig.raw(signing.webhookPath, { 'x-gitlab-event': 'Note Hook', ...signed }, note)).status).toBe(202);
    await rig.workOff();
    for (const { id } of [token, signing]) expect((await rig.received(id)).items).toMatchObject([{ outcome: 'started' }]);
    expect((await rig.requests())[0]).toMatchObject({
      repository: 'gitlab.example.com/analytical/engine',
      ref: 'refs/merge-requests/3/head',
    });
  });

  it('may send whatever else it has', async () => {
    const gitlab = await rig.integration({ kind: 'gitlab' });
    const send = (event: string) =>
      rig.raw(gitlab.webhookPath, { 'x-gitlab-event': event, 'x-gitlab-token': gitlab.secret }, bytes({}));
    for (const event of otherEvents) expect((await send(event)).status).toBe(202);
    expect((await rig.received(gitlab.id)).items).toEqual([]);
  });
});

describe('a delivery that its service did not sign', () => {
  it('is refused, whichever of 500 changes was made to it, and leaves nothing', async () => {
    const github = await rig.integration(onOpened);
    const body = bytes(titled('Forged'));
    const signed = { headers: signedByGitHub(github.secret, body), body };
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const changed = mutated(signed, ['x-hub-signature-256'], mutation);
        fc.pre(changed !== undefined);
        const answer = await rig.raw(github.webhookPath, { 'x-github-event': 'pull_request', ...changed.headers }, changed.body);
        statuses.add(answer.status);
        await answer.arrayBuffer();
      }),
      { seed: 20261127, numRuns: 500, maxSkipsPerRun: 1000 },
    );
    expect(statuses).toEqual(new Set([401]));
    expect((await rig.received(github.id)).items).toEqual([]);
    expect((await rig.listed(github.id))?.lastReceivedAt).toBeNull();
  });

  it('is answered alike whether there is such an integration or not, and an unknown one leaves no tables behind', async () => {
    const github = await rig.integration();
    const unknown = integrationId('org_00000000000000000000000000', newId('int'));
    const other = await rig.raw(github.webhookPath.replace('github', 'gitlab'), { 'x-gitlab-token': github.secret }, bytes({}));
    const none = await rig.raw(`/webhooks/github/${unknown}`, signedByGitHub('', bytes({})), bytes({}));
    const wrong = await rig.raw(github.webhookPath, signedByGitHub('wrong', bytes({})), bytes({}));
    const answers = await Promise.all(
      [other, none, wrong].map(async (each) => ({ ...(await each.json<object>()), requestId: '' })),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const tables = await runInDurableObject(env.RECEPTION.getByName('org_00000000000000000000000000'), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('integration', 'delivery')").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it('of more bytes than any service sends is not read', async () => {
    const github = await rig.integration();
    const huge = new Uint8Array(limits.maxWebhookBytes + 1);
    expect((await rig.raw(github.webhookPath, signedByGitHub(github.secret, huge), huge)).status).toBe(413);
  });
});

describe('an integration', () => {
  const states = async (github: CreatedIntegration, title: string) => {
    const { status } = await rig.github(github, 'pull_request', titled(title));
    const [latest] = (await rig.received(github.id)).items;
    return { status, detail: latest?.detail };
  };

  it('tells that its service has said hello, and never tells its secrets', async () => {
    const github = await rig.integration({ accessToken: 'ghp_secret' });
    expect(github.secret.length).toBeGreaterThan(40);
    expect(await rig.listed(github.id)).toMatchObject({ lastReceivedAt: null, hasAccessToken: true });
    await rig.github(github, 'ping', { zen: 'Design for failure.' });
    expect(await rig.listed(github.id)).toMatchObject({ lastEvent: 'ping', lastReceivedAt: expect.any(String) });
    const shown = JSON.stringify(await rig.listed(github.id));
    const kept = await runInDurableObject(rig.reception(), (_, { storage }) =>
      JSON.stringify(storage.sql.exec('SELECT kept FROM integration').toArray()),
    );
    for (const text of [shown, kept]) {
      expect(text).not.toContain(github.secret);
      expect(text).not.toContain('ghp_secret');
    }
  });

  it('that is paused takes what comes and starts nothing', async () => {
    const github = await rig.integration(onOpened);
    await rig.browser.json(`/api/integrations/${github.id}`, { method: 'PATCH', body: { isPaused: true } });
    expect(await states(github, 'Paused')).toEqual({ status: 202, detail: 'The integration is paused.' });
  });

  it('has another secret from the moment on that it is changed', async () => {
    const github = await rig.integration(onOpened);
    const secret = 'another secret of some length';
    await rig.github(github, 'ping', {});
    await rig.browser.json(`/api/integrations/${github.id}`, { method: 'PATCH', body: { secret, accessToken: null } });
    expect((await states(github, 'Old secret')).status).toBe(401);
    expect((await states({ ...github, secret }, 'New secret')).status).toBe(202);
  });

  it('that was deleted lets nobody in; what it promised is kept', async () => {
    const github = await rig.integration(onOpened);
    await rig.github(github, 'pull_request', titled('Promised'));
    expect((await rig.browser.call(`/api/integrations/${github.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await rig.github(github, 'pull_request', titled('Late'))).status).toBe(401);
    await rig.workOff();
    const titles = (await rig.requests()).map(({ title }) => title);
    expect(titles.filter((title) => /^(Promised|Late)/.test(title))).toEqual(['Promised (#12)']);
  });

  it('is refused with a sentence where something of it is wrong', async () => {
    const { id: projectId } = rig.account.project;
    const wrong = async (over: object) => {
      const answer = await rig.browser.call('/api/integrations', { body: { kind: 'github', name: 'Wrong', projectId, ...over } });
      const { errors } = await answer.json<{ errors?: { path: string; message: string }[] }>();
      return [answer.status, errors?.[0]?.path, errors?.[0]?.message];
    };
    expect(await wrong({ triggers: [{ on: 'label' }] })).toEqual([
      400,
      'triggers',
      'A trigger on a label names it, and no other does.',
    ]);
    expect(await wrong({ secret: 'short' })).toEqual([400, 'secret', 'A secret has at least 16 characters.']);
    expect(await wrong({ apiUrl: 'http://gitlab.internal' })).toEqual([400, 'apiUrl', expect.stringContaining('https://')]);
    expect(await wrong({ projectId: 'prj_none' })).toEqual([404, undefined, undefined]);
  });

  it('shows what came page by page, and forgets it after a week', async () => {
    const github = await rig.integration(onOpened);
    for (const title of ['One', 'Two', 'Three']) await rig.github(github, 'pull_request', titled(title));
    await rig.workOff();
    const first = await rig.received(github.id, '?limit=2');
    const second = await rig.received(github.id, `?limit=2&cursor=${first.nextCursor}`);
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + limits.webhookMemoryMs + 1);
    await rig.workOff();
    now.mockRestore();
    expect((await rig.received(github.id)).items).toEqual([]);
  });
});
