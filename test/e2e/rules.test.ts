import { expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import type { RuleList } from '../../wire/rule.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

it('a rule is made from a starter, tried on a call, changed and deleted', async () => {
  const account = await signUp(url, person('rules'));
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/rules`);
  await page.getByRole('button', { name: 'Ask before rm -rf' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Command or file').fill('cd web && rm -rf dist');
  await dialog.getByRole('button', { name: 'Try' }).click();
  await dialog.getByText('This call would match.').waitFor();
  await dialog.getByRole('button', { name: 'Create rule' }).click();
  const rule = page.getByRole('article', { name: 'deleting folders' });
  await rule.getByText('its command is like rm -rf *').waitFor();

  await rule.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByLabel('and its command is like').fill('');
  await dialog.getByRole('button', { name: 'Save rule' }).click();
  await dialog.getByText('Say what it looks at').waitFor();
  await dialog.getByLabel('and its command is like').fill('rm *');
  await dialog.getByLabel('then').selectOption('deny');
  await dialog.getByRole('button', { name: 'Save rule' }).click();
  await rule.getByText('refuse it').waitFor();
  const { items } = await account.call<RuleList>('GET', '/api/rules');
  expect(items).toMatchObject([{ command: 'rm *', action: 'deny' }]);

  await rule.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete rule' }).click();
  await page.getByText('No rules yet').waitFor();
});
