import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { NativeAgent } from '../../../wire/agent.ts';
import type { ConnectFiles } from '../../../wire/connect.ts';
import type { Project, TokenInfo } from '../../../wire/identity.ts';
import type { Page } from '../../../wire/page.ts';
import { verifyIngestToken } from '../../../worker/credentials/ingest-token.ts';
import { Browser, origin, refusal } from './client.ts';
import { newcomer } from './newcomer.ts';

let owner: Awaited<ReturnType<typeof newcomer>>;
let project: string;
beforeAll(async () => {
  owner = await newcomer('connector');
  project = `/api/projects/${owner.account.project.id}`;
});

const connect = (agent: string, headers = {}) => owner.browser.call(`${project}/connect/${agent}`, { method: 'POST', headers });

it.each(NativeAgent.options)('gives %s settings with a new token of its own, for the address that was asked', async (agent) => {
  const response = await connect(agent);
  expect(response.status).toBe(201);
  const { tokenId, files } = await response.json<ConnectFiles>();
  const content = files.map((file) => file.content).join('\n');
  expect(content).toContain(origin);
  const [token = ''] = /fdi_[\w.-]+/.exec(content) ?? [];
  expect(await verifyIngestToken(env.SIGNING_SECRET, token, Date.now())).toMatchObject({
    tokenId,
    projectId: owner.account.project.id,
  });
  const { items } = await owner.browser.json<Page<TokenInfo>>(`${project}/ingest-tokens?limit=1`);
  expect(items).toMatchObject([{ id: tokenId, name: expect.stringMatching(new RegExp(`^${agent}, \\d{4}-\\d\\d-\\d\\d$`)) }]);
});

it('follows the fail mode of the project, whatever the organization does elsewhere', async () => {
  const { id } = await owner.browser.json<Project>('/api/projects', { body: { name: 'Strict' } });
  await owner.browser.json('/api/limits', { method: 'PATCH', body: { failByProject: { [id]: 'closed' } } });
  const settings = (path: string) => owner.browser.json<ConnectFiles>(`${path}/connect/claude-code`, { method: 'POST' });
  const [strict, lenient] = [await settings(`/api/projects/${id}`), await settings(project)];
  expect([strict.fail, lenient.fail]).toEqual(['closed', 'open']);
  expect([strict, lenient].map(({ files }) => files[0]?.content.includes('"block"'))).toEqual([true, false]);
});

it('makes one token however often the same request comes', async () => {
  const headers = { 'idempotency-key': 'connect' };
  const answers = [await connect('claude-code', headers), await connect('claude-code', headers)];
  const [first, second] = await Promise.all(answers.map((answer) => answer.text()));
  expect(second).toBe(first);
});

it('knows no other agents, and no other projects', async () => {
  expect(await refusal(await connect('notepad'))).toEqual([400, 'invalid']);
  const elsewhere = '/api/projects/prj_nowhere/connect/codex';
  expect(await refusal(await owner.browser.call(elsewhere, { method: 'POST' }))).toEqual([404, 'not_found']);
  expect(await refusal(await new Browser().call(`${project}/connect/codex`, { method: 'POST' }))).toEqual([
    401,
    'unauthenticated',
  ]);
});
