import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signUp } from '../../scripts/local/account.ts';
import type { CreatedIntegration, ReceivedEvent } from '../../wire/integration.ts';
import { githubExample, githubExamples } from '../adapters/github/examples.ts';
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
  // Its pages: somebody installs the App without a word, and is sent back.
  const asked = new URL(request.url ?? '/', 'http://github');
  if (asked.pathname === '/apps/flightdeck-acme/installations/new') {
    const query = new URLSearchParams({
      installation_id: '4711',
      setup_action: 'install',
      code: 'once',
      state: asked.searchParams.get('state') ?? '',
    });
    response.writeHead(302, { location: `${server.url}/github-app/installed?${query}` }).end();
    return;
  }
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  request.on('end', () => {
    if (asked.pathname === '/login/oauth/access_token')
      return response.end(JSON.stringify(JSON.parse(text).code === 'once' ? { access_token: 'ghu_robin' } : {}));
    if (asked.pathname === '/user/installations')
      return response.end(
        JSON.stringify({ installations: [{ id: 4711, account: { login: 'acme', id: 7, type: 'Organization' } }] }),
      );
    if (asked.pathname === '/user/memberships/orgs/acme') return response.end(JSON.stringify({ state: 'active', role: 'admin' }));
    if (asked.pathname === '/app/installations/4711/access_tokens') {
      const soon = new Date(Date.now() + 3600_000).toISOString();
      return response.writeHead(201).end(JSON.stringify({ token: 'ghs_acme', expires_at: soon }));
    }
    calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    const [, known] = /\/issues\/comments\/(\d+)$/.exec(request.url ?? '') ?? [];
    const id = known === undefined ? comments.size + 1 : Number(known);
    if (request.url?.includes('comments')) comments.set(id, JSON.parse(text).body);
    response.writeHead(known === undefined ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ id }));
  });
}).listen(0, '127.0.0.1');
let server: ServerProcess;
const appSecret = 'the secret of the App';

beforeAll(async () => {
  if (!github.listening) await once(github, 'listening');
  const { port } = github.address() as AddressInfo;
  const stateDir = temporaryFolder();
  const url = `http://127.0.0.1:${port}`;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
  const settings = {
    ALLOW_LOOPBACK: '1',
    GITHUB_API: url,
    GITHUB_WEB: url,
    GITHUB_APP_SLUG: 'flightdeck-acme',
    GITHUB_APP_CLIENT_ID: 'Iv1.acme',
    GITHUB_APP_CLIENT_SECRET: 'client',
    GITHUB_APP_PRIVATE_KEY: key.toString().trim().replaceAll('\n', '\\n'),
    GITHUB_APP_WEBHOOK_SECRET: appSecret,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(stateDir, 'secrets.env'), lines.join(''), { mode: 0o600 });
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
  await dialog.getByRole('button', { name: 'Use a webhook' }).click();
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

it('the GitHub App is installed over there, connected to a project here, and says what becomes of a session', async () => {
  const account = await signUp(server.url, person('github-app'));
  const page = await visit({ url: server.url, account });
  await page.goto(`/${account.organizationId}/settings/integrations`);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^GitHub/ }).click();
  await dialog.getByRole('link', { name: 'Install on GitHub' }).click();
  await page.getByRole('heading', { name: 'The GitHub App is installed' }).waitFor();
  // The code is gone from the address.
  expect(new URL(page.url()).search).toBe('');
  await dialog.getByLabel('A pull or merge request is opened').check();
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'More for acme' }).waitFor();

  calls.length = 0;
  const bytes = new TextEncoder().encode(JSON.stringify({ ...pullRequestEvent('opened'), installation: { id: 4711 } }));
  const headers = { 'content-type': 'application/json', 'x-github-event': 'pull_request', ...signedByGitHub(appSecret, bytes) };
  const { status } = await fetch(`${server.url}/webhooks/github`, { method: 'POST', headers, body: bytes });
  expect(status).toBe(202);
  await expect.poll(() => calls, { timeout: 30_000 }).toContain('POST /repos/acme/web/issues/12/comments Bearer ghs_acme');
});

it('GitHub’s own example payloads, signed as it signs, are started or ignored as documented, and none is an error', async () => {
  const account = await signUp(server.url, person('examples'));
  const { webhookPath, secret, id } = await account.call<CreatedIntegration>('POST', '/api/integrations', {
    ...{ kind: 'github', name: 'Examples', projectId: account.projectId, people: { who: 'anyone', names: [] } },
    triggers: [{ on: 'opened' }, { on: 'comment' }, { on: 'label', label: 'bug' }, { on: 'failed' }],
  });
  const answers: string[] = [];
  const send = async (event: string, example: Record<string, unknown>) => {
    const body = new TextEncoder().encode(JSON.stringify(example));
    const headers = { 'content-type': 'application/json', 'x-github-event': event, ...signedByGitHub(secret, body) };
    const { status } = await fetch(server.url + webhookPath, { method: 'POST', headers, body });
    if (status !== 202) answers.push(`${event} ${example.action}: ${status}`);
  };
  for (const { name, examples } of githubExamples) for (const example of examples) await send(name, example);
  // No comment of theirs speaks to us, and no run of theirs fails: the same once more, as they would be then.
  const asks = (part: unknown) => ({ ...(part as object), body: '@flightdeck look at it' });
  for (const event of ['issue_comment', 'pull_request_review_comment']) {
    const example = githubExample(event, 'created');
    await send(event, { ...example, comment: asks(example.comment) });
  }
  const review = githubExample('pull_request_review', 'submitted');
  await send('pull_request_review', { ...review, review: asks(review.review) });
  const run = githubExample('workflow_run', 'completed');
  const { repository: head_repository, workflow_run } = run;
  await send('workflow_run', { ...run, workflow_run: { ...(workflow_run as object), head_repository, conclusion: 'failure' } });
  expect(answers).toEqual([]);

  const received = async () =>
    (await account.call<{ items: ReceivedEvent[] }>('GET', `/api/integrations/${id}/events?limit=100`)).items;
  await expect
    .poll(async () => (await received()).filter(({ outcome }) => outcome === 'waiting'), { timeout: 30_000 })
    .toEqual([]);
  const outcomes = (await received()).map(
    ({ event, outcome, detail }) => `${event}: ${outcome === 'started' ? outcome : detail}`,
  );
  expect([...new Set(outcomes)].toSorted()).toEqual([
    'issue_comment: The comment does not say @flightdeck.',
    'issue_comment: started',
    'issues: started',
    'pull_request: started',
    'pull_request_review: The comment does not say @flightdeck.',
    'pull_request_review: started',
    'pull_request_review_comment: The comment does not say @flightdeck.',
    'pull_request_review_comment: started',
    'workflow_run: started',
  ]);
});
