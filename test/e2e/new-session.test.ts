import { describe, expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import type { ClaimAnswer, SessionRequest } from '../../wire/work.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

describe('a new session', () => {
  it('is asked for on the list, waits with the command that starts it, and shows which machine has it', async () => {
    const account = await signUp(url, person('new-session'));
    const token = await account.ingestToken('new-session');
    const hook = (session: string, event: string, fields: object = {}) =>
      postHook(url, token, '/hooks/claude-code', { session_id: session, hook_event_name: event, ...fields });
    await hook('earlier', 'UserPromptSubmit', { prompt: 'Something else' });
    await eventually(async () => (await account.sessions()).length > 0);
    const page = await visit({ url, account });
    await page.goto(`/${account.organizationId}/sessions`);
    await page.getByRole('button', { name: 'New session' }).click();
    const dialog = page.getByRole('dialog', { name: 'New session' });
    await dialog.getByRole('button', { name: 'Queue it' }).click();
    await dialog.getByText('Give the agent something to do.').waitFor();
    await dialog.getByLabel('What it is to do').fill('Fix the login race\nand write a test.');
    await dialog.getByLabel('Repository').fill('github.com/acme/web');
    await dialog.getByLabel('Branch, tag or commit').fill('main');
    await dialog.getByRole('button', { name: 'Queue it' }).click();

    await page.getByText('This session waits for a machine.').waitFor();
    await page.getByText('flightdeck work', { exact: true }).waitFor();
    await page.getByText('in a clone of github.com/acme/web').waitFor();
    await page.getByText('What its agent is told first').click();
    await page.getByText('and write a test.').waitFor();
    const { items } = await account.call<{ items: SessionRequest[] }>('GET', '/api/session-requests?status=queued');
    expect(items).toMatchObject([{ prompt: 'Fix the login race\nand write a test.', ref: 'main', source: { kind: 'web' } }]);

    const { request } = await account.call<ClaimAnswer>('POST', '/api/session-requests/claim', {
      claimId: crypto.randomUUID(),
      machine: 'build-7',
      agents: ['claude-code'],
      repositories: ['git@github.com:acme/web.git'],
    });
    await page.getByText('build-7 has taken this session').waitFor();
    await hook(request?.externalId ?? '', 'UserPromptSubmit', { prompt: 'Fix the login race' });
    await page.getByText('build-7 has taken this session').waitFor({ state: 'hidden' });
    expect(await account.session(request?.sessionId ?? '')).toMatchObject({ status: 'running' });
  });
});
