import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../../cli/main.ts';
import { temporaryFolder } from '../../e2e/server-process.ts';
import type { StandIn } from './stand-in.ts';

/** A person's machine with one folder to work in, logged in to a stand-in server; the command runs in this process. */
export class Desk {
  readonly home = temporaryFolder();
  readonly folder = join(this.home, 'work');

  constructor(server: StandIn) {
    mkdirSync(this.folder);
    mkdirSync(join(this.home, 'config/flightdeck'), { recursive: true });
    const config = { url: server.url, apiToken: 'fda_test', connections: {} };
    writeFileSync(join(this.home, 'config/flightdeck/config.json'), JSON.stringify(config));
  }

  git(...args: string[]): void {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
    execFileSync('git', [...who, ...args], { cwd: this.folder, stdio: 'ignore' });
  }

  write(files: Record<string, string | Buffer>, folder = this.folder): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }

  link(path: string, target: string): void {
    symlinkSync(target, join(this.folder, path));
  }

  mode(path: string, mode: number): void {
    chmodSync(join(this.folder, path), mode);
  }

  /** Runs a command; what it printed, and what it ended with. */
  async run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const printed = { out: '', err: '' };
    vi.stubEnv('XDG_CONFIG_HOME', join(this.home, 'config'));
    vi.stubEnv('XDG_STATE_HOME', join(this.home, 'state'));
    vi.stubEnv('NO_COLOR', '1');
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed.out += text;
      return true;
    });
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed.err += text;
      return true;
    });
    try {
      return { code: await main(args), ...printed };
    } finally {
      out.mockRestore();
      err.mockRestore();
      vi.unstubAllEnvs();
    }
  }

  /** A command that has to go well; what it printed. */
  async must(...args: string[]): Promise<string> {
    const { code, out, err } = await this.run(...args);
    if (code !== 0) throw new Error(`flightdeck ${args.join(' ')} ended with ${code}: ${out}${err}`);
    return out;
  }

  /** Takes a snapshot of the folder; its id. */
  async snapshot(...options: string[]): Promise<string> {
    return idIn(await this.must('snapshot', this.folder, '--session', 'ses_1', ...options));
  }

  /** Restores without asking; the id of the snapshot that undoes it. */
  async restore(id: string, ...options: string[]): Promise<string> {
    const out = await this.must('restore', id, this.folder, '--yes', ...options);
    return idIn(out.slice(out.lastIndexOf('flightdeck restore')));
  }
}

function idIn(out: string): string {
  const [id] = /snp_\w+/.exec(out) ?? [];
  if (!id) throw new Error(`There is no snapshot's id in: ${out}`);
  return id;
}
