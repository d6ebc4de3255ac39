import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postHook, signUp } from '../../scripts/local/account.ts';
import { root } from '../../scripts/local/root.ts';
import { runTool, wrangler } from '../../scripts/local/run.ts';
import type { Frame } from '../../wire/frame.ts';
import type { IngestAnswer } from '../../wire/ingest.ts';
import { person } from './person.ts';
import { freePort, temporaryFolder } from './server-process.ts';

describe('the client on Pages, its Functions bound to the Worker', () => {
  const stateDir = temporaryFolder();
  let url: string;
  let child: ChildProcess;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    await runTool(wrangler, ['d1', 'migrations', 'apply', 'flightdeck', '--local', '--persist-to', stateDir]);
    // The first configuration has to be the Pages one, of the folder that it runs in.
    const configs = ['-c', 'wrangler.toml', '-c', workerConfig(stateDir)];
    const where = ['--ip', '127.0.0.1', '--port', `${port}`, '--persist-to', stateDir];
    child = spawn(process.execPath, [join(root, 'node_modules', wrangler), 'pages', 'dev', ...configs, ...where], {
      cwd: join(root, 'web'),
      detached: true,
      env: {
        ...process.env,
        CI: '1',
        WRANGLER_SEND_METRICS: 'false',
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
        // Another wrangler on this machine must not be mistaken for our Worker.
        WRANGLER_REGISTRY_PATH: join(stateDir, 'registry'),
      },
    });
    await saidReady(child);
  });
  afterAll(async () => {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('serves the page with its headers, for its own paths too', async () => {
    const page = await fetch(`${url}/org_1/sessions`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Flightdeck</title>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('passes API, hooks, telemetry and a WebSocket on', async () => {
    expect(await (await fetch(`${url}/api/health`)).json()).toMatchObject({ status: 'ok' });
    const account = await signUp(url, person('pages'));
    const token = await account.ingestToken('pages');
    const event = { id: '1', type: 'message', text: 'through Pages' };
    const batch = { agent: 'tester', sessionId: 'pages', events: [event] };
    const { sessionId } = await postHook<IngestAnswer>(url, token, '/hooks/events', batch);
    expect(await postHook(url, token, '/otlp/v1/logs', { resourceLogs: [] })).toEqual({});

    const socket = account.socket(`/api/sessions/${sessionId}/live?after=0`);
    const texts = await new Promise((resolve, reject) => {
      socket.onerror = reject;
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(String(data)) as Frame;
        if (frame.type === 'events') resolve(frame.events.map(({ text }) => text));
      };
    });
    expect(texts).toEqual(['through Pages']);
    socket.close();
  });

  it('leaves what belongs to the Worker to the Worker: an unknown API path is its 404, not the page', async () => {
    const missing = await fetch(`${url}/api/nothing-here`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});

/** The Worker's configuration with a secret in it: of two Workers, an env file reaches only the first. */
function workerConfig(folder: string): string {
  const config = readFileSync(join(root, 'wrangler.toml'), 'utf8')
    .replace('"worker/index.ts"', `"${join(root, 'worker/index.ts')}"`)
    .replace('"web/dist"', `"${join(root, 'web/dist')}"`);
  const path = join(folder, 'wrangler.toml');
  writeFileSync(path, `${config}\n[vars]\nSIGNING_SECRET = "${'5e'.repeat(32)}"\n`);
  return path;
}

function saidReady(child: ChildProcess): Promise<void> {
  let printed = '';
  return new Promise((resolve, reject) => {
    const read = (text: string) => {
      printed += text;
      if (printed.includes('Ready on')) resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => reject(new Error(`wrangler pages dev ended with ${code}:\n${printed}`)));
  });
}
