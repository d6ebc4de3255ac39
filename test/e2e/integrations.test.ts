import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import { person } from './person.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from './server-process.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

const received: { headers: Record<string, string>; body: string }[] = [];
let status = 200;
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    received.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(status).end();
  });
}).listen(0, '127.0.0.1');
let server: ServerProcess;

beforeAll(async () => {
  if (!receiver.listening) await once(receiver, 'listening');
  const stateDir = temporaryFolder();
  // Somebody began to set the GitHub App up.
  writeFileSync(join(stateDir, 'secrets.env'), 'ALLOW_LOOPBACK=1\nGITHUB_APP_SLUG=flightdeck-acme\n', { mode: 0o600 });
  server = await startServerProcess({ stateDir });
});
afterAll(async () => {
  receiver.close();
  await server.stop();
});

it('a channel is set up by its guide, tried out at once, found broken in the log, sent anew and deleted', async () => {
  const { port } = receiver.address() as AddressInfo;
  const account = await signUp(server.url, person('channels'));
  const page = await visit({ url: server.url, account });
  await page.goto(`/${account.organizationId}/settings/integrations`);
  await page.getByText('Nothing was sent yet').waitFor();
  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Signed JSON' }).click();

  await dialog.getByRole('button', { name: 'Save and send a test' }).click();
  await dialog.getByText('Address: this is needed.').waitFor();
  await dialog.getByLabel('Name').fill('Our board');
  await dialog.getByLabel('Address').fill(`http://127.0.0.1:${port}/in`);
  await dialog.getByRole('button', { name: 'Save and send a test' }).click();
  await dialog.getByText('It works: the test was delivered.').waitFor();
  const secret = await dialog.getByLabel('Signing secret', { exact: true }).inputValue();
  const [first] = received;
  if (!first) throw new Error('nothing was received');
  expect(new Webhook(secret).verify(first.body, first.headers)).toMatchObject({
    type: 'alert.test',
    data: { url: `${server.url}/${account.organizationId}/settings/integrations` },
  });
  await dialog.getByRole('button', { name: 'Done' }).click();

  status = 410;
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText('It was refused. It answered 410').waitFor();
  await page.reload();
  await page.getByText('Switched off. It answered 410').waitFor();
  await page.getByLabel('Outcome').selectOption('refused');
  const refused = page.locator('details', { hasText: 'Refused' });
  await refused.locator('summary').click();
  status = 200;
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('button', { name: 'Send a test' }).waitFor();
  await refused.getByRole('button', { name: 'Send again' }).click();
  await page.getByLabel('Outcome').selectOption('delivered');
  await expect
    .poll(async () => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      return page.locator('details').count();
    })
    .toBe(2);

  await page.getByRole('button', { name: 'More for Our board' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete channel' }).click();
  await page.getByText('None yet: alerts show').waitFor();
});

it('a GitHub App that is half set up names what is missing, and the webhook is there all the same', async () => {
  const account = await signUp(server.url, person('half-app'));
  const page = await visit({ url: server.url, account });
  await page.goto(`/${account.organizationId}/settings/integrations`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^GitHub/ }).click();
  await dialog.getByText('GITHUB_APP_CLIENT_ID, GITHUB_APP_CLIENT_SECRET').waitFor();
  await dialog.getByText('GITHUB_APP_WEBHOOK_SECRET are missing').waitFor();
  await dialog.getByRole('button', { name: 'Use a webhook' }).click();
  await dialog.getByLabel('Access token for comments').waitFor();
});
