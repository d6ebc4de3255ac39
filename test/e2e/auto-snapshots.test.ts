import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Account, signUp } from '../../scripts/local/account.ts';
import type { Snapshot, SnapshotList } from '../../wire/snapshot.ts';
import type { SnapshotRules } from '../../wire/snapshot-rules.ts';
import { Machine } from './cli-machine.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();
const machine = new Machine();
const who = person('auto');
const folder = join(machine.home, 'work');
let account: Account;

beforeAll(async () => {
  account = await signUp(url, who);
  await machine.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
  await machine.must(['connect', 'claude-code', '--wait-ms', '2500']);
  await account.call('POST', '/api/rules', { name: 'no removal', command: 'rm *', action: 'deny' });
  mkdirSync(join(folder, 'deep'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, 'a.txt'), 'before the call');
});
afterAll(() => machine.killFlushers());

const hook = (name: string, more: object = {}) =>
  machine.hook('claude-code', { session_id: 'auto-1', hook_event_name: name, cwd: join(folder, 'deep'), ...more });
const call = (tool: string, id: string, command = 'ls') =>
  hook('PreToolUse', { tool_name: tool, tool_use_id: id, tool_input: { command } });

async function snapshots(): Promise<Snapshot[]> {
  const session = (await account.sessions()).find(({ externalId }) => externalId === 'auto-1');
  if (!session) return [];
  return (await account.call<SnapshotList>('GET', `/api/sessions/${session.id}/snapshots`)).items;
}

it('rules that are set in the settings have the hook keep the files: before a call that is named, before it answers, and at the end', async () => {
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/settings/projects`);
  await page.getByRole('button', { name: 'Snapshots' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('as it ends').check();
  await dialog.getByLabel('Every so many minutes while it works').fill('2');
  await dialog.getByLabel('Before calls of these tools').fill('Bash, mcp__*');
  await dialog.getByRole('button', { name: 'Save rules' }).click();
  await dialog.getByText('A whole number from 5 to 1440, or nothing.').waitFor();
  await dialog.getByLabel('Every so many minutes while it works').fill('');
  await dialog.getByRole('button', { name: 'Save rules' }).click();
  await page.getByText('Saved: the command follows it').waitFor();

  await hook('UserPromptSubmit', { prompt: 'go' });
  await eventually(async () => (await account.sessions()).find(({ externalId }) => externalId === 'auto-1'));
  expect((await call('Read', 'toolu_1')).out).toBe('');
  expect(await snapshots()).toEqual([]);
  const { out, err } = await call('Bash', 'toolu_2');
  expect([out, err]).toEqual(['', '']);
  // The hook has answered: it is there already, of the whole repository.
  expect(await snapshots()).toMatchObject([{ reason: 'rule', fileCount: 1 }]);
  expect(JSON.parse((await call('Bash', 'toolu_refused', 'rm -rf .')).out)).toMatchObject({
    hookSpecificOutput: { permissionDecision: 'deny' },
  });
  expect(await snapshots(), 'nothing is kept before a call that is refused').toHaveLength(1);
  await hook('SessionEnd', { reason: 'other' });
  await eventually(async () => (await snapshots()).find(({ reason }) => reason === 'end'));
});

it('a machine that is connected afterwards keeps the files as its very first session begins', async () => {
  const rules = { atStart: true, atEnd: false, everyMinutes: null, beforeTools: ['Bash'] } satisfies SnapshotRules;
  await account.call('PUT', `/api/projects/${account.projectId}/snapshot-rules`, rules);
  const other = new Machine();
  onTestFinished(() => other.killFlushers());
  await other.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
  await other.must(['connect', 'claude-code']);
  await other.hook('claude-code', { session_id: 'auto-first', hook_event_name: 'SessionStart', source: 'startup', cwd: folder });
  await eventually(async () => {
    const session = (await account.sessions()).find(({ externalId }) => externalId === 'auto-first');
    if (!session) return false;
    const { items } = await account.call<SnapshotList>('GET', `/api/sessions/${session.id}/snapshots`);
    return items.some(({ reason }) => reason === 'start');
  });
});

it('a call whose files cannot be kept runs all the same, and it is said why', async () => {
  await machine.must(['logout']);
  const { code, out, err } = await call('Bash', 'toolu_3');
  expect(code).toBe(0);
  expect(err).toContain('The files were not kept before this call');
  expect(JSON.parse(out)).toMatchObject({ systemMessage: expect.stringContaining('The files were not kept before this call') });
});
