import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Download } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { demoSnapshot } from '../../scripts/demo/workspace.ts';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import { ExportDocument, exportFormat, exportHead, exportTail, exportVersion } from '../../wire/export.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { limits } from '../../wire/limits.ts';
import type { SnapshotList } from '../../wire/snapshot.ts';
import { Machine } from './cli-machine.ts';
import { bytesOf } from './download.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();
const [giver, taker] = [person('gives'), person('takes')];
let from: Account;
let to: Account;
let sessionId: string;

beforeAll(async () => {
  from = await signUp(url, giver);
  to = await signUp(url, taker);
  const events = [
    { type: 'prompt', text: 'Carry this session away' },
    { type: 'tool.started', tool: 'Bash', toolUseId: 't1', input: { command: 'ls' } },
    { type: 'tool.finished', tool: 'Bash', toolUseId: 't1', output: 'a.txt' },
    { type: 'session.ended' },
  ];
  const body = { agent: 'tester', sessionId: 'carried', events };
  ({ sessionId } = await postHook<IngestAnswer>(url, await from.ingestToken('transfer'), '/hooks/events', body));
});

const textOf = async (download: Download): Promise<string> => (await bytesOf(download)).toString('utf8');

it('a session leaves by its menu and arrives in another organization by the import page', async () => {
  const page = await visit({ url, account: from });
  await page.goto(`/${from.organizationId}/sessions/${sessionId}`);
  const exported = async (item: string) => {
    await page.getByRole('button', { name: 'More' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
    return download;
  };
  const json = await exported('Export as JSON');
  expect(json.suggestedFilename()).toBe(`${sessionId}.json`);
  const text = await textOf(json);
  expect(ExportDocument.parse(JSON.parse(text)).sessions[0]?.events).toHaveLength(4);
  expect(await textOf(await exported('Export as Markdown'))).toContain('# Carry this session away');

  const other = await visit({ url, account: to });
  await other.goto(`/${to.organizationId}/settings/transfer`);
  await other.getByLabel('File').setInputFiles({ name: 'export.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  await other.getByLabel('Project').selectOption({ label: 'First project' });
  await other.getByRole('button', { name: 'Check the file' }).click();
  await other.getByText('1 session would be imported.').waitFor();
  await other.getByRole('button', { name: 'Import 1 session' }).click();
  await other.getByText('1 session was imported.').waitFor();
  await other.getByRole('link', { name: 'Carry this session away' }).click();
  await other.getByText('Imported', { exact: true }).first().waitFor();
  await other.getByText('Bash').first().waitFor();
});

it('an archive moves a session with its snapshots, by the page and by the command', async () => {
  const snapshot = await demoSnapshot(from, sessionId, 'kept');
  const page = await visit({ url, account: from });
  await page.goto(`/${from.organizationId}/sessions/${sessionId}`);
  await page.getByRole('button', { name: 'More' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export all, with snapshots' }).click(),
  ]);
  const bytes = await bytesOf(download);

  const mover = person('moves');
  const elsewhere = await signUp(url, mover);
  const other = await visit({ url, account: elsewhere });
  await other.goto(`/${elsewhere.organizationId}/settings/transfer`);
  await other.getByLabel('File').setInputFiles({ name: 'all.tar.gz', mimeType: 'application/gzip', buffer: bytes });
  await other.getByLabel('Project').selectOption({ label: 'First project' });
  await other.getByRole('button', { name: 'Check the file' }).click();
  await other.getByText('1 session and 1 snapshot would be imported.').waitFor();
  await other.getByRole('button', { name: 'Import 1 session' }).click();
  await other.getByText('1 session and 1 snapshot were imported.').waitFor();

  const machine = new Machine();
  await machine.must(['login', url, '--email', mover.email, '--password-stdin'], mover.password);
  const file = join(machine.home, 'all.tar.gz');
  writeFileSync(file, bytes);
  expect(await machine.must(['import', file])).toContain('Imported 0 sessions; 1 there already.');
  const [session] = await elsewhere.sessions();
  const { items } = await elsewhere.call<SnapshotList>('GET', `/api/sessions/${session?.id}/snapshots`);
  expect(items.map(({ name, fileCount, bytes: size }) => [name, fileCount, size])).toEqual([
    [snapshot.name, snapshot.fileCount, snapshot.bytes],
  ]);
  const manifest = async (who: Account, id: string) => who.call('GET', `/api/snapshots/${id}/manifest`);
  expect(await manifest(elsewhere, items[0]?.id ?? '')).toEqual(await manifest(from, snapshot.id));
});

it('all sessions leave by one button', async () => {
  const page = await visit({ url, account: from });
  await page.goto(`/${from.organizationId}/settings/transfer`);
  const button = page.getByRole('button', { name: 'Export all sessions' });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  expect(ExportDocument.parse(JSON.parse(await textOf(download))).sessions).toHaveLength(1);
});

it('more sessions than one import takes leave in parts, go on after a failure, and each part arrives by the page', async () => {
  const [full, empty] = [await signUp(url, person('many')), await signUp(url, person('takes-parts'))];
  const one = ExportDocument.parse(await from.call('GET', `/api/sessions/${sessionId}/export?format=json`)).sessions[0];
  const count = limits.maxArchiveSessions + 1;
  const sessions = Array.from({ length: count }, (_, n) => ({
    session: { ...one?.session, id: `one of many ${n}`, externalId: `one of many ${n}` },
    events: one?.events,
  }));
  const { items: projects } = await full.call<{ items: { id: string }[] }>('GET', '/api/projects');
  await full.call('POST', `/api/imports?project=${projects[0]?.id}`, { format: exportFormat, version: exportVersion, sessions });

  const page = await visit({ url, account: full, outlivesServer: true });
  const downloads: Download[] = [];
  page.on('download', (download) => downloads.push(download));
  let asked = 0;
  await page.route('**/api/exports', (route) => {
    asked += 1;
    return asked === 2 ? route.abort('connectionrefused') : route.continue();
  });
  await page.goto(`/${full.organizationId}/settings/transfer`);
  await page.getByLabel('Format').selectOption('archive');
  await page.getByRole('button', { name: 'Export all sessions' }).click();
  await page.getByText('Part 2 of 2 failed').waitFor();
  expect(downloads).toHaveLength(1);
  await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Go on' }).click()]);
  expect(downloads.map((download) => download.suggestedFilename())).toEqual([
    'flightdeck-export-1-of-2.tar.gz',
    'flightdeck-export-2-of-2.tar.gz',
  ]);

  const other = await visit({ url, account: empty });
  for (const [at, words] of [`${count - 1} sessions`, '1 session'].entries()) {
    await other.goto(`/${empty.organizationId}/settings/transfer`);
    const buffer = await bytesOf(downloads[at] as Download);
    await other.getByLabel('File').setInputFiles({ name: 'part.tar.gz', mimeType: 'application/gzip', buffer });
    await other.getByLabel('Project').selectOption({ label: 'First project' });
    await other.getByRole('button', { name: 'Check the file' }).click();
    await other.getByRole('button', { name: `Import ${words}` }).click();
    await other.getByText(at === 0 ? `${words} were imported.` : `${words} was imported.`).waitFor();
  }
});

it('an export of all that is stopped keeps nothing and can be begun again', async () => {
  const page = await visit({ url, account: from });
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  await page.route('**/api/exports', () => hold(), { times: 1 });
  await page.goto(`/${from.organizationId}/settings/transfer`);
  await page.getByRole('button', { name: 'Export all sessions' }).click();
  await page.getByText('Part 1 of 1').waitFor();
  await held;
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export all sessions' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('flightdeck-export.json');
});

it('the command writes a file, never over another, and brings it in once', async () => {
  const logIn = async (who: typeof giver) => {
    const machine = new Machine();
    await machine.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
    return machine;
  };
  const [giving, taking] = [await logIn(giver), await logIn(taker)];
  await giving.must(['export', sessionId, '-o', 'one.json']);
  expect(await giving.run(['export', sessionId, '-o', 'one.json'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('already'),
  });
  expect(await giving.must(['export', '--all', '-o', '-'])).toBe(giving.read('one.json'));
  const changed = giving.read('one.json').replace('"externalId":"carried"', '"externalId":"by command"');
  const file = join(taking.home, 'one.json');
  writeFileSync(file, changed);
  expect(await taking.must(['import', file, '--dry-run'])).toContain('Would import 1 session.');
  expect(await taking.must(['import', file])).toContain('Imported 1 session.');
  expect(await taking.must(['import', file])).toContain('Imported 0 sessions; 1 there already.');
  writeFileSync(file, changed.replace('"type":"prompt"', '"type":"nope"'));
  expect(await taking.run(['import', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('sessions[0].events[0].type'),
  });
});

it('files that go together are looked through before any of them is written, and one whose end is missing is none', async () => {
  const [some, none] = [person('takes-some'), person('takes-none')];
  const machine = new Machine();
  for (const who of [some, none]) await signUp(url, who);
  await machine.must(['login', url, '--email', none.email, '--password-stdin'], none.password);
  await machine.must(['export', '--all', '-o', 'none.json']);
  expect(machine.read('none.json')).toBe(exportHead + exportTail);

  await machine.must(['login', url, '--email', giver.email, '--password-stdin'], giver.password);
  await machine.must(['export', sessionId, '-o', 'one.json']);
  const one = machine.read('one.json');
  writeFileSync(join(machine.home, 'other.json'), one.replace('"externalId":"carried"', '"externalId":"beside it"'));
  writeFileSync(join(machine.home, 'wrong.json'), one.replace('"type":"prompt"', '"type":"nope"'));
  writeFileSync(join(machine.home, 'cut.json'), one.slice(0, one.lastIndexOf(exportTail) + 1));
  await machine.must(['login', url, '--email', some.email, '--password-stdin'], some.password);
  expect(await machine.run(['import', 'other.json', 'wrong.json'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/wrong\.json:[\s\S]*sessions\[0\]\.events\[0\]\.type/),
  });
  expect(await machine.run(['import', 'cut.json'])).toMatchObject({ code: 1, err: expect.stringContaining('The end of') });
  expect(await machine.must(['import', 'one.json', 'other.json'])).toContain('Imported 2 sessions.');
});
