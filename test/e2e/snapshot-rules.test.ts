import { expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import type { Project } from '../../wire/identity.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

it('rules that arrive when their dialog is closed fill in no other project’s, and what did not load is asked for again', async () => {
  const account = await signUp(url, person('rules-dialog'));
  const { id: otherId } = await account.call<Project>('POST', '/api/projects', { name: 'Other project' });
  await account.call('PUT', `/api/projects/${account.projectId}/snapshot-rules`, { beforeTools: ['Bash'] });
  const page = await visit({ url, account });
  const held = Promise.withResolvers<void>();
  await page.route(`**/projects/${account.projectId}/snapshot-rules`, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.route(`**/projects/${otherId}/snapshot-rules`, (route) => route.fulfill({ body: 'no rules' }), { times: 1 });
  await page.goto(`/${account.organizationId}/settings/projects`);
  const open = (project: string) =>
    page.getByRole('listitem').filter({ hasText: project }).getByRole('button', { name: 'Snapshots' }).click();
  const dialog = page.getByRole('dialog');
  await open('First project');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await open('Other project');
  await dialog.getByText('The rules did not load').waitFor();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  const tools = dialog.getByLabel('Before calls of these tools');
  await tools.fill('Write');
  const late = page.waitForResponse(`**/projects/${account.projectId}/snapshot-rules`);
  held.resolve();
  await (await late).finished();
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(await tools.inputValue()).toBe('Write');
});
