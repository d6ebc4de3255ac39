import { describe, expect, it, onTestFinished } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { eventually } from './eventually.ts';
import { person } from './person.ts';
import { recordedHooks } from './recorded.ts';
import { url } from './server.ts';
import { startServerProcess } from './server-process.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

/** A new person with a session of plain messages, numbered from 1. */
async function sessionOfMessages(origin: string, count: number, name: string) {
  const account = await signUp(origin, person(name));
  const token = await account.ingestToken(name);
  const send = (from: number, to: number) =>
    postHook<IngestAnswer>(origin, token, '/hooks/events', {
      agent: 'tester',
      sessionId: name,
      stream: 'main',
      events: Array.from({ length: to - from + 1 }, (_, i) => ({ n: from + i, type: 'message', text: `message ${from + i}` })),
    });
  const { sessionId } = await send(1, count);
  return { account, token, send, path: `/${account.organizationId}/sessions/${sessionId}` };
}

/** How long a page may leave a server alone that took long to come back, and time to connect. */
const longestAbsenceMs = 30_000 + 10_000;

describe('the session page', () => {
  it('follows the tail until somebody scrolls up, then says how many are new', async () => {
    const { account, send, path } = await sessionOfMessages(url, 200, 'tail');
    const page = await visit({ url, account });
    await page.goto(path);
    const timeline = page.getByRole('feed', { name: 'Timeline' });
    await timeline.getByText('message 200', { exact: true }).waitFor();
    await send(201, 220);
    await timeline.getByText('message 220', { exact: true }).waitFor();

    await timeline.hover();
    await page.mouse.wheel(0, -2000);
    await timeline.getByText('message 220', { exact: true }).waitFor({ state: 'detached' });
    await send(221, 232);
    const news = page.getByRole('button', { name: /12 new/ });
    await news.click();
    await timeline.getByText('message 232', { exact: true }).waitFor();
  });

  it('is worked by keyboard: j and k move, Enter opens, / finds, ? lists the keys', async () => {
    const { account, token } = await sessionOfMessages(url, 1, 'keys');
    for (const hook of recordedHooks('files', 'keyboard')) await postHook(url, token, '/hooks/claude-code', hook);
    const session = await eventually(async () => (await account.sessions()).find(({ externalId }) => externalId === 'keyboard'));
    const page = await visit({ url, account });
    await page.goto(`/${account.organizationId}/sessions`);
    await page.locator(`a[href$="${session.id}"]`).first().click();
    const timeline = page.getByRole('feed', { name: 'Timeline' });
    await timeline.getByText('a.txt').first().waitFor();

    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-posinset'));
    await page.keyboard.press('k');
    const last = Number(await focused());
    await page.keyboard.press('k');
    expect(Number(await focused())).toBe(last - 1);
    await page.keyboard.press('j');
    expect(Number(await focused())).toBe(last);
    await page.keyboard.press('/');
    await page.keyboard.type('three');
    const count = page.locator('.find-count');
    await count.getByText(/^\d+$/).waitFor();
    await page.keyboard.press('Enter');
    await count.getByText(/^\d+ of \d+$/).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Find', { exact: false }).first().waitFor();
  });

  it('shows hostile strings as what they are: text', async () => {
    const { account, token, path } = await sessionOfMessages(url, 1, 'hostile');
    const hostile = [
      '<script>document.title = "broken into"</script>',
      '<img src=x onerror="document.title = \'broken into\'">',
      '[a link](javascript:document.title="broken")',
      `\u001b[31m\u001b[5m${'\u001b[1m'.repeat(5000)}bomb\u001b[0m`,
      `NUL \u0000, lone surrogate \ud800, right to left \u202e desrever`,
      'x'.repeat(1_000_000),
      '| a |\n|---|\n'.repeat(300),
    ];
    await postHook(url, token, '/hooks/events', {
      agent: 'tester',
      sessionId: 'hostile',
      events: hostile.flatMap((text, i) => [
        { id: `m${i}`, type: 'message', text },
        { id: `s${i}`, type: 'tool.started', tool: text.slice(0, 200), toolUseId: `t${i}`, input: { command: text } },
        { id: `f${i}`, type: 'tool.finished', tool: 'Bash', toolUseId: `t${i}`, output: text, ok: true },
      ]),
    });
    await postHook(url, token, '/hooks/events', {
      agent: 'tester',
      sessionId: 'hostile',
      events: [{ type: 'message', text: 'still here' }],
    });
    const page = await visit({ url, account });
    await page.goto(path);
    await page.getByRole('feed', { name: 'Timeline' }).getByText('still here').waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('feed', { name: 'Timeline' }).getByText('broken into').first().waitFor();
    expect(await page.title()).not.toContain('broken');
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(await page.locator('.timeline script, .timeline img').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it('says that it is offline when the server dies, and catches up by itself when it is back', async () => {
    const server = await startServerProcess();
    let running = server;
    // After the page is gone: it asks for its budgets a little after it is back.
    onTestFinished(async () => {
      await running.stop();
    });
    const { account, send, path } = await sessionOfMessages(server.url, 20, 'offline');
    const page = await visit({ url: server.url, account, outlivesServer: true });
    await page.goto(path);
    const timeline = page.getByRole('feed', { name: 'Timeline' });
    await timeline.getByText('message 20', { exact: true }).waitFor();
    await page.getByText('Live', { exact: true }).first().waitFor();
    await server.kill();
    await page
      .getByText(/^Offline since/)
      .first()
      .waitFor();
    running = await startServerProcess({ port: server.port, stateDir: server.stateDir });
    await send(21, 25);
    await timeline.getByText('message 25', { exact: true }).waitFor({ timeout: longestAbsenceMs });
    await page.getByText('Live', { exact: true }).first().waitFor();
  }, 150_000);
});
