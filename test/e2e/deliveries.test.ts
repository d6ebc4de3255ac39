import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type Account, signUp } from '../../scripts/local/account.ts';
import type { ChannelSettings, ChannelWithSecret } from '../../wire/channel.ts';
import type { Delivery } from '../../wire/delivery.ts';
import type { CreatedIntegration } from '../../wire/integration.ts';
import type { Page } from '../../wire/page.ts';
import type { SessionRequest } from '../../wire/work.ts';
import { hashSecret } from '../../worker/credentials/random-secret.ts';
import { merge, mergeRequestEvent } from '../adapters/gitlab/bodies.ts';
import { signedByGitHub } from '../adapters/webhook-signatures.ts';
import { pullRequest, pullRequestEvent } from '../routes/work/github-bodies.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { seededRandom } from './seeded-random.ts';
import { startServerProcess, temporaryFolder } from './server-process.ts';
import { standInForGitHub, standInForGitLab } from './stand-ins/code-hosts.ts';
import { standInForPagerDuty } from './stand-ins/pagerduty.ts';
import { standInForSlack, standInForSlackWebhooks } from './stand-ins/slack.ts';
import { type Fault, retryAfterSeconds } from './stand-ins/stand-in.ts';
import { standInForWebhooks } from './stand-ins/webhooks.ts';

const kills = Number(process.env.KILLS ?? 10);
const seed = Number(process.env.SEED ?? 20_261_127);
/** Of each kind, channels and what each is sent in one round: a round ends with a kill. */
const channelsOfKind = 5;
const perRound = 5;
const eventsPerRound = 3;
const incomingPerRound = 5;

const botToken = 'xoxb-1234567890-stand-in';
const faults: Fault[] = ['busy', 'busy', 'broken', 'broken after', 'silent', 'silent after', 'cut', 'cut after'];
/** An incoming webhook that says 500 has not taken it: there is no telling otherwise. */
const faultsOfIncoming = faults.filter((fault) => fault !== 'broken after');

it(`1,000 deliveries to receivers that fail three times in ten arrive once and in order, through ${kills} SIGKILLs`, async () => {
  const random = seededRandom(seed);
  const some = (kinds: Fault[]) => () => (random() < 0.3 ? (kinds[Math.floor(random() * kinds.length)] ?? null) : null);
  const slack = await standInForSlack(botToken, some(faults));
  const incoming = await standInForSlackWebhooks(some(faultsOfIncoming));
  const pagerDuty = await standInForPagerDuty(some(faults));
  const webhooks = await standInForWebhooks(some(faults));
  const github = await standInForGitHub('ghp_stand_in', some(faults));
  const gitlab = await standInForGitLab('glpat-stand-in', some(faults));
  const services = [slack, incoming, pagerDuty, webhooks, github, gitlab];
  onTestFinished(() => {
    for (const service of services) service.close();
  });

  const stateDir = temporaryFolder();
  const settings = [
    'ALLOW_LOOPBACK=1',
    'DELIVERY_WAIT_MS=50',
    'DELIVERY_PATIENCE_MS=500',
    `SLACK_API=${slack.url}`,
    `PAGERDUTY_API=${pagerDuty.url}`,
    `GITHUB_API=${github.url}`,
    `GITLAB_API=${gitlab.url}`,
  ];
  writeFileSync(join(stateDir, 'secrets.env'), `${settings.join('\n')}\n`, { mode: 0o600 });
  let server = await startServerProcess({ stateDir });
  const { url, port } = server;
  onTestFinished(() => server.kill());

  const account = await signUp(url, person('deliveries'));
  const other = await signUp(url, person('incoming'));
  const add = (to: Account, name: string, channel: ChannelSettings) =>
    to.call<ChannelWithSecret>('POST', '/api/channels', { name, settings: channel });
  const each = Array.from({ length: channelsOfKind }, (_, n) => n);
  const slackId = (n: number) => `C00000000${n}`;
  const routingKey = (n: number) => `R${n}`.padEnd(32, '0');
  const inSlack = await Promise.all(
    each.map((n) => add(account, `Slack ${n}`, { kind: 'slack', token: botToken, channel: slackId(n) })),
  );
  const inPagerDuty = await Promise.all(
    each.map((n) => add(account, `PagerDuty ${n}`, { kind: 'pagerduty', routingKey: routingKey(n) })),
  );
  const atWebhooks = await Promise.all(
    each.map((n) => add(account, `Webhook ${n}`, { kind: 'webhook', url: `${webhooks.url}/${n}` })),
  );
  for (const [n, { secret }] of atWebhooks.entries()) webhooks.secrets.set(`/${n}`, secret ?? '');
  const atIncoming = await Promise.all(
    Array.from({ length: Math.min(50, kills * incomingPerRound) }, (_, n) =>
      add(other, `Incoming ${n}`, { kind: 'slack-webhook', url: `${incoming.url}/${n}` }),
    ),
  );
  const integrate = (kind: string, accessToken: string) =>
    account.call<CreatedIntegration>('POST', '/api/integrations', {
      kind,
      name: kind,
      projectId: account.projectId,
      triggers: [{ on: 'opened' }],
      accessToken,
    });
  const onGitHub = await integrate('github', 'ghp_stand_in');
  const onGitLab = await integrate('gitlab', 'glpat-stand-in');

  const happens = async (n: number) => {
    const sha = n.toString(16).padStart(40, '0');
    const opened = { ...pullRequest, number: n, head: { ...pullRequest.head, sha } };
    await send(url, onGitHub, pullRequestEvent('opened', { pull_request: opened }));
    await send(url, onGitLab, mergeRequestEvent('open', {}, { ...merge, iid: n, last_commit: { id: sha } }));
  };
  const tests = async (to: Account, { id }: ChannelWithSecret, count: number) => {
    for (let n = 0; n < count; n++) await untilTaken(() => to.call('POST', `/api/channels/${id}/test`));
  };
  const round = (n: number): Promise<unknown>[] => [
    ...[...inSlack, ...inPagerDuty, ...atWebhooks].map((channel) => tests(account, channel, perRound)),
    ...atIncoming.slice(n * incomingPerRound, (n + 1) * incomingPerRound).map((channel) => tests(other, channel, 1)),
    ...Array.from({ length: eventsPerRound }, (_, k) => happens(n * eventsPerRound + k + 1)),
  ];

  const posted: Promise<unknown>[] = [];
  for (let n = 0; n < kills; n++) {
    posted.push(...round(n));
    await wait(Math.floor(random() * 1200));
    await server.kill();
    server = await startServerProcess({ port, stateDir });
  }
  await Promise.all(posted);
  await cancelAll(account, kills * eventsPerRound * 2);
  const numbers = Array.from({ length: kills * eventsPerRound }, (_, n) => n + 1);
  const isToldOn = ({ comments, states }: typeof github, last: string) =>
    numbers.every(
      (n) =>
        comments
          .find(({ number }) => number === n)
          ?.bodies.at(-1)
          ?.includes('was cancelled') && states.get(n.toString(16).padStart(40, '0'))?.at(-1) === last,
    );
  const [all, others] = await eventually(async () => {
    const found = [await deliveriesOf(account), await deliveriesOf(other)] as const;
    const areOver = found.flat().every(({ finishedAt }) => finishedAt);
    return areOver && isToldOn(github, 'error') && isToldOn(gitlab, 'canceled') && found;
  });

  expect(
    services.flatMap(({ misuses }) => misuses),
    'nothing was asked that a service would not have taken',
  ).toEqual([]);
  expect(all.length + others.length, 'enough went out').toBeGreaterThanOrEqual(kills * 100);
  expect(all.filter(({ outcome }) => outcome !== 'delivered')).toEqual([]);
  for (const [n, { id }] of atWebhooks.entries())
    expect(webhooks.ids.get(`/${n}`), 'each webhook once, in order').toEqual(await idsOf(account, all, id));
  for (const [n, { id }] of inSlack.entries()) {
    const keys = slack.messages.get(slackId(n))?.map(({ metadata }) => metadata.event_payload.key);
    expect(keys, 'each message once, in order').toEqual(await idsOf(account, all, id));
  }
  for (const [n, { id }] of inPagerDuty.entries()) {
    const incidents = [...(pagerDuty.incidents.get(routingKey(n)) ?? [])];
    expect(incidents, 'each incident once, in order, and over').toEqual(of(all, id).map(({ key }) => [key, 'resolved']));
  }
  for (const { comments, states } of [github, gitlab]) {
    expect(
      comments.map(({ number }) => number).toSorted((a, b) => a - b),
      'one comment for each session',
    ).toEqual(numbers);
    for (const { bodies } of comments) expect(saidIn(bodies)).toEqual(['waits for a machine', 'was cancelled']);
    for (const said of states.values()) expect([...new Set(said)]).toHaveLength(2);
  }
  const unknown = others.filter(({ outcome }) => outcome === 'unknown');
  for (const [n, { id }] of atIncoming.entries()) {
    const sent = of(others, id);
    const known = sent.filter(({ outcome }) => outcome === 'delivered').length;
    const arrived = incoming.arrived.get(`/${n}`) ?? 0;
    expect(arrived, 'what is known to have arrived did so once').toBeGreaterThanOrEqual(known);
    expect(arrived, 'what is not known was not repeated').toBeLessThanOrEqual(sent.length);
  }
  for (const { attempts } of unknown) {
    const first = attempts.findIndex(({ outcome }) => outcome === 'unknown');
    const repeats = attempts.slice(first + 1).filter(({ detail }) => !detail.includes('does not let us look'));
    expect(repeats, 'nobody sends what may have arrived').toEqual([]);
  }
  expect([...all, ...others].flatMap(tooSoon), 'who asks for time gets it').toEqual([]);
  const calls = services.reduce((sum, { counts }) => sum + counts.calls, 0);
  const failed = services.reduce((sum, { counts }) => sum + kindsOfFault.reduce((n, fault) => n + counts[fault], 0), 0);
  const lost = [...all, ...others]
    .flatMap(({ attempts }) => attempts)
    .filter(({ detail }) => detail.startsWith('We were interrupted'));
  expect(lost.length, 'kills fell into deliveries').toBeGreaterThan(0);
  console.log(
    `${all.length + others.length} deliveries (seed ${seed}), ${kills} kills, ${calls} calls, ${failed} failed by the receivers, ` +
      `${lost.length} interrupted; ${unknown.length} of ${others.length} to incoming webhooks of unknown outcome; 0 lost, 0 doubled`,
  );
}, 600_000);

const kindsOfFault = [...new Set(faults)];

/** Signed as its service signs. */
async function send(url: string, { kind, webhookPath, secret }: CreatedIntegration, body: object): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const signed: Record<string, string> =
    kind === 'github'
      ? { 'x-github-event': 'pull_request', ...signedByGitHub(secret, bytes) }
      : { 'x-gitlab-event': 'Merge Request Hook', 'x-gitlab-token': secret };
  const headers = { 'content-type': 'application/json', ...signed };
  await untilTaken(async () => {
    const { status } = await fetch(url + webhookPath, { method: 'POST', headers, body: bytes });
    if (status !== 202) throw new Error(`The door answered ${status}.`);
  });
}

/** Again where the server is gone, whether or not it had taken it: what it took is in its own list. */
async function untilTaken(post: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await post();
      return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      await wait(50);
    }
  }
}

/** Each session that is told of, once its first telling has gone out. */
async function cancelAll(account: Account, count: number): Promise<void> {
  const open = new Set<string>();
  await eventually(async () => {
    const items = await allOf<SessionRequest>(account, '/api/session-requests');
    for (const { id, status } of items) if (status === 'queued') open.add(id);
    return items.length === count;
  });
  await eventually(async () => {
    const told = (await deliveriesOf(account)).filter(
      ({ kind, outcome }) => kind.endsWith('-comment') && outcome === 'delivered',
    );
    return told.length === count;
  });
  for (const id of open) await account.call('POST', `/api/session-requests/${id}/cancel`);
}

/** All of an organization, the first first. */
const deliveriesOf = async (account: Account): Promise<Delivery[]> =>
  (await allOf<Delivery>(account, '/api/deliveries')).toReversed();

/** Every page of a list. */
async function allOf<T>(account: Account, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<T> = await account.call('GET', `${path}?limit=100${cursor && `&cursor=${cursor}`}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

const of = (deliveries: readonly Delivery[], id: string) => deliveries.filter(({ channelId }) => channelId === id);

/** Attempts that were made though the one before was answered with a time to wait, and that had not passed. */
const tooSoon = ({ attempts }: Delivery) =>
  attempts.filter((attempt, n) => {
    const before = attempts[n - 1];
    if (!before?.detail.startsWith('It answered 429')) return false;
    return Date.parse(attempt.at) < Date.parse(before.at) + (before.durationMs ?? 0) + retryAfterSeconds * 1000;
  });

/** What receivers know deliveries to this channel by, in the order in which they are to arrive. */
const idsOf = ({ organizationId }: Account, deliveries: readonly Delivery[], channelId: string): Promise<string[]> =>
  Promise.all(
    of(deliveries, channelId).map(
      async ({ target, key }) => `msg_${(await hashSecret(JSON.stringify([organizationId, target, key]))).slice(0, 27)}`,
    ),
  );

/** What a comment said, one after the other; an edit that is repeated says the same. */
function saidIn(bodies: readonly string[]): string[] {
  const said = bodies.map((body) => /waits for a machine|was cancelled/.exec(body)?.[0] ?? body);
  return said.filter((text, n) => text !== said[n - 1]);
}
