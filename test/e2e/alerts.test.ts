import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

async function fails(token: string, session: string, title: string): Promise<void> {
  const hook = (hook_event_name: string, fields: object) =>
    postHook(url, token, '/hooks/claude-code', { session_id: session, hook_event_name, ...fields });
  await hook('SessionStart', { source: 'startup', session_title: title });
  await hook('UserPromptSubmit', { prompt: 'go' });
  await hook('StopFailure', { error: 'server_error' });
  await hook('SessionEnd', { reason: 'other' });
}

const at = ({ organizationId }: Account, view = '') => `/${organizationId}/alerts${view}`;
const badge = (page: Page) => page.getByRole('link', { name: /^Alerts/ }).first();

it('an alert appears on every open page as it fires, is acknowledged by one person and seen so by the others', async () => {
  const account = await signUp(url, person('alerts'));
  const token = await account.ingestToken('agents');
  const [page, other] = await Promise.all([visit({ url, account }), visit({ url, account, width: 390, theme: 'dark' })]);
  await Promise.all([page.goto(at(account)), other.goto(at(account))]);
  await page.getByText('Nothing is wrong').waitFor();
  await other.getByText('Nothing is wrong').waitFor();
  await fails(token, 'alerts-1', 'Fix the login race');
  await page.getByRole('link', { name: '“Fix the login race” failed' }).waitFor();
  await other.getByRole('link', { name: '“Fix the login race” failed' }).waitFor();
  expect(await badge(page).textContent()).toContain('1');
  await page.getByRole('button', { name: 'Snooze' }).click();
  await page.getByRole('menuitem', { name: '2 hours' }).click();
  await page.getByText('snoozed it until').waitFor();
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await other.getByText('knows of it').waitFor();
  await expect.poll(() => badge(page).textContent()).not.toContain('1');
  await page.getByRole('button', { name: 'Details' }).click();
  const story = page.getByRole('dialog');
  await story.getByText('No channel: this page alone.').waitFor();
  await story.getByRole('link', { name: 'Look at it' }).click();
  await page.waitForURL(/\/sessions\/ses_/);
});

it('a rule is tried on the last day before it is made, and one that is switched off takes its alerts with it', async () => {
  const account = await signUp(url, person('alert-rules'));
  const token = await account.ingestToken('agents');
  await fails(token, 'alert-rules-1', 'Upgrade the payments');
  const page = await visit({ url, account });
  await page.goto(at(account, '?view=rules'));
  await page.getByRole('button', { name: 'New alert rule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Any failure');
  await expect
    .poll(
      async () => {
        await dialog.getByRole('button', { name: 'Try' }).click();
        return dialog.getByText('It would have fired 1 time.').isVisible();
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  await dialog.getByText('“Upgrade the payments” failed').waitFor();
  await dialog.getByLabel('When').selectOption('session_stuck');
  await dialog.getByLabel('for at least (minutes)').fill('0');
  await dialog.getByRole('button', { name: 'Create rule' }).click();
  await dialog.getByText('The threshold is minutes').waitFor();
  await dialog.getByLabel('for at least (minutes)').fill('45');
  await dialog.getByRole('button', { name: 'Create rule' }).click();
  const rule = page.getByRole('article', { name: 'Any failure' });
  await rule.getByText('for 45 minutes').waitFor();
  await page.getByRole('article', { name: 'A session failed' }).getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('(off)').waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('over with its rule').waitFor();
  await page.getByRole('tab', { name: 'Open' }).click();
  await page.getByText('Nothing is wrong').waitFor();
});
