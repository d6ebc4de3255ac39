import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../../scripts/local/command-line.ts';
import { temporaryFolder } from './server-process.ts';

export interface Ran {
  code: number | null;
  out: string;
  err: string;
  tookMs: number;
}

/** A person's machine, as far as the `flightdeck` command sees one: a home of its own. */
export class Machine {
  readonly home = temporaryFolder();
  readonly env: Record<string, string | undefined> = { PATH: process.env.PATH, HOME: this.home, NO_COLOR: '1' };

  start(args: string[], input = '', cwd = this.home): { child: ChildProcess; ran: Promise<Ran> } {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [commandLine, ...args], { env: this.env, cwd, stdio: 'pipe' });
    const printed = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.err += text));
    // One that is killed at once reads nothing.
    child.stdin.on('error', () => undefined).end(input);
    const ran = new Promise<Ran>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...printed, tookMs: performance.now() - startedMs }));
    });
    return { child, ran };
  }

  run(args: string[], input = '', cwd = this.home): Promise<Ran> {
    return this.start(args, input, cwd).ran;
  }

  /** A command that has to go well; what it printed. */
  async must(args: string[], input = '', cwd = this.home): Promise<string> {
    const { code, out, err } = await this.run(args, input, cwd);
    if (code !== 0) throw new Error(`flightdeck ${args.join(' ')} ended with ${code}: ${out}${err}`);
    return out;
  }

  hook(agent: string, body: object): Promise<Ran> {
    return this.run(['hook', agent], JSON.stringify(body));
  }

  read(path: string): string {
    return readFileSync(join(this.home, path), 'utf8');
  }

  /** The processes that send what is spooled. */
  flushers(): number[] {
    return globSync(join(this.home, '.local/state/flightdeck/spool/*/flusher.pid')).map((file) =>
      Number(readFileSync(file, 'utf8')),
    );
  }

  killFlushers(): void {
    for (const pid of this.flushers()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }
}
