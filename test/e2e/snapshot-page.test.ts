import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { demoSnapshot } from '../../scripts/demo/workspace.ts';
import { postHook, signUp } from '../../scripts/local/account.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { bytesOf } from './download.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

async function begin(name: string) {
  const account = await signUp(url, person(name));
  const token = await account.ingestToken('agents');
  const events = [{ type: 'prompt', text: 'Tidy the basket' }];
  const another = async (sessionId: string) =>
    (await postHook<IngestAnswer>(url, token, '/hooks/events', { agent: 'tester', sessionId, events })).sessionId;
  return { account, another, sessionId: await another(name) };
}

it('a session without snapshots says how to take one, and an uploaded archive becomes the first', async () => {
  const { account, sessionId } = await begin('keeper');
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions/${sessionId}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Snapshots', exact: true }).click();
  await page.getByText('No snapshots yet').waitFor();
  await page.getByText(`flightdeck snapshot --session ${sessionId}`).waitFor();

  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-upload-'));
  const archive = join(folder, 'work.tar.gz');
  writeFileSync(archive, gzipSync(Buffer.alloc(1024)));
  await page.getByRole('button', { name: 'Upload' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByText('Choose a .tar.gz file first.').waitFor();
  await dialog.getByLabel('Archive (.tar.gz)').setInputFiles(archive);
  await page.route('**/snapshots/upload*', () => {}, { times: 1 });
  const started = page.waitForRequest('**/snapshots/upload*');
  const brokenOff = page.waitForEvent('requestfailed');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await started;
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await brokenOff).url()).toContain('/snapshots/upload');

  await page.getByRole('button', { name: 'Upload' }).click();
  await dialog.getByLabel('Archive (.tar.gz)').setInputFiles(archive);
  await dialog.getByLabel('Name').fill('by hand');
  await dialog.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('article', { name: 'by hand' }).getByText('No files.').waitFor();
});

it('its files are walked and searched, it is downloaded whole, found in the timeline, and deleted after asking', async () => {
  const { account, sessionId } = await begin('reader');
  const { id } = await demoSnapshot(account, sessionId, 'after the fix');
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions/${sessionId}`);
  const outline = page.getByRole('navigation', { name: 'Outline' });
  await outline.getByText('Snapshot “after the fix” taken from an upload').click();
  await expect.poll(() => new URL(page.url()).hash).toBe('#e2');

  await page.goto(`/${account.organizationId}/sessions/${sessionId}/snapshots`);
  await page.getByRole('button', { name: /after the fix/ }).click();
  const snapshot = page.getByRole('article', { name: 'after the fix' });
  await snapshot.getByRole('button', { name: /^src/ }).click();
  await snapshot.getByRole('button', { name: /^login/ }).click();
  await snapshot.getByText('refresh.test.ts').waitFor();
  await snapshot.getByRole('button', { name: 'Workspace' }).click();
  await snapshot.getByLabel('Find a file').fill('pay capt');
  await snapshot.getByText('src/payments/capture.ts').waitFor();
  await snapshot.getByText('1 file found').waitFor();
  expect(new URL(page.url()).searchParams.get('snapshot')).toBe(id);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    snapshot.getByRole('button', { name: 'Download tar.gz' }).click(),
  ]);
  expect(gunzipSync(await bytesOf(download)).toString()).toContain('src/login/refresh.ts');

  await snapshot.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete snapshot' }).click();
  await page.getByText('No snapshots yet').waitFor();
  await eventually(
    async () =>
      (await account.call<{ items: unknown[] }>('GET', `/api/sessions/${sessionId}/snapshots`)).items.length === 0 || undefined,
  );
});

it('a link to one opens it though the list does not hold it, and says where there is none', async () => {
  const { account, another, sessionId } = await begin('linked');
  const { id } = await demoSnapshot(account, sessionId, 'long ago');
  await demoSnapshot(account, sessionId, 'just now');
  const elsewhere = await demoSnapshot(account, await another('linked-too'), 'elsewhere');
  const page = await visit({ url, account });
  await page.route('**/snapshots*', async (route) => {
    if (!new URL(route.request().url()).pathname.startsWith('/api/sessions/')) return route.continue();
    const answer = await (await route.fetch()).json();
    return route.fulfill({ json: { items: answer.items.slice(0, 1), nextCursor: 'more' } });
  });
  const path = `/${account.organizationId}/sessions/${sessionId}/snapshots`;
  await page.goto(`${path}?snapshot=${id}`);
  await page.getByRole('article', { name: 'long ago' }).getByText('README.md').waitFor();
  expect(await page.getByRole('button', { name: /long ago/ }).count()).toBe(0);
  await page.goto(`${path}?snapshot=${elsewhere.id}`);
  await page.getByText('There is no such snapshot here').waitFor();
  await page.getByRole('button', { name: 'All snapshots' }).click();
  await page.getByText('Choose a snapshot to see its files.').waitFor();
});

it('on a phone the list gives way to the snapshot, and comes back', async () => {
  const { account, sessionId } = await begin('phone');
  await demoSnapshot(account, sessionId, 'small screen');
  const page = await visit({ url, account, width: 390, height: 844 });
  await page.goto(`/${account.organizationId}/sessions/${sessionId}/snapshots`);
  await page.getByRole('button', { name: /small screen/ }).click();
  await page.getByText('README.md').waitFor();
  await page.getByRole('button', { name: 'All snapshots' }).click();
  await page.getByRole('button', { name: /small screen/ }).waitFor();
});
