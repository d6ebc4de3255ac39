import { describe, expect, it } from 'vitest';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import type { CreatedBranch, SessionSummary } from '../../wire/session.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

/** A person with a session of Claude Code that has asked something, and a way to send its hooks and those of its branches. */
async function parentOf(name: string) {
  const account = await signUp(url, person(name));
  const token = await account.ingestToken(name);
  const hook = (session: string, event: string, fields: object = {}) =>
    postHook(url, token, '/hooks/claude-code', { session_id: session, hook_event_name: event, ...fields });
  await hook(name, 'UserPromptSubmit', { prompt: 'Fix the login race' });
  await hook(name, 'MessageDisplay', { message_id: 'm', index: 0, final: true, delta: 'A mutex, or a queue?' });
  await hook(name, 'Stop', { last_assistant_message: 'A mutex, or a queue?' });
  const parent = await eventually(async () => (await account.sessions()).find(({ externalId }) => externalId === name));
  return { account, hook, parent, pathOf: (id: string) => `/${account.organizationId}/sessions/${id}` };
}

const branchOf = async (account: Account, { id }: Pick<SessionSummary, 'id'>, body: object): Promise<SessionSummary> =>
  (await account.call<CreatedBranch>('POST', `/api/sessions/${id}/branches`, body)).session;

describe('branches on the session page', () => {
  it('are made from an event, wait with the command that starts them, and stand in the tree', async () => {
    const { account, parent, pathOf } = await parentOf('branch-page');
    const page = await visit({ url, account });
    await page.goto(pathOf(parent.id));
    await page.getByRole('feed', { name: 'Timeline' }).getByText('A mutex, or a queue?').click();
    await page.getByRole('button', { name: 'Branch off here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Branch off at event 2' });
    await dialog.getByLabel('Name').fill('With a mutex');
    await dialog.getByLabel('What it is to try').fill('Try a mutex.');
    await dialog.getByRole('button', { name: 'Make the branch' }).click();
    await page.waitForURL((at) => !at.pathname.endsWith(parent.id));
    await page.getByText('This branch waits for its agent.').waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    await page.getByText(`flightdeck branch ${id}`).waitFor();
    expect(await account.session(id)).toMatchObject({ status: 'queued', branch: { fromSeq: 2, description: 'Try a mutex.' } });
    const tree = page.getByRole('tree', { name: 'Sessions of this tree' });
    await tree.getByRole('treeitem', { name: /With a mutex.*from event 2.*waits to be started/ }).waitFor();
    expect(await tree.getByRole('treeitem').count()).toBe(2);
    expect(await tree.locator('[aria-current=page]').textContent()).toContain('With a mutex');
  });

  it('are walked by keyboard, and change in the picture as their agents work', async () => {
    const { account, hook, parent, pathOf } = await parentOf('branch-live');
    const left = await branchOf(account, parent, { name: 'left', seq: 1 });
    const right = await branchOf(account, parent, { name: 'right' });
    await hook(left.externalId, 'UserPromptSubmit', { prompt: 'go' });
    const leaf = await branchOf(account, left, { name: 'leaf' });
    const page = await visit({ url, account });
    await page.goto(pathOf(parent.id));
    const tree = page.getByRole('tree', { name: 'Sessions of this tree' });
    const item = (name: RegExp) => tree.getByRole('treeitem', { name });
    await item(/leaf/).waitFor();
    expect(await tree.getByRole('treeitem').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-level')))).toEqual([
      '1',
      '2',
      '3',
      '2',
    ]);

    await hook(right.externalId, 'UserPromptSubmit', { prompt: 'go' });
    await item(/Running.*right/).waitFor();
    await hook(right.externalId, 'MessageDisplay', { message_id: 'm', index: 0, final: true, delta: 'The queue it is.' });
    await hook(right.externalId, 'Stop', { last_assistant_message: 'The queue it is.' });
    await hook(right.externalId, 'SessionEnd', { reason: 'other' });
    await item(/Completed.*right.*The queue it is\./).waitFor();
    const late = await branchOf(account, left, { name: 'late' });
    await item(/late/).waitFor();

    await item(/Fix the login race/).focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toContain('left');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toContain('leaf');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toContain('left');
    await page.keyboard.press('End');
    expect(await focused()).toContain('right');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toContain('late');
    await page.keyboard.press('Enter');
    await page.waitForURL((at) => at.pathname.endsWith(late.id));
    await tree.locator('[aria-current=page]').getByText('late').waitFor();
    expect(leaf.parentId).toBe(left.id);
  });

  it('give their outcome back to their parent, whose agent reads it', async () => {
    const { account, hook, parent, pathOf } = await parentOf('branch-merge');
    const branch = await branchOf(account, parent, { name: 'With a queue' });
    await hook(branch.externalId, 'UserPromptSubmit', { prompt: 'go' });
    await hook(branch.externalId, 'Stop', { last_assistant_message: 'The queue it is.' });
    const page = await visit({ url, account });
    await page.goto(pathOf(branch.id));
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Give the outcome back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Attach it and tell the agent' }).click();
    await page.getByText('its parent’s agent reads it next').waitFor();
    await page.getByRole('treeitem', { name: /With a queue.*given back/ }).waitFor();
    await page.getByRole('treeitem', { name: /Fix the login race/ }).click();
    await page.getByText(/Outcome of the branch “With a queue”.*The queue it is\./).waitFor();
    await page.getByText('1 message not read yet').waitFor();
  });

  it('fit on a phone: the tree opens by a tap, and is walked by others', async () => {
    const { account, parent, pathOf } = await parentOf('branch-phone');
    const branch = await branchOf(account, parent, { name: 'With a mutex, which is a longer name than a phone is wide' });
    const page = await visit({ url, account, width: 390, height: 844 });
    await page.goto(pathOf(parent.id));
    await page.getByRole('button', { name: /^Tree of 2 sessions/ }).click();
    const row = page.getByRole('treeitem', { name: /With a mutex/ });
    await row.waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await row.click();
    await page.waitForURL((at) => at.pathname.endsWith(branch.id));
  });
});
