import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServerProcess {
  url: string;
  port: number;
  stateDir: string;
  child: ChildProcess;
  /** Everything it has printed so far. */
  output: () => string;
  /** SIGKILLs the server and everything that it started. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `scripts/start.ts` in a process group of its own and waits for its URL; fails with what it printed instead. */
export async function startServerProcess(options: { port?: number; stateDir?: string } = {}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const stateDir = options.stateDir ?? temporaryFolder();
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    // As if npm had started it: it stops when the test run that it belongs to is gone.
    env: { ...process.env, PORT: String(port), STATE_DIR: stateDir, npm_lifecycle_event: 'start' },
    detached: true,
  });
  const { pid } = child;
  if (!pid) throw new Error('The server did not start.');
  let printed = '';
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const url = `http://127.0.0.1:${port}`;
  await new Promise<void>((resolve, reject) => {
    const read = (text: string) => {
      printed += text;
      if (printed.includes(`${url}\n`)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    void ended.then((code) => reject(new Error(`The server ended with ${code}:\n${printed}`)));
  });
  return {
    url,
    port,
    stateDir,
    child,
    output: () => printed,
    kill: async () => {
      process.kill(-pid, 'SIGKILL');
      await ended;
    },
    stop: () => {
      process.kill(pid, 'SIGTERM');
      return ended;
    },
  };
}

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'flightdeck-'));

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!address || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
