import { expect, it } from 'vitest';
import { uploadSnapshot } from '../../scripts/demo/workspace.ts';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import type { CreatedBranch } from '../../wire/session.ts';
import { bytesOf } from './download.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

let calls = 0;
function call(tool: string, input: object, end = 'tool.finished'): object[] {
  calls += 1;
  const toolUseId = `t${calls}`;
  return [
    { type: 'tool.started', tool, toolUseId, input },
    { type: end, tool, toolUseId },
  ];
}

async function session(account: Account, sessionId: string, text: string, events: object[]): Promise<string> {
  const token = await account.ingestToken(sessionId);
  const body = { agent: 'tester', sessionId, events: [{ type: 'prompt', text }, ...events] };
  return (await postHook<IngestAnswer>(url, token, '/hooks/events', body)).sessionId;
}

it('two sessions are chosen and compared: figures, tools, steps, and a file that is opened on both sides', async () => {
  const account = await signUp(url, person('comparer'));
  const edit = (content: string) => call('Write', { file_path: 'login.ts', content });
  const first = await session(account, 'first', 'Fix it with a lock', [
    ...edit('lock();\nsame();\n'),
    ...call('Bash', { command: 'npm test' }, 'tool.failed'),
  ]);
  await session(account, 'second', 'Fix it with a queue', [
    ...call('Grep', { pattern: 'race' }),
    ...edit('queue();\nsame();\n'),
    ...call('Bash', { command: 'npm test' }),
  ]);
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions/${first}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Compare' }).click();
  await page.getByText('Compare Fix it with a lock with…').waitFor();
  await page.getByLabel('Find a session').fill('queue');
  await page.getByRole('button', { name: /Fix it with a queue/ }).click();

  await page.getByRole('article', { name: 'B' }).getByText('Fix it with a queue').waitFor();
  const sides = page.getByRole('region', { name: 'Sides' });
  expect(await sides.getByRole('row', { name: /^Errors/ }).textContent()).toBe('Errors10−1');
  const tools = page.getByRole('region', { name: 'Tools' });
  expect(await tools.getByRole('row', { name: /^Grep/ }).textContent()).toBe('Grep–1only B');
  const steps = page.getByRole('region', { name: 'Steps' });
  await steps.getByText('2 steps of 3 the same on both sides.').waitFor();
  await steps.getByText('Differences').click();
  await expect.poll(() => steps.getByRole('link').count()).toBe(1);

  const files = page.getByRole('region', { name: 'Files' });
  await files.getByRole('button', { name: /login\.ts/ }).click();
  await files.getByText('lock();').waitFor();
  await files.getByText('queue();').waitFor();

  await page.getByRole('button', { name: 'Swap' }).click();
  await page.getByRole('article', { name: 'A' }).getByText('Fix it with a queue').waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Markdown' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^ses_\w+-ses_\w+\.md$/);
});

it('a branch is compared with its parent out of their tree, by keyboard, on a phone, and their snapshots become a patch', async () => {
  const account = await signUp(url, person('brancher'));
  const parent = await session(account, 'parent', 'Fix the race', []);
  const { session: branch } = await account.call<CreatedBranch>('POST', `/api/sessions/${parent}/branches`, { name: 'A queue' });
  await uploadSnapshot(account, parent, 'files', { 'a.txt': 'one\n', 'gone.txt': 'bye\n' });
  await uploadSnapshot(account, branch.id, 'files', { 'a.txt': 'two\n', 'new.txt': 'hello\n' });
  const page = await visit({ url, account, width: 390, height: 844 });
  await page.goto(`/${account.organizationId}/sessions/${parent}`);
  await page.getByRole('region', { name: 'Session tree' }).getByRole('link', { name: 'Compare' }).press('Enter');
  const family = page.getByRole('region', { name: 'In the same tree' });
  await family.getByRole('button', { name: /A queue/ }).press('Enter');

  const files = page.getByRole('region', { name: 'Files' });
  await files.getByText('gone.txt').waitFor();
  await files.getByRole('button', { name: /a\.txt/ }).press('Enter');
  await files.getByText('two').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth'), 'nothing sticks out').toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^Patch/ }).click()]);
  expect((await bytesOf(download)).toString()).toContain('-one\n+two\n');
});

it('two snapshots of a session are chosen by their names and compared', async () => {
  const account = await signUp(url, person('keeper-of-two'));
  const id = await session(account, 'kept', 'Kept twice', []);
  await uploadSnapshot(account, id, 'before', { 'a.txt': 'one\n' });
  await uploadSnapshot(account, id, 'after', { 'a.txt': 'two\n' });
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions/${id}/snapshots`);
  await page.getByRole('button', { name: /before/ }).click();
  await page.getByRole('article', { name: 'before' }).getByRole('link', { name: 'Compare with…' }).click();
  await page.getByText('Compare before of Kept twice with…').waitFor();
  const others = page.getByRole('region', { name: 'Snapshots of the same session' });
  await others.getByRole('button', { name: /after/ }).waitFor();
  expect(await others.getByRole('button', { name: /before/ }).count()).toBe(0);
  await others.getByRole('button', { name: /after/ }).click();
  const files = page.getByRole('region', { name: 'Files' });
  await files.getByRole('button', { name: /a\.txt/ }).click();
  await files.getByText('two').waitFor();
  expect(await page.getByRole('article', { name: 'A' }).getByText('before').count()).toBe(1);
});

it('every session can be chosen, whatever the list of sessions is filtered by', async () => {
  const account = await signUp(url, person('filterer'));
  await session(account, 'running', 'Runs on', []);
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions?status=failed`);
  await page.getByText('No session matches').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Compare two');
  await page.getByRole('option', { name: /Compare two sessions/ }).click();
  await page.getByRole('button', { name: /Runs on/ }).waitFor();
});

it('what cannot be compared says so', async () => {
  const account = await signUp(url, person('lost'));
  const id = await session(account, 'alone', 'Alone', []);
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/compare?a=${id}`);
  await page.getByText('No other session is here yet.').waitFor();
  await page.goto(`/${account.organizationId}/compare`);
  await page.getByRole('button', { name: /Alone/ }).waitFor();
});
