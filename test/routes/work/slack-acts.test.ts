import { env } from 'cloudflare:workers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CreatedInvitation } from '../../../wire/identity.ts';
import type { IngestAnswer } from '../../../wire/ingest.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import type { SlackState } from '../../../wire/slack.ts';
import { SlackBook } from '../../../worker/rooms/slack/slack-book.ts';
import { SlackDesk } from '../../../worker/rooms/slack/slack-desk.ts';
import type { Browser } from '../identity/client.ts';
import { newcomer } from '../identity/newcomer.ts';
import { botToken, makeSlackRig, type SlackRig } from './slack-rig.ts';

let rig: SlackRig;
beforeAll(async () => {
  rig = await makeSlackRig('Slack acts');
  await rig.connect();
  await rig.link();
});
afterAll(() => vi.restoreAllMocks());

/** A session with a call that waits for a person. */
async function waiting() {
  const tool = `Tool${crypto.randomUUID().slice(0, 8)}`;
  await rig.browser.json('/api/rules', { body: { name: tool, on: 'call', tool, action: 'ask' } });
  const answer = await rig.batch(crypto.randomUUID(), [{ type: 'tool.started', tool }]);
  const { sessionId, verdict } = await answer.json<IngestAnswer>();
  if (verdict.type !== 'ask' || verdict.approvalId === undefined) throw new Error(`nobody was asked: ${verdict.type}`);
  return { key: crypto.randomUUID(), sessionId, callId: verdict.approvalId };
}
async function running(cost = 0) {
  const id = crypto.randomUUID();
  const usage = { type: 'usage', costMicroUsd: cost, model: 'x', usage: { input: 1 } };
  const answer = await rig.batch(id, [{ type: 'prompt', text: 'Mend <!channel> & more' }, ...(cost > 0 ? [usage] : [])]);
  const { sessionId } = await answer.json<IngestAnswer>();
  return { id, sessionId, key: crypto.randomUUID() };
}
const session = (id: string) => rig.browser.json<SessionSummary>(`/api/sessions/${id}`);
const words = (body: { blocks: object[] } | undefined) =>
  JSON.stringify(body?.blocks.find((block) => Object(block).type === 'context'));

describe('a button of a message', () => {
  it('allows a call in the name of the member, and the message says who did it and asks nothing any more', async () => {
    const subject = await waiting();
    const told = await rig.press('allow', subject);
    expect(told).toMatchObject({ replace_original: true, text: 'Allowed by Slack acts in Flightdeck.' });
    expect(told?.blocks.map((block) => Object(block).type)).toEqual(['header', 'section', 'context', 'actions']);
    expect(Object(told?.blocks.at(-1)).elements).toMatchObject([{ action_id: 'flightdeck_open' }]);
    const { items } = await rig.events(subject.sessionId);
    expect(items.at(-1)?.control).toMatchObject({
      action: 'approval_allowed',
      by: { userId: rig.account.user.id, name: 'Slack acts' },
    });
    expect((await session(subject.sessionId)).approvals ?? []).toEqual([]);
  });

  it('denies one, without the orders to the agent in what people read', async () => {
    const subject = await waiting();
    expect((await rig.press('deny', subject))?.text).toBe('Denied by Slack acts in Flightdeck.');
  });

  it('says who answered before, on the page or in another message', async () => {
    const subject = await waiting();
    await rig.browser.json(`/api/sessions/${subject.sessionId}/approvals/${subject.callId}`, { body: { decision: 'deny' } });
    const told = await rig.press('allow', subject);
    expect(told?.text).toBe('It is decided already. Denied by Slack acts in Flightdeck.');
    expect(told?.replace_original).toBe(true);
  });

  it('decides once, also where the desk dies before it wrote down what came of it', async () => {
    const subject = await waiting();
    const saved = vi.spyOn(SlackBook.prototype, 'saveReply').mockImplementationOnce(() => {
      throw new Error('gone');
    });
    await rig.send(rig.pressBody('allow', subject));
    await rig.workOff();
    saved.mockRestore();
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    await rig.workOff();
    later.mockRestore();
    expect(rig.answers.at(-1)?.body.text).toBe('Allowed by Slack acts in Flightdeck.');
    const { items } = await rig.events(subject.sessionId);
    expect(items.filter(({ control }) => control?.action === 'approval_allowed')).toHaveLength(1);
  });

  it('pauses a session, and names who paused it first', async () => {
    const subject = await running();
    expect((await rig.press('pause', subject))?.text).toBe('Paused by Slack acts.');
    expect((await session(subject.sessionId)).status).toBe('paused');
    expect((await rig.press('pause', subject))?.text).toBe('Paused by Slack acts.');
  });

  it('raises what holds a session by five dollars, once for each message however many press it', async () => {
    const { id, ...subject } = await running(2_000_000);
    await rig.browser.json(`/api/sessions/${subject.sessionId}/budget`, { method: 'PUT', body: { limitMicroUsd: 1_000_000 } });
    await rig.batch(id, [{ type: 'tool.started', tool: 'Bash' }]);
    expect((await session(subject.sessionId)).status).toBe('budget_exceeded');
    const bodies = [rig.pressBody('raise', subject), rig.pressBody('raise', subject)];
    await Promise.all(bodies.map((body) => rig.send(body)));
    await rig.workOff();
    expect(rig.answers.slice(-2).map(({ body }) => body.text)).toEqual([
      'Raised to $7.00 by Slack acts.',
      'Raised to $7.00 by Slack acts.',
    ]);
    expect((await session(subject.sessionId)).budget?.limitMicroUsd).toBe(7_000_000);
    const { items } = await rig.events(subject.sessionId);
    expect(items.filter(({ control }) => control?.action === 'budget_changed')).toHaveLength(2);
    const again = { ...subject, key: crypto.randomUUID() };
    expect((await rig.press('raise', again))?.text).toBe('No budget holds it any more.');
  });

  it('leaves a limit alone that somebody set while the desk was gone', async () => {
    const { id, ...subject } = await running(2_000_000);
    const limit = (limitMicroUsd: number) =>
      rig.browser.json(`/api/sessions/${subject.sessionId}/budget`, { method: 'PUT', body: { limitMicroUsd } });
    await limit(1_000_000);
    await rig.batch(id, [{ type: 'tool.started', tool: 'Bash' }]);
    const gone = vi.spyOn(SlackBook.prototype, 'saveRaise').mockImplementationOnce(function (this: SlackBook, ...plan) {
      this.saveRaise(...plan);
      throw new Error('gone');
    });
    await rig.send(rig.pressBody('raise', subject));
    await rig.workOff();
    gone.mockRestore();
    await limit(50_000_000);
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    await rig.workOff();
    later.mockRestore();
    expect((await session(subject.sessionId)).budget?.limitMicroUsd).toBe(50_000_000);
  });

  it('raises a budget that several share, once, also where the desk dies half-way', async () => {
    const mine = await makeSlackRig('Slack shared');
    await mine.connect();
    await mine.link();
    const budget = { scope: 'organization', window: 'lifetime', limit: 1_000_000 };
    const { id } = await mine.browser.json<{ id: string }>('/api/budgets', { body: budget });
    const sessionOf = crypto.randomUUID();
    const usage = { type: 'usage', costMicroUsd: 2_000_000, model: 'x', usage: { input: 1 } };
    await mine.batch(sessionOf, [{ type: 'prompt', text: 'x' }, usage]);
    const held = await mine.batch(sessionOf, [{ type: 'tool.started', tool: 'Bash' }]);
    const { sessionId, verdict } = await held.json<IngestAnswer>();
    expect(verdict.type).toBe('stop');
    const pressed = mine.pressBody('raise', { key: 'shared', sessionId });
    const saved = vi.spyOn(SlackBook.prototype, 'saveReply').mockImplementationOnce(() => {
      throw new Error('gone');
    });
    await mine.send(pressed);
    await mine.workOff();
    saved.mockRestore();
    const later = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5000);
    await mine.workOff();
    later.mockRestore();
    const [raised] = (await mine.browser.json<{ items: { id: string; limit: number; spent: number }[] }>('/api/budgets')).items;
    expect(raised?.id).toBe(id);
    expect(raised?.limit).toBe(7_000_000);
    expect(mine.answers.at(-1)?.body.text).toBe('Raised to $7.00 by Slack shared.');
  });

  it('does nothing for whoever may not, and says so to them alone', async () => {
    const subject = await running();
    const { browser } = await joined('viewer');
    await rig.link(browser, { user_id: 'U2', user_name: 'vera' });
    const told = await rig.press('pause', subject, { user: { id: 'U2', username: 'vera' } });
    expect(told).toMatchObject({
      response_type: 'ephemeral',
      replace_original: false,
      text: 'This needs the role member or above in Flightdeck; you are viewer.',
    });
    expect((await session(subject.sessionId)).status).not.toBe('paused');
  });

  it('about a session that is gone, or of another organization, says that it is not there', async () => {
    const other = await makeSlackRig('Slack other');
    const answer = await other.batch('theirs', [{ type: 'prompt', text: 'x' }]);
    const { sessionId } = await answer.json<IngestAnswer>();
    expect((await rig.press('pause', { key: 'k', sessionId }))?.text).toBe('This session is not there any more.');
  });

  it('that opens a page, or is none of ours, is acknowledged and not answered', async () => {
    const before = rig.answers.length;
    for (const action of ['open', 'else']) await rig.send(rig.pressBody(action, {}));
    await rig.send(new URLSearchParams({ payload: JSON.stringify({ type: 'view_closed', team: { id: 'T1' } }) }).toString());
    await rig.workOff();
    expect(rig.answers).toHaveLength(before);
  });
});

/** A member of the organization besides its owner. */
async function joined(role: string): Promise<{ browser: Browser; userId: string }> {
  const { browser, account } = await newcomer(`Slack ${crypto.randomUUID().slice(0, 8)}`);
  const { link } = await rig.browser.json<CreatedInvitation>('/api/invitations', { body: { role } });
  // It is the organization that they were in last, from then on.
  await browser.json(`/api/join/${link.split('/').at(-1)}`, { method: 'POST', body: {} });
  return { browser, userId: account.user.id };
}

describe('/flightdeck', () => {
  it('tells what there is, to whoever asks', async () => {
    const told = await rig.type('help', { user_id: 'U9' });
    expect(told).toMatchObject({ response_type: 'ephemeral' });
    expect(JSON.stringify(told?.blocks)).toContain('/flightdeck start &lt;project&gt; &lt;what to do&gt;');
    expect((await rig.type('dance'))?.text).toContain('There is no “dance”');
  });

  it('lists sessions and shows one, and nothing in what they are called becomes a mention or a link', async () => {
    const { sessionId } = await running();
    await rig.later(sessionId, 0.05);
    const list = JSON.stringify((await rig.type('sessions'))?.blocks);
    expect(list).toContain(sessionId);
    expect(list).toContain('&lt;!channel&gt; &amp; more');
    expect(list).not.toContain('<!channel>');
    const shown = JSON.stringify((await rig.type(`show https://flightdeck.test/x/sessions/${sessionId}`))?.blocks);
    expect(shown).toContain(`/${rig.organizationId}/sessions/${sessionId}|`);
    expect((await rig.type('show ses_aaaaaaaaaaaaaaaaaaaa'))?.text).toBe('There is no such session in this organization.');
  });

  it('pauses, resumes and stops one', async () => {
    const { sessionId } = await running();
    expect((await rig.type(`pause ${sessionId}`))?.text).toBe('Paused.');
    expect((await session(sessionId)).status).toBe('paused');
    expect((await rig.type(`resume ${sessionId}`))?.text).toBe('It goes on.');
    expect((await rig.type(`stop ${sessionId}`))?.text).toBe('Stopped.');
    expect((await session(sessionId)).status).toBe('cancelled');
    expect((await rig.type(`pause ${sessionId}`))?.text).toContain('This session has ended');
  });

  it('asks for a session in a project, and stopping it takes it off the queue', async () => {
    const told = await rig.type(`start "${rig.account.project.name.toUpperCase()}" Mend the &lt;login&gt;`);
    expect(told?.text).toContain('Asked for.');
    const { items } = await rig.browser.json<{ items: { sessionId: string; prompt: string; source: object; status: string }[] }>(
      '/api/session-requests',
    );
    expect(items[0]).toMatchObject({ prompt: 'Mend the <login>', source: { kind: 'slack' }, status: 'queued' });
    await rig.type(`stop ${items[0]?.sessionId}`);
    const after = await rig.browser.json<{ items: { status: string }[] }>('/api/session-requests');
    expect(after.items[0]?.status).toBe('cancelled');
    expect((await rig.type('start nowhere Mend it'))?.text).toContain('There is no project “nowhere”');
  });
});

describe('a Slack user', () => {
  it('whom nobody knows is given a link that works once, for whoever is logged in and confirms', async () => {
    const subject = await waiting();
    const told = await rig.press('allow', subject, { user: { id: 'U3', username: 'mallory' } });
    expect(told).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect((await session(subject.sessionId)).approvals).toHaveLength(1);
    const [, secret] = /\/slack\/([\w-]{43})/.exec(JSON.stringify(told)) ?? [];
    const { browser, userId } = await joined('member');
    const path = `/api/slack/links/${secret}`;
    expect(await browser.json(path)).toMatchObject({ slackUserId: 'U3', slackName: 'mallory', teamName: 'Acme' });
    expect(await browser.json(path, { method: 'POST', body: {} })).toMatchObject({ slackUserId: 'U3' });
    expect((await browser.call(path, { method: 'POST', body: {} })).status).toBe(404);
    expect((await browser.json<SlackState>('/api/slack')).account?.slackName).toBe('mallory');
    expect((await rig.press('allow', subject, { user: { id: 'U3', username: 'mallory' } }))?.replace_original).toBe(true);

    // Who leaves acts no more, and neither does who says so.
    expect((await rig.browser.call(`/api/members/${userId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await rig.type('sessions', { user_id: 'U3' }))?.text).toContain('does not know who you are');
  });

  it('is let go by the member, and a link is too old after a quarter of an hour', async () => {
    const { browser } = await joined('member');
    await rig.link(browser, { user_id: 'U4', user_name: 'bob' });
    expect((await browser.call('/api/slack/account', { method: 'DELETE' })).status).toBe(204);
    const told = await rig.type('sessions', { user_id: 'U4' });
    const [, secret] = /\/slack\/([\w-]{43})/.exec(JSON.stringify(told)) ?? [];
    const now = Date.now();
    const later = vi.spyOn(Date, 'now').mockReturnValue(now + 16 * 60_000);
    const answer = await rig.desk().offered(secret ?? '');
    later.mockRestore();
    expect(answer).toBeNull();
    expect(await rig.desk().offered(secret ?? '')).toMatchObject({ slackUserId: 'U4' });
  });
});

describe('a channel of the organization’s app', () => {
  it('needs no token of its own, and its messages have the buttons that fit', async () => {
    const channel = { name: 'Ops', settings: { kind: 'slack', channel: 'C0123456789' } };
    const { id } = await rig.browser.json<{ id: string }>('/api/channels', { body: channel });
    const subject = await waiting();
    const outbox = env.OUTBOX.getByName(rig.organizationId);
    const notification = {
      key: subject.key,
      kind: 'fired' as const,
      severity: 'warning' as const,
      title: 'It waits',
      body: 'Bash: rm',
      link: `/${rig.organizationId}/sessions/${subject.sessionId}`,
      ...{ sessionId: subject.sessionId, callId: subject.callId, dedupKey: 'd', at: new Date().toISOString(), facts: [] },
      actions: ['allow' as const, 'deny' as const, 'open' as const],
    };
    await outbox.post({ notification, channelIds: [id] });
    await vi.waitUntil(() => rig.posted.length > 0);
    const elements: { action_id: string; value?: string }[] = Object(rig.posted.at(-1)?.blocks.at(-1)).elements;
    expect(elements.map(({ action_id }) => action_id)).toEqual(['flightdeck_allow', 'flightdeck_deny', 'flightdeck_open']);
    const told = await rig.press('allow', JSON.parse(elements[0]?.value ?? ''));
    expect(words(told)).toContain('Allowed by Slack acts');
    // One with a token of its own needs the app for nothing but its buttons.
    const own = { name: 'Own', settings: { ...channel.settings, token: botToken } };
    const { id: ownId } = await rig.browser.json<{ id: string }>('/api/channels', { body: own });
    const away = vi.spyOn(SlackDesk.prototype, 'botToken').mockRejectedValue(new Error('away'));
    const before = rig.posted.length;
    await outbox.post({ notification: { ...notification, key: 'own' }, channelIds: [ownId] });
    await vi.waitUntil(() => rig.posted.length > before);
    away.mockRestore();
    expect(JSON.stringify(rig.posted.at(-1)?.blocks)).not.toContain('flightdeck_allow');
  });
});
