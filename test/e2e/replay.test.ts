import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

const startMs = Date.UTC(2026, 10, 20, 9);
const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();

/** Eleven events with two prompts, a failure, two edits of one file, and twenty minutes of silence before the seventh. */
const story = [
  { type: 'session.started', at: at(0) },
  { type: 'prompt', at: at(1), text: 'Mend the login' },
  { type: 'tool.started', at: at(2), tool: 'Bash', toolUseId: 't1', input: { command: 'npm test' } },
  { type: 'tool.failed', at: at(3), tool: 'Bash', toolUseId: 't1', ok: false, output: 'one test failed' },
  { type: 'tool.finished', at: at(4), ...edit('t2', 'let tries = 1;\nlet more = 2;') },
  { type: 'usage', at: at(4), usage: { input: 10, output: 5, model: 'made-up' }, costMicroUsd: 250_000 },
  { type: 'prompt', at: at(1204), text: 'Now the logout' },
  { type: 'tool.finished', at: at(1205), ...edit('t3', 'let gone = true;') },
  { type: 'usage', at: at(1205), usage: { input: 10, output: 5, model: 'made-up' }, costMicroUsd: 500_000 },
  { type: 'message', at: at(1206), text: 'Both are mended' },
  { type: 'session.ended', at: at(1207) },
];

function edit(toolUseId: string, after: string) {
  const input = { file_path: '/repo/src/login.ts', old_string: 'x', new_string: after };
  return { tool: 'Edit', toolUseId, input, output: {}, ok: true };
}

async function replayedSession(name: string, events: object[] = story) {
  const account = await signUp(url, person(name));
  const token = await account.ingestToken(name);
  const send = (some: object[]) =>
    postHook<IngestAnswer>(url, token, '/hooks/events', { agent: 'tester', sessionId: name, events: some });
  const { sessionId } = await send(events);
  return { account, send, path: `/${account.organizationId}/sessions/${sessionId}` };
}

const bar = (page: Page) => page.getByRole('region', { name: 'Replay' });
const scrubber = (page: Page) => page.getByRole('slider', { name: 'Moment of the session' });
const moment = async (page: Page) => Number(await scrubber(page).inputValue());
const rows = (page: Page) => page.getByRole('feed', { name: 'Timeline' });
const atMoment = (page: Page, seq: number) => expect.poll(() => moment(page), { timeout: 10_000 }).toBe(seq);

describe('a replay', () => {
  it('goes through a session by keyboard: steps, jumps, and shows rows, cost and files as they were', async () => {
    const { account, path } = await replayedSession('keyed');
    const page = await visit({ url, account });
    await page.goto(path);
    await rows(page).getByText('Both are mended').waitFor();
    await page.keyboard.press('r');
    await atMoment(page, 1);
    await rows(page).getByText('Mend the login').waitFor({ state: 'detached' });
    await page.keyboard.press('.');
    await rows(page).getByText('Mend the login').waitFor();

    await page.keyboard.press('e');
    await atMoment(page, 4);
    await page.keyboard.press('c');
    await atMoment(page, 5);
    const files = page.getByRole('navigation', { name: 'Outline' }).locator('.outline-entry', { hasText: 'login.ts' });
    await files.getByText('+2').waitFor();
    await page.keyboard.press('p');
    await atMoment(page, 7);
    const figures = page.locator('.session-figures').first();
    await figures.getByText('$0.25').waitFor();
    expect(await rows(page).getByText('Both are mended').count()).toBe(0);
    await page.keyboard.press('c');
    await atMoment(page, 8);
    await files.getByText('+3').waitFor();
    expect(await bar(page).getByRole('button', { name: 'Next file change (c)' }).isDisabled()).toBe(true);
    await page.keyboard.press('C');
    await atMoment(page, 5);
    await files.getByText('+2').waitFor();

    await page.keyboard.press('r');
    await rows(page).getByText('Both are mended').waitFor();
    await figures.getByText('$0.75').waitFor();
    expect(await bar(page).count()).toBe(0);
  });

  it('keeps its moment in the address, over a reload and a filter, until it is left', async () => {
    const { account, path } = await replayedSession('linked');
    const page = await visit({ url, account });
    // Not even for the blink of an eye is it ahead of its moment.
    await page.addInitScript(() =>
      new MutationObserver(() => {
        const feed = document.querySelector('[role=feed]');
        if (feed?.textContent?.includes('Both are mended')) sessionStorage.setItem('ahead', 'yes');
      }).observe(document, { childList: true, subtree: true, characterData: true }),
    );
    await page.goto(`${path}?at=4`);
    await atMoment(page, 4);
    await rows(page).getByText('npm test').first().waitFor();
    expect(await rows(page).getByText('Now the logout').count()).toBe(0);
    expect(await page.evaluate(() => sessionStorage.getItem('ahead'))).toBeNull();
    await bar(page).getByRole('button', { name: 'Next prompt (p)' }).click();
    await atMoment(page, 7);
    await page.waitForURL(/\?at=7/);
    await page.reload();
    await atMoment(page, 7);
    await rows(page).getByText('Now the logout').waitFor();
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Prompts' }).click();
    await page.waitForURL(/show=prompts.*at=7|at=7.*show=prompts/);
    await atMoment(page, 7);
    await page.keyboard.press('Escape');
    await bar(page).getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL((address) => !address.searchParams.has('at'));
  });

  it('plays to the end, shortens long silences and says so, and tells a screen reader the moment', async () => {
    const { account, path } = await replayedSession('played');
    const page = await visit({ url, account });
    await page.goto(path);
    await page.getByRole('button', { name: 'Replay (r)' }).click();
    await scrubber(page).waitFor();
    await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toBe('Play (Space)');
    await scrubber(page).focus();
    await page.keyboard.press('End');
    await atMoment(page, 11);
    expect(await scrubber(page).getAttribute('aria-valuetext')).toMatch(/^Event 11 of 11, Session ended/);
    await page.keyboard.press('Home');
    await atMoment(page, 1);
    await page.keyboard.press('ArrowRight');
    await atMoment(page, 2);
    await bar(page).getByText('5×', { exact: true }).click();
    await bar(page).getByRole('button', { name: 'Play (Space)' }).click();
    await bar(page).getByText('20m 00s of silence, shortened to 5s').waitFor();
    await atMoment(page, 11);
    await bar(page).getByRole('button', { name: 'Play (Space)' }).waitFor();
  });

  it('of a live session keeps its moment while more happens, and shows it once it is left', async () => {
    const { account, send, path } = await replayedSession('live', story.slice(0, 6));
    const page = await visit({ url, account });
    await page.goto(`${path}?at=2`);
    await atMoment(page, 2);
    await send([{ type: 'message', text: 'and on it goes' }]);
    await bar(page).getByText('Event 2 of 7').waitFor();
    expect(await rows(page).getByText('and on it goes').count()).toBe(0);
    await page.keyboard.press('r');
    await rows(page).getByText('and on it goes').waitFor();
  });

  it('of a live session leaves a message that is being written as it is, out of reach until it is left', async () => {
    const { account, path } = await replayedSession('writing', story.slice(0, 6));
    const page = await visit({ url, account });
    await page.goto(path);
    const message = page.getByLabel('Message to the agent');
    await message.fill('mind the te');
    await page.getByRole('button', { name: 'Replay (r)' }).click();
    await atMoment(page, 1);
    expect(await message.isVisible()).toBe(false);
    await page.keyboard.press('m');
    await page.keyboard.press('r');
    await message.waitFor();
    expect(await message.inputValue()).toBe('mind the te');
    await message.focus();
    await page.keyboard.press('End');
    await page.keyboard.type('sts');
    expect(await message.inputValue()).toBe('mind the tests');
  });

  it('fits a phone, with targets for thumbs', async () => {
    const { account, path } = await replayedSession('thumbs');
    const page = await visit({ url, account, width: 390, height: 844 });
    await page.goto(`${path}?at=5`);
    await atMoment(page, 5);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const next = bar(page).getByRole('button', { name: 'Next prompt (p)' });
    expect((await next.boundingBox())?.height).toBeGreaterThanOrEqual(40);
    await next.click();
    await atMoment(page, 7);
  });
});
