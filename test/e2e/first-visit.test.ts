import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import { person } from './person.ts';
import { recordedHooks } from './recorded.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

describe('a first visit', () => {
  it('goes from nothing to a live session: sign up, take the settings, see the first event, open it, watch it go on', async () => {
    const page = await visit({ url });
    await signUpByHand(page);

    await page.getByRole('button', { name: 'Create settings' }).click();
    await page.getByRole('tab', { name: 'File' }).click();
    const file = page.getByRole('region', { name: '~/.claude/settings.json' }).locator('pre');
    const settings = JSON.parse((await file.textContent()) ?? '');
    const token: string = settings.env.FLIGHTDECK_TOKEN;
    expect(settings.hooks.PreToolUse[0].hooks[0].url).toBe(`${url}/hooks/claude-code`);
    await page.getByText('Waiting for the first event…').waitFor();

    const hooks = recordedHooks('basic', 'first-visit');
    const isPre = (hook: Record<string, unknown>) => hook.hook_event_name === 'PreToolUse';
    const half = hooks.findIndex(isPre) + 1;
    for (const hook of hooks.slice(0, half)) await postHook(url, token, '/hooks/claude-code', hook);
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Watch it live' }).click();

    const timeline = page.getByRole('feed', { name: 'Timeline' });
    await timeline.getByText('say hi').first().waitFor();
    await page.getByText('Running', { exact: true }).first().waitFor();
    for (const hook of hooks.slice(half)) await postHook(url, token, '/hooks/claude-code', hook);
    await timeline.getByText('echo hi').first().waitFor();
    await timeline.getByText('Done: hi from the fake model.').waitFor();
    await page.getByText('Completed', { exact: true }).first().waitFor();
  });

  it('logs in, finds its way back to where it was, and logs out', async () => {
    const somebody = person('returning');
    const account = await signUp(url, somebody);
    const page = await visit({ url });
    await page.goto(`/${account.organizationId}/settings`);
    await page.getByLabel('E-mail').fill(somebody.email);
    await page.getByLabel('Password', { exact: true }).fill(somebody.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`**/${account.organizationId}/settings`);
    await page.getByRole('button', { name: 'returning Account' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.waitForURL('**/login');
  });

  it('says what is wrong with a password before it asks the server', async () => {
    const page = await visit({ url });
    await page.goto('/signup');
    await page.getByLabel('Password', { exact: true }).fill('short');
    await page.getByRole('button', { name: 'Create account' }).click();
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    expect(new URL(page.url()).pathname).toBe('/signup');
  });
});

async function signUpByHand(page: Page): Promise<void> {
  const { email, password, name, organization } = person('newcomer');
  await page.goto('/signup');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Organization').fill(organization);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Connect your first agent').waitFor();
}
