import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Account, signUp } from '../../../scripts/local/account.ts';
import type { CreatedIntegration, NewIntegration } from '../../../wire/integration.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { mergeRequestEvent } from '../../adapters/gitlab/bodies.ts';
import { signedByGitHub } from '../../adapters/webhook-signatures.ts';
import { sshStandIn } from '../../cli/work/ssh-stand-in.ts';
import { startFakeAnthropic } from '../../fixtures/agents/fake-anthropic.mjs';
import { pullRequest, pullRequestEvent } from '../../routes/work/github-bodies.ts';
import { Machine } from '../cli-machine.ts';
import { eventually } from '../eventually.ts';
import { person } from '../person.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from '../server-process.ts';
import { standInForGitHub, standInForGitLab } from '../stand-ins/code-hosts.ts';
import { standInForSlack } from '../stand-ins/slack.ts';
import { useBrowser } from '../visit.ts';

const { visit } = useBrowser();
const machine = new Machine();
const github = await standInForGitHub('ghp_test');
const gitlab = await standInForGitLab('glpat-test');
const slack = await standInForSlack('xoxb-test-0123456789');
const who = person('loop');
let server: ServerProcess;
let account: Account;
let api: Awaited<ReturnType<typeof startFakeAnthropic>>;

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' }).trim();

/** A repository, and a folder with its main branch checked out; `ref` is what somebody wants to merge. */
function repository(name: string, ref: string): { origin: string; folder: string } {
  const origin = join(machine.home, 'origins', `${name}.git`);
  const folder = join(machine.home, name);
  mkdirSync(dirname(origin), { recursive: true });
  mkdirSync(folder);
  git(machine.home, 'init', '--quiet', '--bare', origin);
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  writeFileSync(join(folder, 'a.txt'), 'as on main\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'first');
  writeFileSync(join(folder, 'a.txt'), 'as it was asked for\n');
  git(folder, 'commit', '--quiet', '-am', 'second');
  git(folder, 'push', '--quiet', origin, 'HEAD~1:refs/heads/main', `main:${ref}`);
  git(folder, 'reset', '--quiet', '--hard', 'HEAD~1');
  return { origin, folder };
}

beforeAll(async () => {
  const stateDir = temporaryFolder();
  const settings = ['ALLOW_LOOPBACK=1', `GITHUB_API=${github.url}`, `GITLAB_API=${gitlab.url}`, `SLACK_API=${slack.url}`];
  writeFileSync(join(stateDir, 'secrets.env'), `${settings.join('\n')}\n`, { mode: 0o600 });
  [server, api] = await Promise.all([startServerProcess({ stateDir }), startFakeAnthropic()]);
  account = await signUp(server.url, who);
  await machine.must(['login', server.url, '--email', who.email, '--password-stdin'], who.password);
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
  for (const service of [github, gitlab, slack]) service.close();
  await api.close();
  await server.stop();
});

/** Its agent goes on when that file is there. */
const waitsFor = (file: string) =>
  `Look at {{what}}. [[Bash ${JSON.stringify({ command: `until test -e ${file}; do sleep 0.2; done; cat a.txt > seen.txt` })}]]`;

const connect = (kind: 'github' | 'gitlab', template: string, accessToken: string) =>
  account.call<CreatedIntegration>('POST', '/api/integrations', {
    ...{ kind, name: kind, projectId: account.projectId, accessToken },
    ...{ triggers: [{ on: 'opened', template }], people: { who: 'members', names: [] }, agent: 'claude-code' },
  } satisfies NewIntegration);

async function send({ webhookPath }: CreatedIntegration, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  const response = await fetch(server.url + webhookPath, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  });
  return response.status;
}

const bytes = (body: object) => new TextEncoder().encode(JSON.stringify(body));
const sessionAs = (status: SessionSummary['status']) =>
  eventually(async () => (await account.sessions()).find((session) => session.status === status));
const work = (...where: string[]) =>
  machine.start(['work', '--once', ...where, '--', '--allowedTools', 'Bash'], '', machine.home).ran;

it('a pull request starts a real Claude Code, which is seen live, told at GitHub by one comment and a status, and in Slack', async () => {
  const { origin, folder } = repository('web', 'refs/pull/12/head');
  const address = 'https://github.com/acme/web.git';
  git(folder, 'remote', 'add', 'origin', address);
  // Git finds it on this machine.
  git(folder, 'config', `url.${origin}.insteadOf`, address);
  const go = join(machine.home, 'go');
  const integration = await connect('github', waitsFor(go), 'ghp_test');
  const channel = await account.call<{ id: string }>('POST', '/api/channels', {
    name: 'Agents',
    settings: { kind: 'slack', token: 'xoxb-test-0123456789', channel: 'C0123456789' },
  });
  await account.call('POST', '/api/alert-rules', {
    ...{ name: 'What agents cost', kind: 'session_cost', threshold: 1, severity: 'info', channelIds: [channel.id] },
  });

  const event = bytes(pullRequestEvent('opened'));
  const headers = { 'x-github-event': 'pull_request', ...signedByGitHub(integration.secret, event) };
  expect(await send(integration, event, { ...headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })).toBe(401);
  expect(await send(integration, event, headers)).toBe(202);
  const { id, title } = await sessionAs('queued');
  expect(title).toBe('Mend the login (#12)');
  const path = `/${account.organizationId}/sessions/${id}`;
  await expect
    .poll(() => github.comments, { timeout: 60_000 })
    .toMatchObject([{ list: '/repos/acme/web/issues/12/comments', bodies: [expect.stringContaining('waits for a machine')] }]);

  const page = await visit({ url: server.url, account });
  await page.goto(path);
  await page.getByRole('heading', { name: /Mend the login/ }).waitFor();
  const ran = work('--folder', folder);
  // Its tool call is on the page while it runs.
  await page
    .getByText(/until test -e/)
    .first()
    .waitFor({ timeout: 120_000 });
  await sessionAs('running');
  await expect.poll(() => github.comments[0]?.bodies.at(-1), { timeout: 60_000 }).toContain('is running');
  writeFileSync(go, '');
  const { code, err } = await ran;
  expect({ code, err }).toMatchObject({ code: 0 });
  const { cwd, costMicroUsd } = await sessionAs('completed');
  expect(readFileSync(join(cwd ?? '', 'seen.txt'), 'utf8')).toBe('as it was asked for\n');
  expect(costMicroUsd).toBeGreaterThan(0);
  await page.getByText('Done: hi from the fake model.').first().waitFor();

  await expect.poll(() => github.comments[0]?.bodies.at(-1), { timeout: 60_000 }).toContain('is done');
  const said = github.comments[0]?.bodies.at(-1);
  expect(said).toContain('> Done: hi from the fake model.');
  expect(said).toContain(`(${server.url}${path})`);
  expect(said).toMatch(/· \$\d+\.\d+ · 1 tool call$/);
  expect(github.comments).toHaveLength(1);
  const states = () => github.states.get(pullRequest.head.sha);
  await expect.poll(() => states()?.at(-1), { timeout: 60_000 }).toBe('success');
  expect(states()?.[0]).toBe('pending');
  expect([...github.states.keys()]).toEqual([pullRequest.head.sha]);

  // Rules that look at sums are held against them each minute.
  const [message] = await eventually(async () => slack.messages.get('C0123456789'));
  expect(JSON.stringify(message?.blocks)).toContain(`${server.url}${path}`);
  expect(message?.text).toContain('Mend the login (#12)');
  expect([...slack.messages.keys()]).toEqual(['C0123456789']);
  expect(slack.messages.get('C0123456789')).toHaveLength(1);
  expect([...github.misuses, ...slack.misuses]).toEqual([]);
});

it('a merge request does the same at GitLab, on a machine that has to clone the repository first', async () => {
  const { origin } = repository('engine', 'refs/merge-requests/3/head');
  Object.assign(machine.env, sshStandIn(machine.home, 'gitlab.example.com', origin));
  const integration = await connect('gitlab', 'Look at {{what}}. [[Bash {"command":"cat a.txt > seen.txt"}]]', 'glpat-test');
  const event = bytes(mergeRequestEvent('open'));
  const headers = { 'x-gitlab-event': 'Merge Request Hook', 'x-gitlab-token': integration.secret };
  expect(await send(integration, event, { ...headers, 'x-gitlab-token': `${integration.secret}x` })).toBe(401);
  expect(await send(integration, event, headers)).toBe(202);
  const { id } = await sessionAs('queued');
  const { code, err } = await work('--clone-into', join(machine.home, 'clones'));
  expect({ code, err }).toMatchObject({ code: 0 });
  const { cwd } = await account.session(id);
  expect(cwd).toMatch(/\/clones\/gitlab\.example\.com\/analytical\/engine-count-the-[\w-]+$/);
  expect(readFileSync(join(cwd ?? '', 'seen.txt'), 'utf8')).toBe('as it was asked for\n');
  await expect.poll(() => gitlab.comments[0]?.bodies.at(-1), { timeout: 60_000 }).toContain('is done');
  expect(gitlab.comments.map(({ list }) => list)).toEqual(['/projects/5/merge_requests/3/notes']);
  const sha = '562e173be03b8ff2efb05345d12df18815438a4b';
  await expect.poll(() => gitlab.states.get(sha)?.at(-1), { timeout: 60_000 }).toBe('success');
  expect([...gitlab.states.keys()]).toEqual([sha]);
  expect(gitlab.misuses).toEqual([]);
});
