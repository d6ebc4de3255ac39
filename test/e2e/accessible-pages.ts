import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../../scripts/demo/replay.ts';
import { loginRace } from '../../scripts/demo/stories/login-race.ts';
import { paymentUpgrade } from '../../scripts/demo/stories/payment-upgrade.ts';
import { demoSnapshot } from '../../scripts/demo/workspace.ts';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { CreatedBranch } from '../../wire/session.ts';
import { serious } from './axe.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

interface Places {
  organization: string;
  session: string;
  branch: string;
  queued: string;
  snapshot: string;
  join: string;
  reset: string;
}

const pages: { name: string; path: (on: Places) => string; settled: string; stranger?: boolean }[] = [
  { name: 'login', path: () => '/login', settled: 'Log in', stranger: true },
  { name: 'sign-up', path: () => '/signup', settled: 'Create an account', stranger: true },
  { name: 'an invitation', path: ({ join }) => join, settled: 'Join axe works', stranger: true },
  { name: 'a password reset', path: ({ reset }) => reset, settled: 'Choose a new password', stranger: true },
  { name: 'the API', path: () => '/api/docs', settled: 'Flightdeck API', stranger: true },
  { name: 'sessions', path: ({ organization }) => `/${organization}/sessions`, settled: 'signed out at random' },
  { name: 'session', path: ({ organization, session }) => `/${organization}/sessions/${session}`, settled: 'in one statement' },
  { name: 'a branch', path: ({ organization, branch }) => `/${organization}/sessions/${branch}`, settled: 'waits for its agent' },
  {
    name: 'a request',
    path: ({ organization, queued }) => `/${organization}/sessions/${queued}`,
    settled: 'waits for a machine',
  },
  { name: 'a replay', path: ({ organization, session }) => `/${organization}/sessions/${session}?at=24`, settled: 'Event 24 of' },
  {
    name: 'snapshots',
    path: ({ organization, session, snapshot }) => `/${organization}/sessions/${session}/snapshots?snapshot=${snapshot}`,
    settled: 'README.md',
  },
  {
    name: 'a comparison',
    path: ({ organization, session, branch }) => `/${organization}/compare?a=${session}&b=${branch}`,
    settled: 'the same on both sides',
  },
  {
    name: 'what to compare with',
    path: ({ organization, session }) => `/${organization}/compare?a=${session}`,
    settled: 'In the same tree',
  },
  { name: 'approvals', path: ({ organization }) => `/${organization}/approvals`, settled: 'npm publish' },
  { name: 'alerts', path: ({ organization }) => `/${organization}/alerts`, settled: 'waits for a person' },
  {
    name: 'the history of alerts',
    path: ({ organization }) => `/${organization}/alerts?view=history`,
    settled: 'Nothing was wrong',
  },
  { name: 'alert rules', path: ({ organization }) => `/${organization}/alerts?view=rules`, settled: 'A session is stuck' },
  { name: 'work', path: ({ organization }) => `/${organization}/work`, settled: 'Review the fix' },
  { name: 'work that is over', path: ({ organization }) => `/${organization}/work?view=over`, settled: 'Ask again…' },
  { name: 'an App that is not connected', path: () => '/github-app/installed', settled: 'nothing is connected yet' },
  { name: 'rules', path: ({ organization }) => `/${organization}/rules`, settled: 'publishing' },
  { name: 'budgets', path: ({ organization }) => `/${organization}/budgets`, settled: 'a month' },
  { name: 'costs', path: ({ organization }) => `/${organization}/costs?by=model`, settled: 'days in UTC' },
  { name: 'connect', path: ({ organization }) => `/${organization}/connect`, settled: 'Create settings' },
  { name: 'profile', path: ({ organization }) => `/${organization}/settings/profile`, settled: 'Appearance' },
  { name: 'organization', path: ({ organization }) => `/${organization}/settings/organization`, settled: 'Your role' },
  { name: 'members', path: ({ organization }) => `/${organization}/settings/members`, settled: 'Open invitations' },
  { name: 'projects', path: ({ organization }) => `/${organization}/settings/projects`, settled: 'First project' },
  { name: 'integrations', path: ({ organization }) => `/${organization}/settings/integrations`, settled: 'Nothing was sent yet' },
  { name: 'prices and rates', path: ({ organization }) => `/${organization}/settings/prices`, settled: 'a call' },
  { name: 'retention', path: ({ organization }) => `/${organization}/settings/retention`, settled: 'What was done' },
  { name: 'export and import', path: ({ organization }) => `/${organization}/settings/transfer`, settled: 'Check the file' },
  { name: 'trash', path: ({ organization }) => `/${organization}/trash`, settled: 'Bring back' },
  { name: 'API tokens', path: ({ organization }) => `/${organization}/settings/api-tokens`, settled: 'New API token' },
  { name: 'not found', path: ({ organization }) => `/${organization}/nowhere`, settled: 'There is nothing here' },
];

/** Holds every page of this width to axe, in both themes; a page is opened once for both. */
export function everyPageIsAccessible(width: number, more?: (open: (path: string) => Promise<Page>) => void): void {
  const { visit } = useBrowser();
  describe(`axe finds nothing serious at a width of ${width} px`, () => {
    let account: Account;
    let places: Places;
    beforeAll(async () => {
      account = await signUp(url, person('axe'));
      places = await livedIn(account);
    });

    for (const { name, path, settled, stranger } of pages) {
      it(`on ${name}`, async () => {
        const page = await visit({ url, width, account: stranger ? undefined : account, still: true });
        await page.goto(path(places));
        await page.getByText(settled).first().waitFor();
        expect(await serious(page), 'light').toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        // The other theme changes colours alone.
        expect(await serious(page, ['color-contrast']), 'dark').toEqual([]);
      });
    }

    more?.(async (path) => {
      const page = await visit({ url, width, account, still: true });
      await page.goto(`/${account.organizationId}${path}`);
      return page;
    });
  });
}

/** Brings an organization to the state in which every page has something to show. */
async function livedIn(account: Account): Promise<Places> {
  const token = await account.ingestToken('axe');
  for (const story of [paymentUpgrade, loginRace]) await replay(story, url, token, 0);
  const session = await eventually(async () => (await account.sessions()).find(({ title }) => title.includes('signed out')));
  await account.call('POST', '/api/budgets', { scope: 'organization', window: 'month', limit: 40_000_000 });
  await account.call('POST', '/api/rates/preset');
  await account.call('POST', '/api/rules', { name: 'publishing', command: 'npm publish*', waitSeconds: 3600 });
  const events = [{ type: 'tool.started', tool: 'Bash', input: { command: 'npm publish' } }];
  await postHook(url, token, '/hooks/events', { agent: 'claude-code', sessionId: 'axe-asks', events });
  const thrownAway = await postHook<{ sessionId: string }>(url, token, '/hooks/events', {
    agent: 'tester',
    sessionId: 'axe-deleted',
    events: [{ type: 'prompt', text: 'A session that was not wanted' }],
  });
  await account.call('DELETE', `/api/sessions/${thrownAway.sessionId}`);
  const invitation = await account.call<{ link: string }>('POST', '/api/invitations', { role: 'viewer' });
  const reset = await account.call<{ link: string }>('POST', `/api/members/${account.userId}/password-reset`);
  const { session: branch } = await account.call<CreatedBranch>('POST', `/api/sessions/${session.id}/branches`, {
    name: 'a queue',
  });
  const { items: projects } = await account.call<{ items: { id: string }[] }>('GET', '/api/projects');
  const asked = { projectId: projects[0]?.id, agent: 'claude-code', prompt: 'Review the fix' };
  const queued = await account.call<{ sessionId: string }>('POST', '/api/session-requests', asked);
  const unwanted = await account.call<{ id: string }>('POST', '/api/session-requests', { ...asked, prompt: 'Review it twice' });
  await account.call('POST', `/api/session-requests/${unwanted.id}/cancel`);
  return {
    organization: account.organizationId,
    session: session.id,
    branch: branch.id,
    queued: queued.sessionId,
    snapshot: (await demoSnapshot(account, session.id, 'after the fix')).id,
    join: new URL(invitation.link).pathname,
    reset: new URL(reset.link).pathname,
  };
}
