import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Account, signUp } from '../../scripts/local/account.ts';
import { pushBrowser } from '../adapters/web-push/push-browser.ts';
import { installedApp, manifestOf } from './installed-app.ts';
import { person } from './person.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from './server-process.ts';

/** Stands in for the push service of a browser's vendor: keeps what it is to deliver. */
const bodies: Buffer[] = [];
const pushService = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    bodies.push(Buffer.concat(parts));
    response.writeHead(201).end();
  });
}).listen(0, '127.0.0.1');
let server: ServerProcess;

beforeAll(async () => {
  if (!pushService.listening) await once(pushService, 'listening');
  const stateDir = temporaryFolder();
  writeFileSync(join(stateDir, 'secrets.env'), 'ALLOW_LOOPBACK=1\n', { mode: 0o600 });
  server = await startServerProcess({ stateDir });
});
afterAll(async () => {
  pushService.close();
  await server.stop();
});

async function phone(account: Account) {
  const { port } = pushService.address() as AddressInfo;
  const { target, read } = pushBrowser(`http://127.0.0.1:${port}/push`);
  const app = await installedApp(server.url, target);
  onTestFinished(app.close);
  await app.context.addCookies(account.cookieList());
  app.context.setDefaultTimeout(10_000);
  const open = async (path: string) => {
    const page = await app.context.newPage();
    await page.goto(server.url + path);
    return page;
  };
  const pushed = async (count: number): Promise<unknown[]> => {
    await expect.poll(() => bodies.length, { timeout: 20_000 }).toBe(count);
    return bodies.map(read);
  };
  return { ...app, open, pushed };
}

/** The agent's hook hangs until somebody answers, or its test is over. */
function asks(token: string, session: string, command: string): void {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const hook = {
    session_id: session,
    hook_event_name: 'PreToolUse',
    cwd: '/repo',
    tool_name: 'Bash',
    tool_use_id: session,
    tool_input: { command },
  };
  void fetch(`${server.url}/hooks/claude-code`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-flightdeck-timeout': '300' },
    body: JSON.stringify(hook),
    signal: gone.signal,
  }).catch(() => {});
}

it('Flightdeck can be installed: its manifest has no faults and icons of the sizes that it says', async () => {
  const account = await signUp(server.url, person('installing'));
  const { open } = await phone(account);
  const page = await open(`/${account.organizationId}/sessions`);
  const { manifest, faults } = await manifestOf(page);
  expect(faults).toEqual([]);
  expect(manifest).toMatchObject({ name: 'Flightdeck', display: 'standalone', start_url: '/', scope: '/' });
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (path) => {
      const { width, height } = await createImageBitmap(await (await fetch(path)).blob());
      return `${width}x${height}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
});

it('a call that waits is pushed to the phone on which notifications were turned on; its tap opens the exact card', async () => {
  const account = await signUp(server.url, person('pushing'));
  const token = await account.ingestToken('agents');
  await account.call('POST', '/api/rules', { name: 'publishing', command: 'npm publish*' });
  const { open, pushed, push, shown, tap, context } = await phone(account);
  const page = await open(`/${account.organizationId}/settings/integrations`);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('They are on in this browser').waitFor();
  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Notifications/ }).click();
  await dialog.getByRole('button', { name: 'Save and send a test' }).click();
  await dialog.getByText('It works: the test was delivered.').waitFor();
  const [test] = await pushed(1);
  await push(test);
  await expect.poll(shown).toMatchObject([{ title: 'A test from Flightdeck' }]);

  const { items: channels } = await account.call<{ items: { id: string }[] }>('GET', '/api/channels');
  await account.call('PATCH', '/api/alert-rules/alr_call_waiting', { channelIds: channels.map(({ id }) => id) });
  asks(token, 'first', 'npm publish --tag next');
  await pushed(2);
  asks(token, 'second', 'npm publish --access public');
  const [, first, second] = await pushed(3);
  await push(first);
  await push(second);
  await expect.poll(async () => (await shown()).length).toBe(3);
  const tagged = async (command: string) => (await shown()).find(({ body }) => body.includes(command))?.tag ?? '';

  expect(await tap(await tagged('--tag next')), 'a page is open, so no other is').toBeNull();
  await page.waitForURL(/\/approvals\?/);
  await page.locator('.approval.focused', { hasText: 'npm publish --tag next' }).waitFor();

  await page.close();
  const address = await tap(await tagged('--access public'));
  if (!address) throw new Error('no window was asked for');
  const opened = await context.newPage();
  await opened.goto(address);
  await opened.locator('.approval.focused', { hasText: 'npm publish --access public' }).waitFor();
  await opened.locator('.approval.focused').getByRole('button', { name: 'Allow once' }).click();
  await opened.locator('.approval', { hasText: '--access public' }).waitFor({ state: 'detached' });
  expect(await opened.getByText('waits no longer').count()).toBe(0);
  await opened.reload();
  await opened.getByText('The call that this link leads to waits no longer').waitFor();
});
