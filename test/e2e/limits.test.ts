import { expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

it('a quota that is set is warned of and refuses, and a higher one lets go on', async () => {
  const account = await signUp(url, person('limits'));
  const token = await account.ingestToken('agents');
  const prompt = (session: string) =>
    postHook(url, token, '/hooks/claude-code', { session_id: session, hook_event_name: 'UserPromptSubmit', prompt: 'go' });
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/settings/limits`);
  const field = page.getByLabel('Live sessions at a time');
  await field.fill('-1');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await page.getByText('Enter a number, 0 or more.').waitFor();
  await field.fill('1');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await page.getByText('Saved: in force').waitFor();
  await page.getByText('0 of 1 live sessions').waitFor();

  expect(await prompt('limits-1')).toEqual({});
  expect(await prompt('limits-2')).toEqual({
    decision: 'block',
    reason: '1 of 1 live sessions of this organization are taken; end one or raise the quota in Settings → Limits.',
  });
  await page.goto(`/${account.organizationId}/sessions`);
  const banner = page.getByText('1 of 1 live sessions are used: what goes beyond is refused.');
  await banner.waitFor();

  await page.getByRole('link', { name: 'Change the limits' }).click();
  await page.getByText('used up, more is refused').waitFor();
  await field.fill('5');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await banner.waitFor({ state: 'detached' });
  await expect.poll(() => prompt('limits-2')).toEqual({});
});
