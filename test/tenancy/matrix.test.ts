import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Role } from '../../wire/identity.ts';
import { app } from '../../worker/app.ts';
import { type Action, outranks, roleFor } from '../../worker/domain/access.ts';
import { type Row, rows } from './rows.ts';
import { type Ask, type Credential, send, Tenant } from './world.ts';

/** Every route of the app has a row in rows.ts, which says what it needs; this file holds it to that. */

/** Whom Slack knows by whichever token: the only request of these routes that leaves us. */
const slackKnows = { ok: true, team_id: 'T0123456789', team: 'Workspace' };
const outside = globalThis.fetch;
vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) =>
  String(input).startsWith('nowhere://slack') ? Response.json(slackKnows) : outside(input, init),
);
afterAll(() => vi.restoreAllMocks());

let acme: Tenant;
let rival: Tenant;
let spent: Record<string, Credential>;
let spentMachine: Record<string, Credential>;
beforeAll(async () => {
  [acme, rival] = await Promise.all([Tenant.make('Acme'), Tenant.make('Rival')]);
  spent = await acme.spentCredentials();
  spentMachine = await acme.spentMachineCredentials();
  await acme.listedSession();
  await acme.invitation();
  await acme.budget();
  await acme.rate();
  await acme.failMode();
  await acme.rule();
  await acme.approval();
  await acme.alert();
  await acme.alertRule();
  await acme.request();
  await acme.integration();
  await acme.slackApp();
  await acme.delivery();
  await acme.device(acme.as('viewer').userId);
});

/** Things that run for every path; they answer nothing by themselves. */
const middleware = new Set(['requestId', 'deliverCookies', 'checkOrigin', 'jsonBody', 'requireIngestToken']);

/** By method and pattern, as the router has them. A handler for all methods would escape the table, so there is none. */
const routes = [...new Set(app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`))];

describe('the matrix', () => {
  it('has a row for each route and a route for each row', () => {
    expect(Object.keys(rows).sort()).toEqual(routes.sort());
  });

  it('misses no handler that answers every method', () => {
    const everywhere = app.routes.filter(({ method }) => method === 'ALL').map(({ handler }) => handler.name);
    expect(everywhere.filter((name) => !middleware.has(name))).toEqual([]);
  });
});

const entries = Object.entries(rows);
const withNeed = (wanted: (row: Row) => boolean) => entries.filter(([, row]) => wanted(row));
const forActors = withNeed(
  ({ needs }) => needs !== 'nothing' && needs !== 'person' && needs !== 'machine' && needs !== 'signature',
);

interface Prepared {
  /** Asks as the row describes, with another credential. */
  as: (credential: Credential, more?: Ask) => Promise<Response>;
  least: Role;
}

async function prepare(route: string, row: Row): Promise<Prepared> {
  const [method = '', pattern = ''] = route.split(' ');
  // A row whose needs are no action is for whoever belongs to the organization.
  const least = row.least ?? (forActors.some(([key]) => key === route) ? roleFor(row.needs as Action) : 'viewer');
  const path = (await row.path?.(acme, acme.as(least))) ?? pattern;
  const { upgrade } = row;
  const body = row.bodyOf?.(acme) ?? row.body;
  return { as: (credential, more) => send(method, path, credential, { body, upgrade, ...more }), least };
}

/** What a refusal must look like; a WebSocket or stream that was opened after all is closed. */
async function expectRefused(response: Response, status: number, code: string, what: string) {
  const text = response.status === 101 ? '' : await firstChunk(response);
  expect([response.status, text], what).toEqual([status, expect.stringContaining(`"code":"${code}"`)]);
}

async function expectAnswered(response: Response, status: number, what: string): Promise<string> {
  response.webSocket?.accept();
  response.webSocket?.close(1000);
  const text = await firstChunk(response);
  expect(response.status, `${what}: ${text}`).toBe(status);
  return text;
}

/** All of an ordinary body, the beginning of one that never ends. */
async function firstChunk(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const reader = response.body?.getReader();
  const chunk = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(chunk?.value);
}

/** No id of the one tenant's things, and not its name, may be in what the other is answered. */
const ofAcme = (text: string) => [...acme.ids, acme.name].filter((each) => text.includes(each));

describe('a route of an organization', () => {
  it.each(forActors)('%s refuses whoever proves nothing', async (route, row) => {
    const { as } = await prepare(route, row);
    await expectRefused(await as({}), 401, 'unauthenticated', 'no credentials');
    for (const [what, credential] of Object.entries(spent))
      await expectRefused(await as(credential), 401, 'unauthenticated', what);
  });

  it.each(forActors)('%s refuses lower roles, and takes the least that may', async (route, row) => {
    const { as, least } = await prepare(route, row);
    for (const role of Role.options.filter((other) => outranks(least, other))) {
      await expectRefused(await as(acme.as(role).login), 403, 'forbidden', `${role}'s login`);
      await expectRefused(await as(acme.as(role).apiToken), 403, 'forbidden', `${role}'s API token`);
    }
    if (row.loginOnly) await expectRefused(await as(acme.as(least).apiToken), 403, 'forbidden', 'API token');
    await expectAnswered(await as(acme.as(least).login), row.ok, `${least}'s login`);
  });

  it.each(withNeed((row) => forActors.some(([, each]) => each === row) && !row.loginOnly))(
    '%s takes an API token as well as a login',
    async (route, row) => {
      const { as, least } = await prepare(route, row);
      await expectAnswered(await as(acme.as(least).apiToken), row.ok, `${least}'s API token`);
    },
  );

  it.each(forActors)('%s shows another organization nothing and lets it change nothing', async (route, row) => {
    const { as, least } = await prepare(route, row);
    const owner = rival.as('owner');
    const named = { 'x-organization': acme.organizationId };
    for (const credential of [owner.login, owner.apiToken]) {
      await expectRefused(await as(credential, { headers: named }), 404, 'not_found', "naming the other's organization");
      if (row.loginOnly && credential === owner.apiToken) continue;
      const answer = await as(credential);
      if (row.path && !row.pathIsShared) await expectRefused(answer, 404, 'not_found', "naming the other's things");
      else expect(ofAcme(await expectAnswered(answer, row.ok, 'its own')), 'its own').toEqual([]);
    }
    // Had any of it changed something, its owner would not find it as it was.
    await expectAnswered(await as(acme.as(least).login), row.ok, `${least}'s login afterwards`);
  });
});

describe('a list', () => {
  const isList = (route: string, { path, pathIsShared }: Row) =>
    route.startsWith('GET ') && (!path || pathIsShared) && !/\/(totals|retention)$/.test(route);
  const lists = forActors.filter(([route, row]) => isList(route, row));
  it.each(lists.filter(([, { upgrade }]) => !upgrade))('%s shows its own organization what it has', async (route, row) => {
    const { as, least } = await prepare(route, row);
    expect(ofAcme(await (await as(acme.as(least).login)).text())).not.toEqual([]);
  });
});

describe('a route of a person', () => {
  const forPeople = withNeed(({ needs }) => needs === 'person');

  it.each(forPeople)('%s refuses whoever proves nothing', async (route, row) => {
    const { as } = await prepare(route, row);
    await expectRefused(await as({}), 401, 'unauthenticated', 'no credentials');
    for (const [what, credential] of Object.entries(spent))
      await expectRefused(await as(credential), 401, 'unauthenticated', what);
  });

  it.each(forPeople)('%s answers each person with what is theirs', async (route, row) => {
    const { as } = await prepare(route, row);
    // Somebody of their own: these routes change what a person's next request is about.
    const { login, apiToken } = await rival.person('viewer');
    expect(ofAcme(await expectAnswered(await as(login), row.ok, 'login')), 'login').toEqual([]);
    const byToken = await as(apiToken);
    if (row.loginOnly) await expectRefused(byToken, 403, 'forbidden', 'API token');
    else expect(ofAcme(await expectAnswered(byToken, row.ok, 'API token')), 'API token').toEqual([]);
    const named = await as(login, { headers: { 'x-organization': acme.organizationId } });
    expect(ofAcme(await named.text()), "naming another's organization").toEqual([]);
  });
});

describe('a route of a machine', () => {
  const forMachines = withNeed(({ needs }) => needs === 'machine');

  it.each(forMachines)('%s refuses whoever proves nothing', async (route, row) => {
    const { as } = await prepare(route, row);
    await expectRefused(await as({}), 401, 'unauthenticated', 'no credentials');
    for (const [what, credential] of Object.entries(spentMachine))
      await expectRefused(await as(credential), 401, 'unauthenticated', what);
  });

  it.each(forMachines)('%s keeps sessions of the same name in two organizations apart', async (route, row) => {
    const { as } = await prepare(route, row);
    if (row.namesSession) {
      await expectAnswered(await as(await acme.machine()), row.ok, 'a machine of the first');
      return expectRefused(await as(await rival.machine()), 404, 'not_found', 'a machine of the second');
    }
    if (!row.about) throw new Error('The row has to say which session its body is about.');
    const [agent, externalId] = row.about;
    const read = async (tenant: Tenant) => {
      const path = `/api/sessions/${tenant.sessionIdOf(agent, externalId)}`;
      return expectAnswered(await send('GET', path, tenant.as('viewer').login), 200, path);
    };
    await expectAnswered(await as(await acme.machine()), row.ok, 'a machine of the first');
    const before = await read(acme);
    await expectAnswered(await as(await rival.machine()), row.ok, 'a machine of the second');
    expect(await read(acme)).toBe(before);
    expect(ofAcme(await read(rival)), "the second's session").toEqual([]);
  });
});

describe('a route of a service that signs', () => {
  const forServices = withNeed(({ needs }) => needs === 'signature');

  it.each(forServices)(
    '%s refuses whoever does not sign, whoever they are, and whether or not there is such an integration',
    async (route, row) => {
      const { as } = await prepare(route, row);
      const owner = acme.as('owner');
      for (const [what, credential] of Object.entries({
        none: {},
        login: owner.login,
        token: owner.apiToken,
        machine: await acme.machine(),
      }))
        await expectRefused(await as(credential, { body: {} }), 401, 'unauthenticated', what);
      const [method = '', pattern = ''] = route.split(' ');
      await expectRefused(await send(method, pattern, {}, { body: {} }), 401, 'unauthenticated', 'an unknown integration');
    },
  );
});

describe('a public route', () => {
  it.each(withNeed(({ needs }) => needs === 'nothing'))('%s answers anybody', async (route, row) => {
    const { as } = await prepare(route, row);
    await expectAnswered(await as({}), row.ok, 'no credentials');
  });

  it.each(withNeed(({ needs, path }) => needs === 'nothing' && path !== undefined))(
    '%s gives nothing for a secret that was never given out',
    async (route, row) => {
      const [method = '', pattern = ''] = route.split(' ');
      const response = await send(method, pattern.replace(':secret', 'guessed'), {}, { body: row.body });
      await expectRefused(response, 410, 'gone', 'a guess');
    },
  );
});

describe('another site', () => {
  const changing = withNeed(({ needs, upgrade }) => needs !== 'machine' && upgrade === true).concat(
    entries.filter(([route, { needs }]) => needs !== 'machine' && needs !== 'signature' && !route.startsWith('GET ')),
  );
  it.each(changing)('cannot make a browser call %s', async (route, row) => {
    const { as, least } = await prepare(route, row);
    const headers = { origin: 'https://evil.example' };
    await expectRefused(await as(acme.as(least).login, { headers }), 403, 'origin_mismatch', 'cookie');
  });
});
