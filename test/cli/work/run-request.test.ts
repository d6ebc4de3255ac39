import { once } from 'node:events';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Claimed, runRequest, type Workplace } from '../../../cli/work/run-request.ts';
import { WorkReport } from '../../../wire/work.ts';
import { requestOf } from '../../../worker/domain/work/request.ts';

const desk = realpathSync(mkdtempSync(join(tmpdir(), 'flightdeck-request-')));

/** What the machine reports. */
let reports: WorkReport[];
/** How many answers break off half-way. */
let brokenOff = 0;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // No encoding is set.
  if (brokenOff > 0) {
    brokenOff -= 1;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
    response.write('{"order"', () => response.destroy());
    return;
  }
  reports.push(WorkReport.parse(JSON.parse(Buffer.concat(chunks).toString())));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ order: 'go_on', status: 'claimed' }));
});

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  rmSync(desk, { recursive: true, force: true });
});
beforeEach(() => {
  reports = [];
});

const claimed = (repository?: string): Claimed => {
  const ids = { id: 'req_1', sessionId: 'ses_aaaaaaaaaaaaa000001', externalId: 'ext1' };
  const wish = { organizationId: 'org_1', projectId: 'prj_1', agent: 'claude-code', prompt: 'Fix it', key: '1', repository };
  const source = { kind: 'api', label: 'API' } as const;
  const request = requestOf({ ...wish, source, requestedBy: { userId: 'usr_1', name: 'Ann' } }, ids, 0);
  return { request, claimId: 'clm_1', leaseMs: 180_000, reportEveryMs: 60_000, atMs: Date.now() };
};
const place = (more: Partial<Workplace> = {}): Workplace => {
  const { port } = server.address() as AddressInfo; // It listens on a port.
  const login = { url: `http://127.0.0.1:${port}`, apiToken: 'fda_test' };
  return { login, folder: desk, machine: 'a machine', rest: [], isLoud: false, ...more };
};
const told = () => reports.map(({ state }) => state);

describe('a request that a machine runs', () => {
  it('has failed, with what the machine says, where its place cannot be made, and ends nothing else', async () => {
    const file = join(desk, 'a file');
    writeFileSync(file, '');
    const run = runRequest(place({ cloneInto: file }), claimed('code.example.com/acme/web'), new AbortController().signal);
    expect(await run).toBe(false);
    expect(told()).toEqual(['failed']);
    expect(reports[0]?.words).toMatch(/^ENOTDIR/);
  });

  it('goes back untouched where the machine is about to leave before it has begun', async () => {
    expect(await runRequest(place(), claimed(), AbortSignal.abort())).toBe(false);
    expect(told()).toEqual(['returned']);
    expect(readdirSync(desk).filter((name) => name.includes('fix-it'))).toEqual([]);
  });

  it('is reported again where the answer to a report breaks off', async () => {
    brokenOff = 1;
    expect(await runRequest(place(), claimed(), AbortSignal.abort())).toBe(false);
    expect(told()).toEqual(['returned']);
  });
});
