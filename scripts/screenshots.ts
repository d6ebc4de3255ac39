// `npm run screenshots`: every page, 1440 and 390 px wide, light and dark, into docs/images, from the demo's data on a server of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { SessionSummary } from '../wire/session.ts';
import { demoBranches } from './demo/branches.ts';
import { demoBindings, demoChannels, demoReceiver } from './demo/channels.ts';
import { pastCosts } from './demo/past-costs.ts';
import { projectTokens } from './demo/projects.ts';
import { replay } from './demo/replay.ts';
import { demoRules } from './demo/rules.ts';
import { stories } from './demo/stories.ts';
import { demoSnapshot } from './demo/workspace.ts';
import { type Account, postHook, signUp } from './local/account.ts';
import { launchBrowser } from './local/browser.ts';
import { buildClient } from './local/client.ts';
import { root } from './local/root.ts';
import { startServer } from './local/server.ts';

interface Shot {
  name: string;
  path: (on: Places) => string;
  /** What has to be there before the picture is taken, and what to do then. */
  ready: (page: Page) => Promise<unknown>;
  stranger?: boolean;
}

/** What addresses are made of. */
interface Places {
  organization: string;
  session: string;
  snapshot: string;
  /** One that waits for a machine. */
  queued: string;
  /** One that others branched off. */
  branched: string;
  /** Paths of one-use links. */
  join: string;
  reset: string;
  empty: string;
}

const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();
/** Names on the command line choose some; none means all. */
const chosen = process.argv.slice(2);
const shots: Shot[] = [
  { name: 'login', path: () => '/login', ready: text('Log in'), stranger: true },
  { name: 'signup', path: () => '/signup', ready: text('Create an account'), stranger: true },
  { name: 'join', path: ({ join: path }) => path, ready: text('Join Harbor'), stranger: true },
  { name: 'password-reset', path: ({ reset }) => reset, ready: text('password'), stranger: true },
  { name: 'welcome', path: ({ empty }) => `/${empty}/sessions`, ready: text('Connect your first agent') },
  // Before the machine in it has been silent for so long that it loses what it took.
  { name: 'work', path: ({ organization }) => `/${organization}/work`, ready: text('prepares its checkout') },
  { name: 'sessions', path: ({ organization }) => `/${organization}/sessions`, ready: text('signed out at random') },
  { name: 'sessions-selected', path: ({ organization }) => `/${organization}/sessions`, ready: selectTwo },
  { name: 'session', path: ({ organization, session }) => `/${organization}/sessions/${session}`, ready: openFailure },
  { name: 'new-session', path: ({ organization }) => `/${organization}/sessions`, ready: openNewSession },
  {
    name: 'queued',
    path: ({ organization, queued }) => `/${organization}/sessions/${queued}`,
    ready: text('waits for a machine'),
  },
  {
    name: 'replay',
    path: ({ organization, session }) => `/${organization}/sessions/${session}?at=24`,
    ready: (page) =>
      page
        .getByText(/^Event 24 of/)
        .first()
        .waitFor(),
  },
  {
    name: 'snapshots',
    path: ({ organization, session, snapshot }) => `/${organization}/sessions/${session}/snapshots?snapshot=${snapshot}`,
    ready: text('README.md'),
  },
  {
    name: 'branches',
    path: ({ organization, branched }) => `/${organization}/sessions/${branched}`,
    ready: openTree,
  },
  {
    name: 'compare',
    path: ({ organization, session, branched }) => `/${organization}/compare?a=${session}&b=${branched}`,
    ready: text('Steps'),
  },
  {
    name: 'approvals',
    path: ({ organization }) => `/${organization}/approvals`,
    ready: (page) => page.getByRole('button', { name: 'Allow once', disabled: false }).first().waitFor(),
  },
  { name: 'alerts', path: ({ organization }) => `/${organization}/alerts`, ready: text('Acknowledge') },
  { name: 'alert-rule', path: ({ organization }) => `/${organization}/alerts?view=rules`, ready: openAlertRule },
  { name: 'rules', path: ({ organization }) => `/${organization}/rules`, ready: text('secrets stay here') },
  { name: 'budgets', path: ({ organization }) => `/${organization}/budgets`, ready: text('a month') },
  { name: 'costs', path: ({ organization }) => `/${organization}/costs?by=model`, ready: text('days in UTC') },
  { name: 'connect', path: ({ organization }) => `/${organization}/connect`, ready: makeSettings },
  { name: 'settings-profile', path: ({ organization }) => `/${organization}/settings/profile`, ready: text('Appearance') },
  {
    name: 'settings-organization',
    path: ({ organization }) => `/${organization}/settings/organization`,
    ready: text('Your role'),
  },
  { name: 'settings-members', path: ({ organization }) => `/${organization}/settings/members`, ready: text('Erasing Kim') },
  { name: 'settings-erase', path: ({ organization }) => `/${organization}/settings/members`, ready: openErasing },
  { name: 'settings-projects', path: ({ organization }) => `/${organization}/settings/projects`, ready: text('checkout-api') },
  { name: 'settings-snapshot-rules', path: ({ organization }) => `/${organization}/settings/projects`, ready: openSnapshotRules },
  { name: 'settings-integrations', path: integrations, ready: openDelivery },
  { name: 'settings-new-channel', path: integrations, ready: openNewChannel },
  { name: 'settings-slack', path: integrations, ready: openSlack },
  { name: 'settings-connect-code-host', path: integrations, ready: openCodeHost },
  { name: 'settings-prices', path: ({ organization }) => `/${organization}/settings/prices`, ready: text('claude-opus-*') },
  { name: 'settings-transfer', path: ({ organization }) => `/${organization}/settings/transfer`, ready: text('Check the file') },
  { name: 'settings-retention', path: ({ organization }) => `/${organization}/settings/retention`, ready: text('What was done') },
  { name: 'trash', path: ({ organization }) => `/${organization}/trash`, ready: text('Bring back') },
  {
    name: 'settings-api-tokens',
    path: ({ organization }) => `/${organization}/settings/api-tokens`,
    ready: text('Weekly report'),
  },
  { name: 'not-found', path: ({ organization }) => `/${organization}/nowhere`, ready: text('There is nothing here') },
  // The last of Harbor's: from now on its pages have a banner.
  { name: 'settings-limits', path: ({ organization }) => `/${organization}/settings/limits`, ready: setQuotas },
  { name: 'api', path: () => '/api/docs', ready: text('Flightdeck API'), stranger: true },
];

const stateDir = mkdtempSync(join(tmpdir(), 'flightdeck-screenshots-'));
const say = (line: string) => process.stderr.write(`${line}\n`);
await buildClient(say);
const receiver = await demoReceiver();
const server = await startServer({ port: 0, stateDir, assets: true, bindings: demoBindings(receiver.url), onTrouble: say });
const browser = await launchBrowser();
try {
  const account = await somebody(server.url);
  const places = await placesOf(account);
  for (const shot of shots.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    for (const theme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) await take(browser, account, places, shot, theme, width);
    }
    say(shot.name);
  }
} finally {
  await browser.close();
  await server.stop();
  receiver.close();
  rmSync(stateDir, { recursive: true, force: true });
}

/** An organization that looks lived in. */
async function somebody(url: string): Promise<Account> {
  const password = 'only for these pictures';
  const account = await signUp(url, { email: 'robin@harbor.example', password, name: 'Robin Vale', organization: 'Harbor' });
  await account.call('POST', '/api/api-tokens', { name: 'Weekly report' });
  await account.call('POST', '/api/budgets', { scope: 'organization', window: 'month', limit: 40_000_000, action: 'stop' });
  await account.call('POST', '/api/budgets', {
    scope: 'user',
    scopeId: account.userId,
    window: 'day',
    limit: 500_000,
    action: 'warn',
  });
  const tokens = await projectTokens(account, "Robin's laptop");
  await demoRules(account);
  await demoChannels(account, receiver.url);
  await account.call('POST', '/api/rates/preset');
  const perMillion = { input: 4_500_000, output: 22_500_000, cacheRead: 450_000, cacheWrite: 5_600_000 };
  await account.call('POST', '/api/prices', { model: 'claude-opus-*', ...perMillion, from: '2026-01-01' });
  const { items: projects } = await account.call<{ items: { id: string }[] }>('GET', '/api/projects');
  await account.call('POST', '/api/integrations', {
    kind: 'github',
    name: 'harbor/checkout-api',
    projectId: projects[0]?.id,
    triggers: [{ on: 'comment' }, { on: 'label', label: 'flightdeck' }],
  });
  const { organizationId, userId } = account;
  await pastCosts(server.miniflare, { organizationId, userId, projectIds: projects.map(({ id }) => id) });
  // A little pace gives the sessions durations and an order; they overlap, so that it takes seconds.
  await Promise.all(stories.map((story) => replay(story, url, tokens[story.project], 0.12)));
  return account;
}

async function placesOf(account: Account): Promise<Places> {
  await throwAway(account);
  const link = { email: 'sana@harbor.example', role: 'member' };
  const invitation = await account.call<{ link: string }>('POST', '/api/invitations', link);
  await joinAs(account, 'Mika Berg');
  await account.call('DELETE', `/api/members/${await joinAs(account, 'Kim Oduya')}/data`);
  const reset = await account.call<{ link: string }>('POST', `/api/members/${account.userId}/password-reset`);
  const empty = await account.call<{ organization: { id: string } }>('POST', '/api/organizations', { name: 'Harbor Labs' });
  const session = await sessionThat(account, isLong);
  return {
    organization: account.organizationId,
    session,
    snapshot: await snapshotOf(account, session),
    branched: await branchedSession(account),
    // After the one that is branched: the newest of Claude Code's is.
    queued: await queuedSession(account),
    join: new URL(invitation.link).pathname,
    reset: new URL(reset.link).pathname,
    empty: empty.organization.id,
  };
}

function isLong({ title }: SessionSummary): boolean {
  return title.includes('signed out');
}

/** One that waits, after one that a machine has taken and one that was cancelled. */
async function queuedSession(account: Account): Promise<string> {
  const { items } = await account.call<{ items: { id: string }[] }>('GET', '/api/projects');
  const ask = (prompt: string, repository: string, ref: string) =>
    account.call<{ id: string; sessionId: string }>('POST', '/api/session-requests', {
      projectId: items[0]?.id,
      agent: 'claude-code',
      prompt,
      repository,
      ref,
    });
  const unwanted = await ask('Upgrade every dependency at once', 'github.com/harbor/checkout-api', 'main');
  await account.call('POST', `/api/session-requests/${unwanted.id}/cancel`);
  await ask('Find the tests that fail now and then on main', 'github.com/harbor/ledger', 'main');
  const claim = { claimId: 'screenshots-claim-1', machine: 'build-7', agents: ['claude-code'] };
  await account.call('POST', '/api/session-requests/claim', { ...claim, repositories: ['github.com/harbor/ledger'] });
  const { sessionId } = await ask(
    'Review pull request 318: the retry of declined cards.\n\nSay what could go wrong, and add the tests that are missing.',
    'github.com/harbor/checkout-api',
    'refs/pull/318/head',
  );
  return sessionId;
}

async function branchedSession(account: Account): Promise<string> {
  const id = await sessionThat(account, (session) => session.agent === 'claude-code' && !isLong(session));
  await demoBranches(account, id);
  return id;
}

/** Asks until there is such a session: the list is a moment behind. */
async function sessionThat(account: Account, isMeant: (session: SessionSummary) => boolean): Promise<string> {
  for (;;) {
    const found = (await account.sessions()).find(isMeant);
    if (found) return found.id;
  }
}

/** A further member; answers the id. */
async function joinAs(account: Account, name: string): Promise<string> {
  const { link } = await account.call<{ link: string }>('POST', '/api/invitations', { role: 'member' });
  const email = `${name.split(' ')[0]?.toLowerCase()}@harbor.example`;
  const response = await fetch(`${account.url}/api${new URL(link).pathname}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: account.url },
    body: JSON.stringify({ email, password: 'only for these pictures', name }),
  });
  const { user } = (await response.json()) as { user: { id: string } };
  return user.id;
}

/** Two sessions that were not wanted. */
async function throwAway(account: Account): Promise<void> {
  const token = await account.ingestToken('to be thrown away');
  for (const text of ['Try the new formatter on everything', 'Rename all the things']) {
    const body = { agent: 'claude-code', sessionId: `thrown-away-${text.length}`, events: [{ type: 'prompt', text }] };
    const { sessionId } = await postHook<{ sessionId: string }>(account.url, token, '/hooks/events', body);
    await account.call('DELETE', `/api/sessions/${sessionId}`);
  }
}

async function snapshotOf(account: Account, session: string): Promise<string> {
  await demoSnapshot(account, session, 'before the rewrite');
  return (await demoSnapshot(account, session, 'after the fix')).id;
}

async function take(
  from: Browser,
  account: Account,
  places: Places,
  shot: Shot,
  theme: 'light' | 'dark',
  width: number,
): Promise<void> {
  const context = await from.newContext({
    baseURL: server.url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width, height: width > 500 ? 900 : 844 },
  });
  const given = shot.stranger ? [] : account.cookieList();
  await context.addCookies(given);
  const page = await context.newPage();
  // A headless browser has no notifications, and says that somebody blocked them.
  await page.addInitScript("Object.defineProperty(Notification, 'permission', { get: () => 'default' })");
  await page.goto(shot.path(places));
  await shot.ready(page);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(root, 'docs/images', `${shot.name}-${width}-${theme}.png`) });
  if (!shot.stranger) account.adopt(await context.cookies(server.url), given);
  await context.close();
}

/** On a phone rows are tapped; elsewhere their boxes are. */
async function selectTwo(page: Page): Promise<void> {
  await page.getByText('signed out at random').first().waitFor();
  const select = page.getByRole('button', { name: 'Select', exact: true });
  if (await select.isVisible()) await select.click();
  const boxes = page.getByRole('checkbox', { name: /^Select / }).and(page.locator('td input'));
  for (const at of [2, 3]) await boxes.nth(at).check();
}

function integrations({ organization }: Places): string {
  return `/${organization}/settings/integrations`;
}

/** What did not get through, with its attempts. */
async function openDelivery(page: Page): Promise<void> {
  await page.locator('summary', { hasText: 'Release board' }).first().click();
  await page.getByText('It answered 503').first().waitFor();
}

async function openSlack(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect Slack' }).click();
  await page.getByLabel('Manifest').waitFor();
}

async function openNewChannel(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByRole('button', { name: 'Slack app' }).click();
  await page.getByLabel('Bot token').waitFor();
}

async function openCodeHost(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^GitLab/ }).click();
  await dialog.getByLabel('Name').fill('harbor/checkout-api');
}

async function openSnapshotRules(page: Page): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: 'checkout-api' }).getByRole('button', { name: 'Snapshots' }).click();
  await page.getByLabel('Before calls of these tools').waitFor();
}

async function openAlertRule(page: Page): Promise<void> {
  const rule = page.getByRole('article', { name: 'A session failed' });
  await rule.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByText('Release board').waitFor();
}

async function openNewSession(page: Page): Promise<void> {
  await page.getByText('signed out at random').first().waitFor();
  await page.getByRole('button', { name: 'New session' }).click();
  await page.getByLabel('What it is to do').fill('Find out why the nightly import takes twice as long since Tuesday.');
}

async function openErasing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More about Mika Berg' }).click();
  await page.getByRole('menuitem', { name: 'Erase Mika Berg…' }).click();
  await page.getByLabel('Type Mika Berg to confirm').waitFor();
}

/** On a phone the tree is closed until somebody taps it. */
async function openTree(page: Page): Promise<void> {
  const heading = page.getByRole('button', { name: /^Tree of/ });
  if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
  await page.getByRole('tree').waitFor();
}

/** The session in the middle, with the failing test opened beside it where there is room. */
async function openFailure(page: Page): Promise<void> {
  await page.getByText('in one statement').first().waitFor();
  const failed = page.getByRole('button', { name: /npm test -- src\/login/ }).first();
  if (await failed.isVisible()) await failed.click();
}

async function makeSettings(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create settings' }).click();
  await page.getByText('Waiting for the first event…').waitFor();
}

/** Quotas of which one is nearly used up, saved once; the banner says so. */
async function setQuotas(page: Page): Promise<void> {
  const sessions = page.getByLabel('Live sessions at a time');
  await sessions.waitFor();
  if ((await sessions.inputValue()) === '') {
    await sessions.fill('20');
    await page.getByLabel('Events a day').fill('230');
    await page.getByLabel('Stored logs and snapshots, GB').fill('2');
    await page.getByLabel('Cost a month, dollars').fill('2000');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await page.getByText('Saved: in force').waitFor();
    await page.reload();
  }
  await page.locator('.quota-use').first().waitFor();
}
