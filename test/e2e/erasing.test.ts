import { expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import type { Erasure } from '../../wire/erasure.ts';
import type { CreatedInvitation, JoinAnswer, Member } from '../../wire/identity.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { Page } from '../../wire/page.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

it('a member is erased by whoever types their name, and the page says how far that is', async () => {
  const account = await signUp(url, person('erasing'));
  const token = await account.ingestToken('agents');
  const body = { agent: 'tester', sessionId: 'stays', events: [{ type: 'prompt', text: 'stays' }] };
  await postHook<IngestAnswer>(url, token, '/hooks/events', body);
  const { link } = await account.call<CreatedInvitation>('POST', '/api/invitations', { role: 'member' });
  const { email, password } = person('leaver');
  const joined = await fetch(`${url}/api${new URL(link).pathname}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password, name: 'Lea Leaver' }),
  });
  const { user } = (await joined.json()) as JoinAnswer;

  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/settings/members`);
  await page.getByRole('button', { name: 'More about erasing' }).click();
  await page.getByRole('menuitem', { name: 'Erase your data…' }).click();
  await page.getByLabel('Type erasing to confirm').waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'More about Lea Leaver' }).click();
  await page.getByRole('menuitem', { name: 'Erase Lea Leaver…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('nothing of it goes into the trash').waitFor();
  await dialog.getByLabel('Type Lea Leaver to confirm').fill('Lea');
  await dialog.getByRole('button', { name: 'Erase Lea Leaver' }).click();
  await dialog.getByText('Type “Lea Leaver” to go on.').waitFor();
  await dialog.getByLabel('Type Lea Leaver to confirm').fill('Lea Leaver');
  await dialog.getByRole('button', { name: 'Erase Lea Leaver' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Erasing Lea Leaver').waitFor();
  await page.getByText('0 of 1 session looked through').waitFor();
  const { items } = await account.call<Page<Member>>('GET', '/api/members');
  expect(items.map((member) => member.user.id)).toEqual([account.userId]);
  const [erasure] = (await account.call<Page<Erasure>>('GET', '/api/erasures')).items;
  expect(erasure).toMatchObject({ name: 'Lea Leaver', finishedAt: null });
  expect(user.id).not.toBe(erasure?.id);
});
