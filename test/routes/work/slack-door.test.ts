import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../wire/limits.ts';
import type { SlackState } from '../../../wire/slack.ts';
import { app } from '../../../worker/app.ts';
import { SlackBook } from '../../../worker/rooms/slack/slack-book.ts';
import { mutated, mutations } from '../../adapters/mutated.ts';
import { signedBySlack } from '../../adapters/webhook-signatures.ts';
import { makeSlackRig, type SlackRig, signingSecret } from './slack-rig.ts';

let rig: SlackRig;
beforeAll(async () => {
  rig = await makeSlackRig('Slack door');
  await rig.connect();
});
afterAll(() => vi.restoreAllMocks());

const tasks = () =>
  runInDurableObject(rig.desk(), (_, { storage }) => storage.sql.exec('SELECT digest, payload, next_at FROM task').toArray());
const seconds = () => Math.floor(Date.now() / 1000);
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the door for Slack', () => {
  it('says back what Slack asks it to say, where Slack asks whether it is there', async () => {
    const hello = JSON.stringify({ type: 'url_verification', token: 'x', challenge: 'say it' });
    const answer = await rig.send(hello, 'application/json');
    expect([answer.status, await answer.json()]).toEqual([200, { challenge: 'say it' }]);
  });

  it('refuses what Slack did not sign, whichever of 500 changes was made to it, and leaves nothing', async () => {
    const before = await tasks();
    const body = rig.bytes(rig.commandBody('help'));
    const signed = { headers: signedBySlack(signingSecret, seconds(), body), body };
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const changed = mutated(signed, ['x-slack-request-timestamp', 'x-slack-signature'], mutation);
        fc.pre(changed !== undefined);
        const answer = await rig.raw(changed.body, { ...form, ...changed.headers });
        statuses.add(answer.status);
        await answer.arrayBuffer();
      }),
      { seed: 20261127, numRuns: 500, maxSkipsPerRun: 1000 },
    );
    expect(statuses).toEqual(new Set([401]));
    expect(await tasks()).toEqual(before);
  });

  it('refuses what is more than 300 seconds old, or of the future', async () => {
    const body = rig.bytes(rig.commandBody('help'));
    const at = async (offset: number) =>
      (await rig.raw(body, { ...form, ...signedBySlack(signingSecret, seconds() + offset, body) })).status;
    expect([await at(-310), await at(310)]).toEqual([401, 401]);
    expect(await at(-290)).toBe(200);
    await rig.workOff();
  });

  it('answers another workspace, an organization without an app and one that does not exist like a wrong signature, and writes nothing', async () => {
    const before = await tasks();
    const other = await makeSlackRig('Slack nobody');
    const body = rig.bytes(rig.commandBody('help'));
    const signed = { ...form, ...signedBySlack(signingSecret, seconds(), body) };
    const foreign = rig.bytes(rig.commandBody('help', { team_id: 'T2' }));
    const answers = [
      await rig.raw(body, { ...form, ...signedBySlack('0'.repeat(32), seconds(), body) }),
      await rig.raw(foreign, { ...form, ...signedBySlack(signingSecret, seconds(), foreign) }),
      await rig.raw(body, signed, other.organizationId),
      await rig.raw(body, signed, 'org_00000000000000000000000000'),
      await rig.raw(body, signed, 'nobody'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    const bodies = await Promise.all(answers.map(async (answer) => ({ ...(await answer.json<object>()), requestId: '' })));
    for (const each of bodies) expect(each).toEqual(bodies[0]);
    expect(await tasks()).toEqual(before);
    const tables = await runInDurableObject(env.SLACK_DESK.getByName('org_00000000000000000000000000'), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'task'").toArray(),
    );
    expect(tables).toEqual([]);
  });

  it('does once what comes fifty times at once, and again later', async () => {
    const mine = await makeSlackRig('Slack fifty');
    await mine.connect();
    await mine.link();
    const before = mine.answers.length;
    const { name } = mine.account.project;
    const text = mine.commandBody(`start "${name}" Mend the login`);
    const answers = await Promise.all(Array.from({ length: 50 }, () => mine.send(text)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await mine.workOff();
    await mine.send(text);
    await mine.workOff();
    expect(mine.answers.length - before).toBe(1);
    const { items } = await mine.browser.json<{ items: object[] }>('/api/session-requests');
    expect(items).toHaveLength(1);
  });

  it('acknowledges while D1 is down, and answers once it is back', async () => {
    const body = rig.bytes(rig.commandBody('sessions'));
    const down = {
      prepare: () => {
        throw new Error('D1 is down');
      },
    } as unknown as D1Database;
    const headers = { ...form, ...signedBySlack(signingSecret, seconds(), body) };
    const path = `/webhooks/slack/${rig.organizationId}`;
    const answer = await app.request(path, { method: 'POST', headers, body }, { ...env, DB: down });
    expect(answer.status).toBe(200);
    const before = rig.answers.length;
    await rig.workOff();
    expect(rig.answers).toHaveLength(before + 1);
  });

  it('answers after its object died, and before it knew that it had; twice rung, it answers once', async () => {
    const before = rig.answers.length;
    await rig.send(rig.commandBody('help'));
    await evictDurableObject(rig.desk());
    const saved = vi.spyOn(SlackBook.prototype, 'saveReply').mockImplementationOnce(() => {
      throw new Error('gone');
    });
    await rig.workOff();
    expect(rig.answers).toHaveLength(before);
    saved.mockRestore();
    await evictDurableObject(rig.desk());
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    await rig.workOff();
    await rig.workOff();
    later.mockRestore();
    expect(rig.answers).toHaveLength(before + 1);
  });

  it('waits as long as Slack says before it answers again, gives up where Slack has no use for it, and forgets what was said', async () => {
    const before = rig.answers.length;
    rig.mood.next.push(() => new Response('slow down', { status: 429, headers: { 'retry-after': '30' } }));
    await rig.send(rig.commandBody('help'));
    await rig.workOff();
    const workOffAfter = async (ms: number) => {
      const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + ms);
      await rig.workOff();
      later.mockRestore();
    };
    await workOffAfter(20_000);
    expect(rig.answers).toHaveLength(before);
    await workOffAfter(31_000);
    expect(rig.answers).toHaveLength(before + 1);

    rig.mood.next.push(() => new Response('expired_url', { status: 404 }));
    await rig.send(rig.commandBody('help'));
    await rig.workOff();
    expect((await tasks()).every(({ payload, next_at }) => payload === null && next_at === null)).toBe(true);
    await workOffAfter(limits.slackMemoryMs + 60_000);
    expect(await tasks()).toEqual([]);
  });

  it('repeats no answer to one person that may have arrived', async () => {
    const before = rig.answers.length;
    rig.mood.next.push(() => Promise.reject(new Error('reset')));
    await rig.send(rig.commandBody('help'));
    await rig.workOff();
    await rig.workOff();
    expect(rig.answers).toHaveLength(before);
  });

  it('sends answers to Slack alone', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const before = rig.answers.length;
    await rig.type('help', { response_url: 'https://evil.example.com/' });
    await rig.type('help', { response_url: 'http://127.0.0.1:1/' });
    await rig.type('help', { response_url: 'https://hooks.slack.com.evil.example.com/' });
    expect(rig.answers).toHaveLength(before);
    expect(warn).toHaveBeenCalledTimes(3);
    warn.mockRestore();
  });

  it('takes no more than Slack sends, and says so where too much waits', async () => {
    const huge = new Uint8Array(limits.maxSlackBytes + 1);
    expect((await rig.raw(huge, { ...form, ...signedBySlack(signingSecret, seconds(), huge) })).status).toBe(413);
    vi.spyOn(SlackBook.prototype, 'waitingCount', 'get').mockReturnValueOnce(limits.maxSlackWaiting);
    const full = await rig.send(rig.commandBody('help'));
    expect(await full.json()).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining('try again later') });
    // Beside a button Slack shows a warning of its own, where it is not answered with 200; pressing it once more is taken.
    vi.spyOn(SlackBook.prototype, 'waitingCount', 'get').mockReturnValueOnce(limits.maxSlackWaiting);
    const press = rig.pressBody('pause', { key: 'full', sessionId: 'ses_aaaaaaaaaaaaaaaaaaaa' });
    expect((await rig.send(press)).status).toBe(503);
    expect((await rig.send(press)).status).toBe(200);
    await rig.workOff();
  });
});

describe('the Slack app of an organization', () => {
  it('is checked at Slack before it is kept, and its secrets are never shown nor stored in the clear', async () => {
    const wrong = await rig.browser.call('/api/slack', { method: 'PUT', body: { botToken: 'xoxb-0000000000', signingSecret } });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { errors: [{ path: 'botToken', message: 'Slack does not know this token: copy it again.' }] },
    ]);
    const state = await rig.browser.json<SlackState>('/api/slack');
    expect(state.app).toMatchObject({ teamId: 'T1', teamName: 'Acme', lastReceivedAt: expect.any(String) });
    const kept = await runInDurableObject(rig.desk(), (_, { storage }) =>
      JSON.stringify(storage.sql.exec('SELECT * FROM meta').toArray()),
    );
    for (const text of [JSON.stringify(state), kept]) {
      expect(text).not.toContain(signingSecret);
      expect(text).not.toContain('xoxb-');
    }
    expect(await rig.browser.json('/api/slack/check', { method: 'POST', body: {} })).toEqual({
      ok: true,
      detail: 'Slack knows the app in Acme.',
    });
  });

  it('that lacks a scope, or that Slack cannot be asked about, is not kept', async () => {
    const body = { botToken: 'xoxb-1234567890', signingSecret };
    rig.mood.next.push(() =>
      Response.json({ ok: true, team_id: 'T1', team: 'Acme' }, { headers: { 'x-oauth-scopes': 'chat:write' } }),
    );
    const lacking = await rig.browser.call('/api/slack', { method: 'PUT', body });
    expect(await lacking.json()).toMatchObject({ detail: expect.stringContaining('lacks commands') });
    rig.mood.next.push(() => new Response('', { status: 500 }));
    expect((await rig.browser.call('/api/slack', { method: 'PUT', body })).status).toBe(503);
  });

  it('is made from a manifest that leads everything to this organization’s door', async () => {
    const { manifest } = await rig.browser.json<SlackState>('/api/slack');
    const url = `https://flightdeck.test/webhooks/slack/${rig.organizationId}`;
    expect(JSON.parse(manifest)).toMatchObject({
      features: { slash_commands: [{ command: '/flightdeck', url }] },
      settings: { interactivity: { is_enabled: true, request_url: url } },
    });
  });

  it('that is disconnected lets nobody in', async () => {
    const gone = await makeSlackRig('Slack gone');
    await gone.connect();
    await gone.link();
    expect((await gone.browser.call('/api/slack', { method: 'DELETE' })).status).toBe(204);
    expect((await gone.send(gone.commandBody('help'))).status).toBe(401);
    expect(await gone.browser.json('/api/slack')).toMatchObject({ app: null, account: null });
  });
});
