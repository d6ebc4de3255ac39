import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { dirname, join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { migrate } from './migrate.ts';
import { localSecrets } from './secrets.ts';
import { bundleWorker } from './worker-bundle.ts';

interface ServerOptions {
  /** 0 takes any free port. */
  port: number;
  /** Holds the databases, objects and secrets. */
  stateDir: string;
  /** Page and assets beside the API; measurements leave them out. */
  assets: boolean;
  /** Straight to our Worker, without the local runtime's own one in front that logs and routes; for measurements. */
  direct?: boolean;
  bindings?: Record<string, string>;
  /** Called with each warning or error that the Worker logs, and with its uncaught errors. */
  onTrouble: (line: string) => void;
  /** Called when the runtime's process has started. */
  onRuntime?: (pid: number) => void;
}

export interface LocalServer {
  url: string;
  /** Runs the Worker's cron handler for each of its triggers, as the platform does by their times. */
  tick(): Promise<void>;
  stop(): Promise<void>;
  miniflare: Miniflare;
}

/** Serves the Worker on workerd, in one child process, on loopback; resolves when its databases are migrated. */
export async function startServer(options: ServerOptions): Promise<LocalServer> {
  const [bundle, secrets] = await Promise.all([bundleWorker(), localSecrets(options.stateDir)]);
  const { assets, modulesRules: _, ...worker } = bundle.options;
  const forget = options.onRuntime && watchRuntime(options.onRuntime);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...worker,
      ...(options.assets && { assets }),
      name: 'flightdeck',
      modules: true,
      scriptPath: bundle.scriptPath,
      modulesRoot: dirname(bundle.scriptPath),
      bindings: { ...worker.bindings, ...secrets, ...options.bindings },
      host: '127.0.0.1',
      port: options.direct ? 0 : options.port,
      ...(options.direct && { unsafeDirectSockets: [{ host: '127.0.0.1', port: options.port }] }),
      // Where wrangler's own --persist-to looks, so that its d1 and r2 commands reach this state.
      resourcePersistencePath: join(options.stateDir, 'v3'),
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: ({ level, message }) => {
        if (level === 'error' || level === 'warn') options.onTrouble(message);
      },
      handleUncaughtError: (error) => options.onTrouble(error.stack ?? error.message),
    }),
  );
  const ready = await miniflare.ready;
  const { origin: url } = options.direct ? await miniflare.unsafeGetDirectURL() : ready;
  forget?.();
  for (const { binding, migrations } of bundle.databases) await migrate(await miniflare.getD1Database(binding), migrations);
  return {
    url,
    miniflare,
    tick: async () => {
      const { scheduled } = await miniflare.getWorker();
      for (const cron of bundle.crons) await scheduled({ cron });
    },
    stop: () => miniflare.dispose(),
  };
}

/** Miniflare does not say which process it started, but Node does, to whoever listens. */
function watchRuntime(onRuntime: (pid: number) => void): () => void {
  const listener = (message: unknown) => {
    // The channel's documented message: { process: ChildProcess }.
    const child = (message as { process: import('node:child_process').ChildProcess }).process;
    child.once('spawn', () => child.pid && child.spawnargs[0]?.includes('workerd') && onRuntime(child.pid));
  };
  subscribe('child_process', listener);
  return () => unsubscribe('child_process', listener);
}
