import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { type Account, postHook, signUp } from '../../scripts/local/account.ts';
import { ExportDocument } from '../../wire/export.ts';
import { bytesOf } from './download.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { url } from './server.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();
let account: Account;

/** Listed in this order: the newest activity first. */
const titles = ['Alder', 'Birch', 'Cedar', 'Dogwood', 'Elm'];

beforeAll(async () => {
  account = await signUp(url, person('chooses'));
  const token = await account.ingestToken('agents');
  for (const text of titles.toReversed()) {
    const events = [{ type: 'prompt', text }, { type: 'session.ended' }];
    await postHook(url, token, '/hooks/events', { agent: 'tester', sessionId: text, events });
  }
  await eventually(async () => (await account.sessions()).filter(({ status }) => status === 'completed').length === 5);
});

const open = async (page: Page) => {
  await page.goto(`/${account.organizationId}/sessions`);
  await page.getByRole('link', { name: 'Elm' }).waitFor();
};
const box = (page: Page, title: string) => page.getByRole('checkbox', { name: `Select ${title}`, exact: true });
const bar = (page: Page) => page.getByRole('toolbar', { name: 'Selected sessions' });
/** Once so many are chosen, which. */
const chosen = async (page: Page, count: number) => {
  await bar(page)
    .getByText(`${count} ${count === 1 ? 'session' : 'sessions'}`, { exact: true })
    .waitFor();
  const rows = page.locator('.session-row', { has: page.getByRole('checkbox', { checked: true }) });
  return rows.getByRole('link').allTextContents();
};

it('rows are chosen by keys, singly, as a range and all at once, and let go by Escape', async () => {
  const page = await visit({ url, account });
  await open(page);
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  expect(await chosen(page, 1)).toEqual(['Alder']);
  for (const key of ['j', 'j', 'X']) await page.keyboard.press(key);
  expect(await chosen(page, 3)).toEqual(['Alder', 'Birch', 'Cedar']);
  await page.keyboard.press('Control+a');
  expect(await chosen(page, 5)).toEqual(titles);
  await page.keyboard.press('Escape');
  await bar(page).waitFor({ state: 'detached' });
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);

  await page.keyboard.press('/');
  await page.keyboard.type('e');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('x');
  expect(await page.getByRole('searchbox').inputValue(), 'in the field keys are text').toBe('x');
});

it('with the pointer a range is chosen with shift, and two of it are compared, the older one first', async () => {
  const page = await visit({ url, account });
  await open(page);
  await box(page, 'Birch').check();
  await box(page, 'Dogwood').click({ modifiers: ['Shift'] });
  expect(await chosen(page, 3)).toEqual(['Birch', 'Cedar', 'Dogwood']);
  const compare = bar(page).getByRole('button', { name: 'Compare' });
  expect(await compare.isDisabled()).toBe(true);
  await box(page, 'Cedar').uncheck();
  await compare.click();
  await page.getByRole('heading', { name: 'Compare' }).waitFor();
  const side = page.locator('.compare-sides');
  await side.getByText('Dogwood').waitFor();
  expect((await side.textContent())?.replace(/.*?(Dogwood|Birch).*?(Dogwood|Birch).*/s, '$1 $2')).toBe('Dogwood Birch');
});

it('what is chosen leaves in one file', async () => {
  const page = await visit({ url, account });
  await open(page);
  for (const title of ['Alder', 'Elm']) await box(page, title).check();
  for (const [item, ending] of [
    ['JSON', 'json'],
    ['Markdown', 'md'],
    ['Archive, with snapshots', 'tar.gz'],
  ] as const) {
    await bar(page).getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`flightdeck-export.${ending}`);
    if (item !== 'JSON') continue;
    const { sessions } = ExportDocument.parse(JSON.parse((await bytesOf(download)).toString('utf8')));
    expect(sessions.map(({ session }) => session.title)).toEqual(['Elm', 'Alder']);
  }
});

it('on a phone rows are tapped, go into the trash together, and come back by Undo', async () => {
  const page = await visit({ url, account, width: 390, height: 844 });
  await open(page);
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  for (const title of ['Birch', 'Cedar']) await page.getByRole('link', { name: title }).click();
  expect(await chosen(page, 2)).toEqual(['Birch', 'Cedar']);
  await bar(page).getByRole('button', { name: 'Move to trash' }).click();
  await page.getByText('2 sessions moved to the trash.').waitFor();
  await page.getByRole('link', { name: 'Cedar' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('2 sessions brought back.').waitFor();
  await page.getByRole('link', { name: 'Cedar' }).waitFor();
  await page.getByRole('link', { name: 'Birch' }).click();
  await page.waitForURL(/\/sessions\/ses_/);
});

it('what still goes on is asked about before it is thrown away', async () => {
  const token = await account.ingestToken('running');
  const running = { agent: 'tester', sessionId: 'Fir', events: [{ type: 'prompt', text: 'Fir' }] };
  await postHook(url, token, '/hooks/events', running);
  const page = await visit({ url, account });
  await page.goto(`/${account.organizationId}/sessions`);
  await box(page, 'Fir').check();
  await bar(page).getByRole('button', { name: 'Move to trash' }).click();
  await page.getByRole('dialog').getByText('1 of them is still going on').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'Fir' }).waitFor();
});
