import { expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { RetentionAnswer } from '../../wire/retention.ts';
import type { Snapshot } from '../../wire/snapshot.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

it('a deleted session is brought back from the trash, or deleted for good, and retention is set in days', async () => {
  const account = await signUp(url, person('trash'));
  const token = await account.ingestToken('agents');
  const begin = async (text: string) => {
    const body = { agent: 'tester', sessionId: text, events: [{ type: 'prompt', text }] };
    return (await postHook<IngestAnswer>(url, token, '/hooks/events', body)).sessionId;
  };
  const [wanted, unwanted] = [await begin('Wanted after all'), await begin('Not wanted')];
  await account.call('DELETE', `/api/sessions/${unwanted}`);
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions/${wanted}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByText('gone for good after 30 days').waitFor();
  await page.getByRole('button', { name: 'Delete session' }).click();
  await page.getByText('Session moved to the trash.').waitFor();

  await page.goto(`/${account.organizationId}/trash`);
  const row = (text: string) => page.getByRole('listitem').filter({ hasText: text });
  await row('Wanted after all').getByRole('button', { name: 'Bring back' }).click();
  await page.getByText('Session brought back.').waitFor();
  await row('Not wanted').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('No session was deleted lately.').waitFor();
  expect((await account.session(wanted)).title).toBe('Wanted after all');

  const { id } = await account.call<Snapshot>('POST', `/api/sessions/${wanted}/snapshots`, { entries: [], reason: 'interval' });
  await account.call('DELETE', `/api/snapshots/${id}`);
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  await row('By the clock').getByText('gone in 30 days').waitFor();
  await page.reload();
  await row('By the clock').getByRole('button', { name: 'Bring back' }).click();
  await page.getByText('Snapshot brought back.').waitFor();

  await page.goto(`/${account.organizationId}/settings/retention`);
  const field = page.getByLabel('Sessions, days after their last event');
  await field.fill('0');
  await page.getByRole('button', { name: 'Save retention' }).click();
  await page.getByText('Between 1 and 3650 days.').waitFor();
  await field.fill('90');
  await page.getByRole('button', { name: 'Save retention' }).click();
  await page.getByRole('dialog').getByText('Sessions without an event for 90 days go into the trash').waitFor();
  expect((await account.call<RetentionAnswer>('GET', '/api/retention')).retention.sessionDays).toBeNull();
  await page.getByRole('button', { name: 'Keep less' }).click();
  await page.getByText('Saved: the next run follows it.').waitFor();
  const { retention } = await account.call<RetentionAnswer>('GET', '/api/retention');
  expect(retention.sessionDays).toBe(90);
});
