import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startServerProcess } from './server-process.ts';

const processesOf = (port: number) =>
  execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " || true'], { encoding: 'utf8' }).includes(
    `127.0.0.1:${port} `,
  );
const version = async (url: string) => (await (await fetch(`${url}/api/health`)).json()) as { version: string };

describe('npm start', () => {
  it('prints one line with its URL when the API answers, and SIGTERM leaves no process behind', async () => {
    const server = await startServerProcess();
    expect((await version(server.url)).version).toMatch(/^\d/);
    expect(
      server
        .output()
        .split('\n')
        .filter((line) => line.includes(server.url)),
    ).toEqual([`Flightdeck is ready at ${server.url}`]);
    expect(processesOf(server.port)).toBe(true);
    expect(await server.stop()).toBe(0);
    expect(processesOf(server.port)).toBe(false);
  });

  it('serves the page for any path that is not of the API', async () => {
    const server = await startServerProcess();
    const page = await fetch(`${server.url}/org_1/sessions`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const api = await fetch(`${server.url}/api/nothing-here`);
    expect([api.status, api.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    await server.stop();
  });

  it('says which port is taken, and what to do', async () => {
    const server = await startServerProcess();
    await expect(startServerProcess({ port: server.port })).rejects.toThrow(
      `Port ${server.port} is taken. Stop what uses it, or choose another: PORT=${server.port + 1} npm start`,
    );
    await server.stop();
  });

  it('will not serve one state folder twice', async () => {
    const server = await startServerProcess();
    await expect(startServerProcess({ stateDir: server.stateDir })).rejects.toThrow(`already runs at ${server.url}`);
    await server.stop();
  });

  it('starts again after its own process alone was SIGKILLed, ending the runtime left behind', async () => {
    const first = await startServerProcess();
    const secret = readFileSync(join(first.stateDir, 'secrets.env'), 'utf8');
    first.child.kill('SIGKILL');
    const second = await startServerProcess({ port: first.port, stateDir: first.stateDir });
    expect(readFileSync(join(first.stateDir, 'secrets.env'), 'utf8')).toBe(secret);
    await second.stop();
    expect(processesOf(first.port)).toBe(false);
  });

  it('makes a signing secret that only its owner can read, and that no command line shows', async () => {
    const server = await startServerProcess();
    const file = join(server.stateDir, 'secrets.env');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = /^SIGNING_SECRET=([0-9a-f]{64})$/m.exec(readFileSync(file, 'utf8'))?.[1];
    expect(secret).toBeDefined();
    const commands = execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null || true'], { encoding: 'utf8' });
    expect(commands).not.toContain(secret);
    await server.stop();
  });
});
