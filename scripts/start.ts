// `npm start`: everything on one local port, PORT (8787), with its state in STATE_DIR (.state).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildClient } from './local/client.ts';
import { hold, release, takeOver } from './local/lock.ts';
import { isPortFree } from './local/port.ts';
import { isAlive, parentOf } from './local/process.ts';
import { root } from './local/root.ts';
import { RunError } from './local/run.ts';
import { type LocalServer, startServer } from './local/server.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const port = Number(process.env.PORT || 8787);
const stateDir = resolve(root, process.env.STATE_DIR || '.state');
let server: LocalServer | undefined;
let stopping = false;

stopOnSignal();
stopWithNpm();
try {
  await start();
} catch (error) {
  say(error instanceof RunError ? error.output : String(error instanceof Error ? error.stack : error));
  await stop(1);
}

async function start(): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    return refuse(`PORT has to be a number from 1 to 65535, not "${process.env.PORT}".`);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(join(stateDir, '.gitignore'), '*\n');
  const other = await takeOver(stateDir);
  if (other)
    return refuse(`Flightdeck already runs at ${other.url} with this state. Stop it (process ${other.pid}), or set STATE_DIR.`);
  if (!(await isPortFree(port)))
    return refuse(`Port ${port} is taken. Stop what uses it, or choose another: PORT=${port + 1} npm start`);

  await buildClient(say);
  const url = `http://127.0.0.1:${port}`;
  hold(stateDir, { pid: process.pid, url });
  server = await startServer({
    port,
    stateDir,
    assets: true,
    onTrouble: say,
    onRuntime: (runtimePid) => hold(stateDir, { pid: process.pid, url, runtimePid }),
  });
  stopOnSignal();
  const health = await fetch(`${url}/api/health`);
  if (!health.ok) throw new Error(`/api/health answered ${health.status}: ${await health.text()}`);
  console.log(`Flightdeck is ready at ${url}`);
  tickEachMinute(server);
}

function refuse(reason: string): never {
  say(reason);
  process.exit(1);
}

/** The local runtime never fires a Cron Trigger by itself. */
function tickEachMinute(running: LocalServer): void {
  let busy = false;
  setInterval(async () => {
    if (busy) return;
    busy = true;
    await running.tick().catch((error: Error) => stopping || say(`The cron tick failed: ${error.message}`));
    busy = false;
  }, 60_000);
}

/** Being told to stop is no failure. Miniflare adds handlers of its own, which exit with an error before we are done. */
function stopOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => void stop(0));
  }
}

/** npm hands a SIGTERM to a shell that keeps it to itself, and a SIGKILL to nobody: when either is gone, so are we. */
function stopWithNpm(): void {
  if (!process.env.npm_lifecycle_event) return;
  const above = [process.ppid, parentOf(process.ppid)].filter((pid) => pid > 1);
  setInterval(() => above.every(isAlive) || void stop(0), 250).unref();
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  // Whatever is under way, a person who pressed Ctrl-C waits no longer than this.
  setTimeout(() => process.exit(code), 2000).unref();
  await server?.stop().catch(() => undefined);
  release(stateDir);
  process.exit(code);
}
