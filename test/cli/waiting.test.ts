import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../cli/config.ts';
import { decision } from '../../cli/hook/waiting.ts';
import type { ApprovalAnswer } from '../../wire/ingest.ts';

let server: Server;
let connection: Connection;
let asked: string[] = [];
/** What the server does with each asking, in order; the last one again and again. */
let replies: ((response: ServerResponse) => void)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    (replies[asked.length - 1] ?? replies.at(-1))?.(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('No port.');
  const url = `http://127.0.0.1:${address.port}`;
  connection = { url, token: 't', tokenId: 'id', projectId: 'prj', project: 'p', flavour: 'command', waitMs: 2000 };
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const say = (answer: Partial<ApprovalAnswer>) => (response: ServerResponse) => void response.end(JSON.stringify(answer));
const notYet = say({
  verdict: { type: 'ask', reason: 'r' },
  pending: { approvalId: 'apr_3', until: '2026-11-21T08:00:00.000Z' },
});
const breakOff = (response: ServerResponse) => void response.destroy();
const refuse = (status: number) => (response: ServerResponse) => void response.writeHead(status).end('{}');
const denied = { decision: 'deny', reason: 'No.' };

const unanswered = { decision: 'deny', reason: 'Nobody answered.' };

const wait = (leftMs = 60_000, otherwise?: object) =>
  decision({ agent: 'gemini-cli', connection }, 'BeforeTool', { sessionId: 'ses_a', approvalId: 'apr_3', leftMs, otherwise });

describe('a question that a person has to answer', () => {
  it('is asked about in slices until there is an answer, in the words of its hook', async () => {
    replies = [notYet, say({ verdict: { type: 'deny', reason: 'No.' }, answer: denied })];
    expect(await wait()).toMatchObject({ ok: true, answer: denied });
    const path = '/hooks/gemini-cli/approvals/ses_a/apr_3?wait=25&hook=BeforeTool';
    expect(asked).toEqual([`GET ${path} Bearer t`, `GET ${path} Bearer t`]);
  });

  it('outlives lost connections and a server that fails', async () => {
    replies = [breakOff, refuse(503), say({ answer: denied })];
    expect(await wait()).toMatchObject({ ok: true, answer: denied });
  });

  it('goes by the server’s clock: as long as that says "not yet", its time is not over', async () => {
    replies = [notYet, say({ answer: denied })];
    expect(await wait(-3600_000)).toMatchObject({ ok: true, answer: denied });
  });

  it('gets its rule’s answer when its time is over and the server is away, whatever the rule for an outage', async () => {
    replies = [refuse(503)];
    expect(await wait(-3000, unanswered)).toEqual({ ok: true, answer: unanswered, sentCount: 0 });
  });

  it('is given up when its time is over, the server is away, and an older one said nothing of its rule', async () => {
    replies = [refuse(503)];
    expect(await wait(-3000)).toEqual({ ok: false, reason: 'HTTP 503' });
  });

  it.each([401, 404])('gets its rule’s answer at once where the server says %i: that will not change', async (status) => {
    replies = [refuse(status)];
    expect(await wait(60_000, unanswered)).toMatchObject({ ok: true, answer: unanswered });
    expect(asked).toHaveLength(1);
  });
});
