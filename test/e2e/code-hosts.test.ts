import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import { signedByGitHub } from '../adapters/webhook-signatures.ts';
import { pullRequestEvent } from '../routes/work/github-bodies.ts';
import { person } from './person.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from './server-process.ts';
import { useBrowser } from './visit.ts';

const { visit } = useBrowser();

/** GitHub's API, as far as we call it: what was called, and the comments that there are. */
const calls: string[] = [];
const comments = new Map<number, string>();
const github = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => {
    calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const [, known] = /\/issues\/comments\/(\d+)$/.exec(request.url ?? '') ?? [];
    const id = known === undefined ? comments.size + 1 : Number(known);
    if (request.url?.includes('comments')) comments.set(id, JSON.parse(text).body);
    response.writeHead(known === undefined ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
  });
}).listen(0, '127.0.0.1');
let server: ServerProcess;

beforeAll(async () => {
  if (!github.listening) await once(github, 'listening');
  const { port } = github.address() as AddressInfo;
  const stateDir = temporaryFolder();
  writeFileSync(join(stateDir, 'secrets.env'), `ALLOW_LOOPBACK=1\nGITHUB_API=http://127.0.0.1:${port}\n`, { mode: 0o600 });
  server = await startServerProcess({ stateDir });
});
afterAll(async () => {
  github.close();
  await server.stop();
});

it('GitHub is connected by its guide and heard; a pull request becomes a session that is told there, and its cancelling, too', async () => {
  const account = await signUp(server.url, person('code-hosts'));
  const page = await visit({ url: server.url, account });
  await page.goto(`/${account.organizationId}/settings/integrations`);
  await page.getByText('Nothing is connected yet').waitFor();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^GitHub/ }).click();
  await dialog.getByLabel('Name').fill('acme/web');
  await dialog.getByLabel('A pull or merge request is opened').check();
  await dialog.getByLabel('Access token for comments').fill('ghp_test');
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  const address = await dialog.getByLabel('Address', { exact: true }).inputValue();
  const secret = await dialog.getByLabel('Secret', { exact: true }).inputValue();
  await dialog.getByText('Waiting for GitHub to say hello').waitFor();
  const send = async (event: string, body: object) => {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'x-github-event': event, ...signedByGitHub(secret, bytes) };
    return (await fetch(address, { method: 'POST', headers, body: bytes })).status;
  };
  expect(await send('ping', { zen: 'Keep it logically awesome.' })).toBe(202);
  await dialog.getByText('It works: ping was received.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByText('GitHub · ').waitFor();

  expect(await send('pull_request', pullRequestEvent('opened'))).toBe(202);
  await expect.poll(() => comments.get(1), { timeout: 30_000 }).toContain('waits for a machine');
  await page.getByRole('button', { name: 'More for acme/web' }).click();
  await page.getByRole('menuitem', { name: 'What came…' }).click();
  await page.getByText('Started').waitFor();
  await page.getByRole('link', { name: /Mend the login/ }).click();
  await page.getByRole('heading', { name: /Mend the login/ }).waitFor();
  expect(comments.get(1)).toContain(page.url().replace(/\?.*$/, ''));

  const { items } = await account.call<{ items: { id: string }[] }>('GET', '/api/session-requests');
  await account.call('POST', `/api/session-requests/${items[0]?.id}/cancel`);
  await expect.poll(() => comments.get(1), { timeout: 40_000 }).toContain('was cancelled');
  expect(comments.size).toBe(1);
  expect(calls.filter((call) => call.includes('/statuses/')).every((call) => call.endsWith('Bearer ghp_test'))).toBe(true);
});
