import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { AlertPage } from '../../wire/alert.ts';
import type { BudgetDetail } from '../../wire/budget.ts';
import type { CostReport } from '../../wire/cost-report.ts';
import type { Erasure } from '../../wire/erasure.ts';
import type { CreatedInvitation, CreatedToken, JoinAnswer } from '../../wire/identity.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { CreatedIntegration, Integration } from '../../wire/integration.ts';
import type { Page } from '../../wire/page.ts';
import type { CreatedBranch, SessionPage } from '../../wire/session.ts';
import type { CreatedSnapshot } from '../../wire/snapshot.ts';
import type { RequestPage } from '../../wire/work.ts';
import { erasePeople } from '../../worker/jobs/erase-people.ts';
import { alertDesk, slackDesk } from '../../worker/rooms/index.ts';
import { ReceptionBook } from '../../worker/rooms/reception/reception-book.ts';
import { RoomTables } from '../../worker/rooms/room-tables.ts';
import { SlackBook, slackMigrations } from '../../worker/rooms/slack/slack-book.ts';
import { signedByGitHub } from '../adapters/webhook-signatures.ts';
import { sessionFactOf } from '../domain/alerts/builders.ts';
import { makeArchiveRig } from '../routes/archive/rig.ts';
import { Browser, origin, password, refusal } from '../routes/identity/client.ts';
import { pullRequest, pullRequestEvent } from '../routes/work/github-bodies.ts';

const minuteMs = 60_000;

beforeAll(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

/** An organization with an owner and a further member, who has a name that no other text has. */
async function makeOrganization(name: string, words = 'Quentin Zebra') {
  const rig = await makeArchiveRig(name);
  const organizationId = rig.account.organization.id;
  const invite = async (role: string) =>
    (await rig.browser.json<CreatedInvitation>('/api/invitations', { body: { role } })).link.slice(`${origin}/join/`.length);
  const email = `zebra-${name.toLowerCase()}@example.com`;
  const them = new Browser();
  const joined = await them.json<JoinAnswer>(`/api/join/${await invite('admin')}`, { body: { email, password, name: words } });
  const { token } = await them.json<CreatedToken>(`/api/projects/${rig.account.project.id}/ingest-tokens`, {
    body: { name: 'laptop of Zebra' },
  });
  const post = (as: string, session: string, events: object[]) =>
    rig.fetch(`${origin}/hooks/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agent: 'tester', sessionId: session, events }),
    });
  const begin = async (as: string, session: string, events: object[] = [{ type: 'prompt', text: session }]) => {
    const { sessionId } = await (await post(as, session, events)).json<IngestAnswer>();
    await rig.later(sessionId, 0.05);
    return sessionId;
  };
  let minutes = 0;
  /** The cron's runs of so many minutes. */
  const run = async (count: number, bindings = env) => {
    for (let i = 0; i < count; i++) {
      minutes += 1;
      const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + minutes * minuteMs);
      try {
        await erasePeople(bindings, Date.now());
      } finally {
        now.mockRestore();
      }
    }
  };
  const github = ({ webhookPath, secret }: CreatedIntegration, event: string, body: object) => {
    const sent = new TextEncoder().encode(JSON.stringify(body));
    const headers = { 'x-github-event': event, 'x-github-delivery': crypto.randomUUID(), ...signedByGitHub(secret, sent) };
    return rig.fetch(origin + webhookPath, { method: 'POST', headers, body: sent });
  };
  return {
    ...rig,
    github,
    organizationId,
    them,
    email,
    words,
    userId: joined.user.id,
    theirToken: token,
    post,
    invite,
    own: (session: string, events?: object[]) => begin(rig.token, session, events),
    theirs: (session: string, events?: object[]) => begin(token, session, events),
    erase: (by: Browser = rig.browser, userId = joined.user.id) => by.call(`/api/members/${userId}/data`, { method: 'DELETE' }),
    erasures: async () => (await rig.browser.json<Page<Erasure>>('/api/erasures')).items,
    run,
  };
}

/** All that is stored anywhere, as one text. */
async function everything(organizationId: string, sessionIds: string[]): Promise<string> {
  const texts: string[] = [];
  const { results: tables } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'd1%'",
  ).all<{ name: string }>();
  for (const { name } of tables) {
    const { results } = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
    texts.push(...results.map((row) => `${name} ${JSON.stringify(row)}`));
  }
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await env.ARCHIVE.list({ prefix: `${organizationId}/`, ...(cursor && { cursor }) });
    for (const { key } of page.objects) {
      const object = await env.ARCHIVE.get(key);
      const stream = object?.body;
      const isPacked = key.endsWith('.gz');
      texts.push(`${key} ${await new Response(isPacked ? stream?.pipeThrough(new DecompressionStream('gzip')) : stream).text()}`);
    }
    more = page.truncated;
    cursor = page.truncated ? page.cursor : undefined;
  }
  const objects = [
    ...sessionIds.map((id) => env.SESSION_ROOM.getByName(`${organizationId}/${id}`)),
    env.BUDGET_LEDGER.getByName(organizationId),
    env.ALERT_DESK.getByName(organizationId),
    env.WORK_QUEUE.getByName(organizationId),
    env.OUTBOX.getByName(organizationId),
    env.RECEPTION.getByName(organizationId),
    env.SLACK_DESK.getByName(organizationId),
  ];
  for (const object of objects) {
    const rows = await runInDurableObject(object as DurableObjectStub, (_, { storage: { sql } }) =>
      sql
        .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
        .toArray()
        .flatMap(({ name }) =>
          sql
            .exec(`SELECT * FROM "${name}"`)
            .toArray()
            .map((row) => `${name} ${JSON.stringify(row)}`),
        ),
    );
    texts.push(...rows);
  }
  return texts.join('\n');
}

/** Connects the organization's Slack app as that person, who is called the same there, raised a budget and has something to be answered. */
async function inSlack(organizationId: string, by: { userId: string; name: string }): Promise<void> {
  const desk = slackDesk(env, organizationId);
  const app = { teamId: 'T1', teamName: 'Workspace', botToken: 'xoxb-1', signingSecret: 'f'.repeat(32), origin };
  await desk.saveApp({ ...app, by });
  await runInDurableObject(desk, (_, { storage }) => {
    const book = new SlackBook(new RoomTables(storage, slackMigrations));
    book.link({ slackUserId: 'U1', slackName: by.name, linkedAt: new Date().toISOString(), userId: by.userId });
    book.offer({ id: 'U1', name: by.name }, 'hash', Date.now() + minuteMs);
    book.saveRaise('key', { of: { sessionId: 'ses_1', from: 0 }, to: 1, resumes: false, by, isDone: true }, Date.now());
    const said = { kind: 'command' as const, teamId: 'T1', text: 'help', responseUrl: 'https://hooks.slack.com/1' };
    book.add('digest', { ...said, user: { id: 'U1', name: by.name } }, Date.now());
  });
}

describe('a person who is erased', () => {
  it('is named nowhere any more, wherever they were, and what is others’ stays', { timeout: 60_000 }, async () => {
    const organization = await makeOrganization('Everywhere');
    const { browser, them, words, email, userId, organizationId } = organization;
    const asThem = (path: string, body: object, method = 'POST') => them.call(path, { method, body });

    const theirs = await organization.theirs('theirs');
    const thrownAway = await organization.theirs('thrown away');
    await organization.store('of theirs');
    const gone = await them.json<CreatedSnapshot>(`/api/sessions/${theirs}/snapshots`, { body: { entries: [] } });
    await browser.call(`/api/sessions/${thrownAway}`, { method: 'DELETE' });
    const buried = await organization.theirs('buried');
    await browser.call(`/api/sessions/${buried}`, { method: 'DELETE' });
    await browser.call(`/api/trash/${buried}`, { method: 'DELETE' });

    const live = await organization.own('live', [
      { type: 'prompt', text: `I met Zebra, who is no person, and usr_else` },
      { type: 'tool.started', tool: 'Bash', toolUseId: 't1', input: { command: 'ls' } },
    ]);
    await asThem(`/api/sessions/${live}/control`, { action: 'pause' });
    await organization.batch('live', [{ type: 'message', text: `I was told: Paused by ${words} in Flightdeck. Stop here.` }]);
    await asThem(`/api/sessions/${live}/control`, { action: 'resume' });
    await asThem(`/api/sessions/${live}/messages`, { text: `go on. ${words} (${email})` });
    await asThem(`/api/sessions/${live}/budget`, { limitMicroUsd: 5_000_000 }, 'PUT');
    await them.json<CreatedBranch>(`/api/sessions/${live}/branches`, { body: { name: 'try it' } });
    const shot = await them.json<CreatedSnapshot>(`/api/sessions/${live}/snapshots`, { body: { entries: [] } });
    const held = await organization.own('held');
    await asThem(`/api/sessions/${held}/control`, { action: 'stop' });
    const archived = await organization.own('archived', [{ type: 'prompt', text: 'long ago' }]);
    await asThem(`/api/sessions/${archived}/control`, { action: 'stop' });
    for (const hours of [1, 26, 27]) await organization.later(archived, hours);
    const inTrash = await organization.own('in the trash', [
      { type: 'prompt', text: 'x' },
      { type: 'message', text: `Denied by ${words} in Flightdeck, I hear.` },
    ]);
    await asThem(`/api/sessions/${inTrash}`, {}, 'DELETE');
    const untouched = await organization.own('untouched');
    const wish = { projectId: organization.account.project.id, agent: 'claude-code', prompt: `a wish of ${words}` };
    await them.json('/api/session-requests', { body: wish });
    await them.json('/api/session-requests/claim', {
      body: { claimId: 'claim-of-theirs-1', machine: 'a laptop', agents: ['claude-code'], repositories: [] },
    });
    await them.json('/api/push/devices', {
      body: { name: 'phone', endpoint: 'https://push.example.com/1', keys: { p256dh: 'A'.repeat(87), auth: 'B'.repeat(22) } },
    });
    await inSlack(organizationId, { userId, name: words });
    const opened = (title: string) => pullRequestEvent('opened', { pull_request: { ...pullRequest, title } });
    const door = await them.json<CreatedIntegration>('/api/integrations', {
      body: { kind: 'github', name: 'Web', projectId: organization.account.project.id, triggers: [{ on: 'opened' }] },
    });
    await organization.github(door, 'pull_request', opened('Asked for before'));
    await runDurableObjectAlarm(env.RECEPTION.getByName(organizationId));
    // One that is still to be worked off when they are erased.
    const unheard = vi.spyOn(ReceptionBook.prototype, 'waiting').mockReturnValue([]);
    await organization.github(door, 'pull_request', opened('Asked for meanwhile'));
    await alertDesk(env, organizationId).hear(sessionFactOf({ id: live, status: 'failed', lastSeq: 1, endedAtMs: Date.now() }));
    const { items: alerts } = await them.json<AlertPage>('/api/alerts');
    for (const { id } of alerts) await asThem(`/api/alerts/${id}/acknowledge`, {});
    const budget = { scope: 'user', scopeId: userId, window: 'month', unit: 'micro_usd', limit: 5_000_000, action: 'warn' };
    await browser.json<BudgetDetail>('/api/budgets', { body: { name: 'theirs', ...budget } });
    await them.json('/api/invitations', { body: { role: 'viewer', email: 'friend@example.com' } });
    const sessions = [theirs, thrownAway, buried, live, held, archived, inTrash, untouched];
    const { items: listed } = await browser.json<SessionPage>('/api/sessions');
    const everybody = [...new Set([...sessions, ...listed.map(({ id }) => id)])];
    expect((await env.ARCHIVE.list({ prefix: `${organizationId}/sessions/${archived}/` })).objects).toHaveLength(1);
    const before = await everything(organizationId, everybody);
    for (const trace of [words, email, userId]) expect(before).toContain(trace);
    const eventsBefore = await Promise.all([untouched, live].map(async (id) => (await organization.events(id)).items));

    const answer = await organization.erase();
    expect(answer.status).toBe(202);
    const begun = await answer.json<Erasure>();
    expect(begun).toMatchObject({ name: words, finishedAt: null, erasedSessions: 0 });
    // What they could do ended at once.
    expect((await them.call('/api/me')).status).toBe(401);
    expect((await organization.post(organization.theirToken, 'theirs', [{ type: 'prompt', text: 'again' }])).status).toBe(401);
    expect(await (await organization.erase()).json<Erasure>()).toEqual(begun);
    for (const id of everybody) await evictDurableObject(organization.room(id));
    await organization.run(8);

    unheard.mockRestore();
    const [done] = await organization.erasures();
    expect(done).toMatchObject({ id: begun.id, name: null, erasedSessions: 5, erasedSnapshots: 1, failures: 0 });
    expect(done?.finishedAt).not.toBeNull();
    const after = await everything(organizationId, everybody);
    for (const trace of [words, email, userId]) expect(after.split('\n').filter((line) => line.includes(trace))).toEqual([]);
    for (const id of everybody) await evictDurableObject(organization.room(id));

    const statusOf = async (path: string) => (await browser.call(path)).status;
    expect(await Promise.all([theirs, thrownAway, live].map((id) => statusOf(`/api/sessions/${id}`)))).toEqual([404, 404, 200]);
    expect([await statusOf(`/api/snapshots/${gone.id}`), await statusOf(`/api/snapshots/${shot.id}`)]).toEqual([404, 200]);
    expect((await organization.events(untouched)).items).toEqual(eventsBefore[0]);
    const { items } = await organization.events(live);
    const [prompt] = items;
    expect(prompt).toEqual(eventsBefore[1]?.[0]);
    expect(items.map(({ type, seq }) => [type, seq])).toEqual(eventsBefore[1]?.map(({ type, seq }) => [type, seq]));
    const by = { userId: begun.id, name: 'Erased person' };
    expect(items.find(({ control }) => control?.action === 'paused')).toMatchObject({
      control: { by },
      text: 'Paused by Erased person in Flightdeck. Stop here and wait to be resumed.',
    });
    expect(items.find(({ control }) => control?.action === 'message_sent')).toMatchObject({
      control: { by },
      text: 'go on. Erased person (Erased person)',
    });
    const [old] = (await organization.events(archived)).items.filter(({ control }) => control?.action === 'stopped');
    expect(old).toMatchObject({ control: { by }, text: 'Stopped by Erased person in Flightdeck. Stop here.' });
    // What their sessions came to is still counted, as nobody's.
    const day = new Date().toISOString().slice(0, 10);
    const counted = await env.DB.prepare('SELECT sum(events) AS n FROM session_days WHERE organization_id = ? AND user_id = ?')
      .bind(organizationId, begun.id)
      .first<{ n: number }>();
    expect(counted?.n).toBeGreaterThan(0);
    await browser.json<CostReport>(`/api/costs?by=user&from=${day}&to=${day}`);

    // A session that is resumed goes on with its next event, and the one in the trash comes back.
    await organization.batch('archived', [{ type: 'prompt', text: 'once more' }]);
    expect((await organization.events(archived)).items.at(-1)).toMatchObject({ text: 'once more' });
    expect((await browser.call(`/api/trash/${inTrash}/restore`, { method: 'POST' })).status).toBe(204);
    expect((await organization.events(inTrash)).items[1]?.text).toBe('Denied by Erased person in Flightdeck, I hear.');
    // What their integration starts is nobody's.
    const { items: doors } = await browser.json<{ items: Integration[] }>('/api/integrations');
    expect(doors).toMatchObject([{ id: door.id, createdBy: 'Erased person' }]);
    await organization.github(door, 'pull_request', opened('Asked for after it'));
    await runDurableObjectAlarm(env.RECEPTION.getByName(organizationId));
    const { items: requests } = await browser.json<RequestPage>('/api/session-requests');
    const askedFor = requests.filter(({ title, status }) => title.includes('Asked for') && status === 'queued');
    expect(askedFor.map(({ requestedBy }) => requestedBy.userId)).toEqual([begun.id, begun.id]);
    // Repeated runs find nothing.
    await organization.run(2);
    expect(await organization.erasures()).toEqual([done]);
    expect(await refusal(await organization.erase())).toEqual([404, 'not_found']);
  });

  it('may have left before, and whoever was never here is nobody', async () => {
    const [organization, other] = [
      await makeOrganization('Left', 'Xaver Quagga'),
      await makeOrganization('Stayed', 'Yvonne Ibex'),
    ];
    const { browser, userId, words, organizationId } = organization;
    const met = await organization.own('met');
    await organization.them.call(`/api/sessions/${met}/control`, { body: { action: 'pause' } });
    const theirs = await organization.theirs('left behind');
    expect((await browser.call(`/api/members/${userId}`, { method: 'DELETE' })).status).toBe(204);
    expect(await refusal(await organization.erase(browser, other.userId))).toEqual([404, 'not_found']);
    const begun = await (await organization.erase()).json<Erasure>();
    expect(begun).toMatchObject({ name: words, finishedAt: null });
    await organization.run(8);
    expect((await organization.erasures())[0]).toMatchObject({ name: null, erasedSessions: 1 });
    const left = await everything(organizationId, [met, theirs]);
    expect(left.split('\n').filter((line) => line.includes(words) || line.includes(userId))).toEqual([]);
    for (const id of [userId, begun.id]) expect(await refusal(await organization.erase(browser, id))).toEqual([404, 'not_found']);
  });

  it('may be oneself, and never the last owner', async () => {
    const organization = await makeOrganization('Self');
    const { browser, account, them } = organization;
    const refused = await organization.erase(browser, account.user.id);
    expect(await refusal(refused)).toEqual([409, 'conflict']);
    expect(await organization.erasures()).toEqual([]);
    expect(await refusal(await organization.erase(them, account.user.id))).toEqual([403, 'forbidden']);
    expect((await browser.call('/api/me')).status).toBe(200);
    expect((await organization.erase(them)).status).toBe(202);
    expect((await them.call('/api/me')).status).toBe(401);
  });

  it('stays who they are in their other organizations, and comes back into this one only after it', async () => {
    const [one, other] = [await makeOrganization('One', 'Wanda Yak'), await makeOrganization('Other')];
    const { them } = one;
    await them.json(`/api/join/${await other.invite('member')}`, { body: {} });
    const elsewhere = { headers: { 'x-organization': other.organizationId } };
    const id = await other.own('elsewhere');
    await them.json(`/api/sessions/${id}/messages`, { body: { text: 'hello' }, ...elsewhere });
    expect((await one.erase()).status).toBe(202);
    const link = await one.invite('member');
    expect(await refusal(await them.call(`/api/join/${link}`, { body: {} }))).toEqual([409, 'conflict']);
    await one.run(6);
    expect((await one.erasures())[0]?.finishedAt).not.toBeNull();
    expect((await them.call('/api/me', elsewhere)).status).toBe(200);
    const said = (await other.events(id)).items.find(({ control }) => control?.action === 'message_sent');
    expect(said?.control?.by).toEqual({ userId: one.userId, name: 'Wanda Yak' });
    expect((await them.call(`/api/join/${link}`, { body: {} })).status).toBe(201);
  });

  it('is gone in the end whatever fails on the way, and whichever runs were lost or made twice', async () => {
    const organization = await makeOrganization('Failing', 'Ursula Xerus');
    const { them, words, organizationId } = organization;
    const named = await organization.own('named');
    await them.call(`/api/sessions/${named}/control`, { body: { action: 'pause' } });
    const theirs = await organization.theirs('gone');
    await organization.erase();
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const deaf = {
      ...env,
      SESSION_ROOM: new Proxy(env.SESSION_ROOM, {
        get: (on, key) =>
          key === 'getByName' ? () => ({ erasePerson: () => Promise.reject(new Error('unreachable')) }) : Reflect.get(on, key),
      }),
    };
    await organization.run(3, deaf);
    warned.mockRestore();
    expect((await organization.erasures())[0]).toMatchObject({ failures: 2, finishedAt: null });
    // The progress of a run is lost: it is made again.
    const progress = await env.DB.prepare('SELECT progress, due_at_ms AS due FROM erasures WHERE organization_id = ?')
      .bind(organizationId)
      .first<{ progress: string; due: number }>();
    await organization.run(1);
    await env.DB.prepare('UPDATE erasures SET progress = ?, due_at_ms = ? WHERE organization_id = ?')
      .bind(progress?.progress, progress?.due, organizationId)
      .run();
    for (const id of [named, theirs]) await evictDurableObject(organization.room(id));
    await organization.run(8);
    expect((await organization.erasures())[0]).toMatchObject({ failures: 0, name: null });
    const left = await everything(organizationId, [named, theirs]);
    expect(left.split('\n').filter((line) => line.includes(words) || line.includes(organization.userId))).toEqual([]);
  });
});
