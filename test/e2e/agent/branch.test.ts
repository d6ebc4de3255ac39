import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Account, signUp } from '../../../scripts/local/account.ts';
import type { SessionTree, TreeNode } from '../../../wire/session-tree.ts';
import { ownerOf } from '../../../worker/routes/ingest/owner.ts';
import { startFakeAnthropic } from '../../fixtures/agents/fake-anthropic.mjs';
import { Machine } from '../cli-machine.ts';
import { eventually } from '../eventually.ts';
import { person } from '../person.ts';
import { url } from '../server.ts';
import { useBrowser } from '../visit.ts';
import { type ClaudeResult, runClaude } from './real-claude.ts';

const { visit } = useBrowser();

const machine = new Machine();
const workspace = join(machine.home, 'project');
const who = person('branch');
let account: Account;
let api: Awaited<ReturnType<typeof startFakeAnthropic>>;

beforeAll(async () => {
  mkdirSync(workspace);
  api = await startFakeAnthropic();
  account = await signUp(url, who);
  await machine.must(['login', url, '--email', who.email, '--password-stdin'], who.password);
  await machine.must(['connect', 'claude-code']);
  Object.assign(machine.env, {
    PATH: `${dirname(inject('claude'))}:${machine.env.PATH}`,
    ANTHROPIC_BASE_URL: api.url,
    ANTHROPIC_API_KEY: 'fake',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  });
});
afterAll(async () => {
  machine.killFlushers();
  await api.close();
});

const bash = (command: string) => `[[Bash ${JSON.stringify({ command })}]]`;

/** A session of a real agent, from its first word to its last; its id here. */
async function wholeSession(prompt: string): Promise<string> {
  const externalId = randomUUID();
  await runClaude(inject('claude'), [prompt, '--session-id', externalId], { home: machine.home, workspace, apiUrl: api.url });
  const actor = { tokenId: '', organizationId: account.organizationId, projectId: '', userId: '' };
  const { sessionId } = ownerOf(actor, 'claude-code', externalId);
  await eventually(async () => (await account.session(sessionId).catch(() => null))?.status === 'completed');
  return sessionId;
}

const childOf = async (id: string): Promise<TreeNode | undefined> =>
  (await account.call<SessionTree>('GET', `/api/sessions/${id}/tree`)).nodes.find(({ parentId }) => parentId === id);

describe('a real Claude Code in a branch', () => {
  it('runs in a copy of the files, is told what came before, and appears under its parent while it runs', async () => {
    const parent = await wholeSession(`Say what a.txt holds. ${bash('echo parent')}`);
    writeFileSync(join(workspace, 'a.txt'), 'as it was\n');
    await machine.must(['snapshot', workspace, '--session', parent]);
    writeFileSync(join(workspace, 'a.txt'), 'as it is\n');

    const page = await visit({ url, account });
    await page.goto(`/${account.organizationId}/sessions/${parent}`);
    await page.getByRole('feed', { name: 'Timeline' }).waitFor();
    const description = `Read it again. [[delay 2500]] ${bash('cat a.txt > b.txt')}`;
    const words = ['branch', parent, '--name', 'Another way', '--description', description];
    const agentWords = ['--', '-p', '--allowedTools', 'Bash,Read', '--output-format', 'json'];
    const { ran } = machine.start([...words, ...agentWords], '', workspace);
    const row = (words: RegExp) => page.getByRole('treeitem', { name: words });
    await row(/Running.*Another way/).waitFor({ timeout: 60_000 });
    const running = await eventually(async () => {
      const child = await childOf(parent);
      return child?.status === 'running' && child;
    });
    expect(running).toMatchObject({ title: 'Another way', branch: { name: 'Another way' } });

    const { code, out, err } = await ran;
    expect({ code, err: err.replaceAll(/.*[Pp]rogress.*\n?/g, '') }).toMatchObject({ code: 0 });
    const result = JSON.parse(out.slice(out.indexOf('{'))) as ClaudeResult;
    const session = await account.session(running.id);
    expect(result.session_id).toBe(session.externalId);

    const ended = await eventually(async () => {
      const child = await childOf(parent);
      return child?.status === 'completed' && child;
    });
    expect(ended.outcome).toBe(result.result);
    await row(/Completed.*Another way/).waitFor();
    expect(ended.costMicroUsd).toBeGreaterThan(0);
    const folder = session.cwd ?? '';
    expect(folder).toMatch(/project-another-way-\w{6}$/);
    expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('as it was\n');
    expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('as it is\n');

    const events = await account.events(running.id);
    expect(events[0]).toMatchObject({ seq: 1, control: { action: 'branched', parentId: parent } });
    const told = events.find(({ type }) => type === 'prompt')?.text ?? '';
    expect(told).toContain('Say what a.txt holds.');
    expect(told).toContain('Read it again.');
    expect((await account.events(parent)).at(-1)).toMatchObject({ control: { action: 'branch_made', childId: running.id } });
  });
});
