import { expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import type { ClaimAnswer } from '../../wire/work.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

it('what is asked for shows in the queue, with the machine that takes it; it is cancelled there, and asked for again', async () => {
  const account = await signUp(url, person('work'));
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/work`);
  await page.getByText('Nothing waits for a machine').waitFor();
  const ask = (prompt: string) =>
    account.call('POST', '/api/session-requests', {
      projectId: account.projectId,
      agent: 'claude-code',
      prompt,
      repository: 'github.com/acme/web',
      ref: 'main',
    });
  await ask('Fix the login race');
  const row = (title: string) => page.getByRole('listitem').filter({ hasText: title });
  await row('Fix the login race').getByText('Waits for a machine').waitFor();
  await row('Fix the login race').getByText('in github.com/acme/web at main').waitFor();
  await account.call<ClaimAnswer>('POST', '/api/session-requests/claim', {
    claimId: crypto.randomUUID(),
    machine: 'build-7',
    agents: ['claude-code'],
    repositories: ['git@github.com:acme/web.git'],
  });
  await row('Fix the login race').getByText('build-7 prepares its checkout').waitFor();

  await ask('Upgrade the payments');
  await row('Upgrade the payments').getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('“Upgrade the payments” is cancelled.').waitFor();
  await row('Upgrade the payments').waitFor({ state: 'detached' });
  expect(await row('Fix the login race').count()).toBe(1);

  await row('Fix the login race').getByRole('button', { name: 'Stop' }).click();
  const stopping = page.getByRole('dialog', { name: 'Stop “Fix the login race”?' });
  await stopping.getByText('build-7 ends its agent').waitFor();
  await stopping.getByRole('button', { name: 'Stop session' }).click();
  await page.getByText('“Fix the login race” is told to stop.').waitFor();
  await row('Fix the login race')
    .getByText(/Is being stopped by .+ on build-7/)
    .waitFor();

  await page.getByRole('tab', { name: 'Over' }).click();
  await row('Upgrade the payments').getByRole('button', { name: 'Ask again…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New session' });
  expect(await dialog.getByLabel('What it is to do').inputValue()).toBe('Upgrade the payments');
  expect(await dialog.getByLabel('Repository').inputValue()).toBe('github.com/acme/web');
  await dialog.getByLabel('What it is to do').fill('Upgrade the payments, and their tests');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New session' }).click();
  expect(await dialog.getByLabel('What it is to do').inputValue(), 'another one begins empty').toBe('');
  await page.keyboard.press('Escape');
  await row('Upgrade the payments').getByRole('button', { name: 'Ask again…' }).click();
  expect(await dialog.getByLabel('What it is to do').inputValue(), 'Escape loses nothing').toContain('and their tests');
  await dialog.getByRole('button', { name: 'Queue it' }).click();
  await page.waitForURL(/\/sessions\/ses_/);
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await row('and their tests').getByText('Waits for a machine').waitFor();
});
