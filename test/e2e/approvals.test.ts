import { describe, expect, it } from 'vitest';
import { type Account, signUp } from '../../scripts/local/account.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

/** A person with a rule that asks about publishing, and an agent that wants to. */
async function askedAbout(name: string, rule: object = {}) {
  const account = await signUp(url, person(name));
  const token = await account.ingestToken(name);
  await account.call('POST', '/api/rules', { name: 'publishing', command: 'npm publish*', ...rule });
  return { account, call: (id: string, more: Partial<Call> = {}) => call(token, name, id, { ...publishing, ...more }) };
}

interface Call {
  tool: string;
  input: object;
}

const publishing: Call = { tool: 'Bash', input: { command: 'npm publish --access public', description: 'Publish' } };

/** A tool call as Claude Code posts it, whose settings let it wait for five minutes; answers what the agent hears. */
async function call(token: string, session: string, id: string, { tool, input }: Call): Promise<unknown> {
  const hook = {
    session_id: session,
    hook_event_name: 'PreToolUse',
    cwd: '/repo',
    tool_name: tool,
    tool_use_id: id,
    tool_input: input,
  };
  const response = await fetch(`${url}/hooks/claude-code`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-flightdeck-timeout': '300' },
    body: JSON.stringify(hook),
  });
  return response.json();
}

const inbox = ({ organizationId }: Account) => `/${organizationId}/approvals`;
const answered = (decision: string, words: string) => ({
  hookSpecificOutput: {
    hookEventName: 'PreToolUse',
    permissionDecision: decision,
    permissionDecisionReason: expect.stringContaining(words),
  },
});

describe('a call that waits for a person', () => {
  it('appears in every open inbox, and runs once somebody allows it in a browser', async () => {
    const { account, call } = await askedAbout('allowing');
    const [page, other] = await Promise.all([visit({ url, account }), visit({ url, account })]);
    await Promise.all([page.goto(inbox(account)), other.goto(inbox(account))]);
    await page.getByText('Nothing waits for you').waitFor();
    await other.getByText('Nothing waits for you').waitFor();
    const answer = call('t1');
    const card = page.getByRole('article');
    await card.getByText('npm publish --access public').waitFor();
    await other.getByRole('article').getByText('npm publish').first().waitFor();
    await other.waitForFunction(() => document.title === '(1) Approvals · Flightdeck');
    await card.getByRole('button', { name: 'Allow once' }).click();
    expect(await answer).toEqual(answered('allow', 'Allowed by'));
    await other.getByText('waits no longer').waitFor();
    await page.getByText('Nothing waits for you').waitFor();
  });

  it('is denied by keyboard with a note that the agent reads', async () => {
    const { account, call } = await askedAbout('denying');
    const page = await visit({ url, account });
    await page.goto(inbox(account));
    const answer = call('t1');
    await page.getByRole('article').waitFor();
    await page.keyboard.press('d');
    await page.getByLabel('Note to the agent').fill('wait for the release notes');
    await page.keyboard.press('Enter');
    expect(await answer).toEqual(answered('deny', 'wait for the release notes'));
  });

  it('is answered on its session’s page, where the decision stays, and so are messages to its agent', async () => {
    const { account, call } = await askedAbout('on-page');
    const answer = call('t1');
    const page = await visit({ url, account });
    await page.goto(inbox(account));
    await page.getByRole('article').getByRole('link').waitFor();
    const reading = Promise.withResolvers<void>();
    // The card's own reading, not the timeline's.
    await page.route(/\/events\?.*limit=4$/, (route) => reading.promise.then(() => route.continue()));
    await page.getByRole('article').getByRole('link').click();
    const timeline = page.getByRole('feed', { name: 'Timeline' });
    await timeline.getByRole('button', { name: 'Answer' }).click();
    const focused = page.locator(':focus');
    expect([await focused.textContent(), await focused.isDisabled()]).toEqual(['Allow once', true]);
    await page.keyboard.press('Enter');
    reading.resolve();
    await page.getByText('Reading the whole call').waitFor({ state: 'detached' });
    expect([await focused.textContent(), await focused.isDisabled()]).toEqual(['Allow once', false]);
    await page.keyboard.press('Enter');
    expect(await answer).toEqual(answered('allow', 'Allowed by'));
    await timeline.getByText(/^Allowed by/).waitFor();
    await page.keyboard.press('m');
    await page.keyboard.type('mind the tests');
    await page.keyboard.press('Enter');
    await timeline.getByText(/mind the tests/).waitFor();
    await page.getByText('1 message not read yet').waitFor();
  });

  it('is shown word for word: every field of any tool’s input, what hides written out, what is folded counted', async () => {
    const { account, call } = await askedAbout('exact', { command: undefined, tool: '*' });
    const page = await visit({ url, account });
    await page.goto(inbox(account));
    const rows = Array.from({ length: 60 }, (_, i) => `row ${i + 1}`).join('\n');
    const input = { sql: `drop table users\u202e; -- \u001b[8m`, rows, options: { force: true }, dryRun: false };
    const answer = call('t1', { tool: 'mcp__db__run', input });
    const card = page.getByRole('article');
    await card.getByText('drop table users⟨U+202E⟩; -- ⟨U+001B⟩[8m').waitFor();
    await card.getByText('It holds 2 characters that a screen does not show').waitFor();
    await card.getByText('"force": true').waitFor();
    await card.getByText('dryRun').waitFor();
    expect(await card.getByText('row 60').count()).toBe(0);
    await card.getByRole('button', { name: 'Show 40 more lines (280 more characters)' }).click();
    await card.getByText('row 60').waitFor();
    await card.getByRole('button', { name: 'Allow once' }).click();
    expect(await answer).toEqual(answered('allow', 'Allowed by'));
  });

  it('cannot be allowed before the whole of it was read; it can be denied', async () => {
    const { account, call } = await askedAbout('unread');
    const page = await visit({ url, account });
    let isCut = true;
    await page.route('**/events?*', (route) => (isCut ? route.fulfill({ json: { items: [] } }) : route.continue()));
    await page.goto(inbox(account));
    const answer = call('t1');
    const card = page.getByRole('article');
    await card.getByText('The whole call was not read').waitFor();
    expect(await card.getByRole('button', { name: 'Allow once' }).isDisabled()).toBe(true);
    expect(await card.getByRole('button', { name: 'Allow for this session' }).isDisabled()).toBe(true);
    expect(await card.getByRole('button', { name: 'Deny…' }).isDisabled()).toBe(false);
    isCut = false;
    await card.getByRole('button', { name: 'Read it again' }).click();
    await card.getByRole('button', { name: 'Allow once' }).click();
    expect(await answer).toEqual(answered('allow', 'Allowed by'));
  });

  it('gets its rule’s answer when nobody gives one', async () => {
    const { account, call } = await askedAbout('nobody', { waitSeconds: 5 });
    const page = await visit({ url, account });
    await page.goto(inbox(account));
    const answer = call('t1');
    await page.getByText('if nobody answers').waitFor();
    expect(await answer).toEqual(answered('deny', 'Nobody answered within 5 seconds'));
    await page.getByText('waits no longer').waitFor();
  });
});
