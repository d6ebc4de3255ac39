import { type ChildProcess, fork } from 'node:child_process';
import type { Posted } from './poster.ts';
import type { Watched } from './watchers.ts';

/** What a load process can be asked to do. */
export type Job =
  | { job: 'hooks'; url: string; token: string; prefix: string; sessions: number; seconds: number; rate?: number }
  | { job: 'decisions'; url: string; token: string; prefix: string; sessions: number; seconds: number; rate: number }
  | { job: 'batches'; url: string; token: string; prefix: string; sessions: number; size: number; seconds: number }
  | { job: 'ticks'; url: string; token: string; sessionId: string; rate: number; seconds: number }
  | { job: 'watch'; url: string; path: string; cookie: string; sockets: number; events: number };

export type Answer = Posted | Watched | 'watching' | 'warm';

/** A process of its own that makes load, so that what measures does not share a thread with what waits. */
export class Load {
  private readonly child: ChildProcess;

  constructor() {
    this.child = fork(new URL('./load-process.ts', import.meta.url), { serialization: 'advanced' });
  }

  post(job: Extract<Job, { job: 'batches' | 'ticks' }>): Promise<Posted> {
    this.child.send(job);
    return this.answer() as Promise<Posted>;
  }

  /** Begins the sessions first; `warm` is called when what is measured starts. */
  async postHooks(job: Extract<Job, { job: 'hooks' | 'decisions' }>, warm: () => void = () => undefined): Promise<Posted> {
    this.child.send(job);
    await this.answer();
    warm();
    return this.answer() as Promise<Posted>;
  }

  /** Resolves once every socket is open and has had its `hello`; then `delivered` resolves when all events came or 20 s passed. */
  async watch(job: Extract<Job, { job: 'watch' }>): Promise<{ delivered: Promise<Watched> }> {
    this.child.send(job);
    await this.answer();
    return { delivered: this.answer() as Promise<Watched> };
  }

  end(): void {
    this.child.kill();
  }

  /** The process answers one job at a time, in the shape that belongs to it. */
  private answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const failed = (code: number | null) => reject(new Error(`a load process ended with ${code}`));
      this.child.once('exit', failed);
      this.child.once('message', (answer) => {
        this.child.off('exit', failed);
        resolve(answer as Answer);
      });
    });
  }
}
