import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

export interface Posted {
  /** How long each request took, in ms: from the moment it was due, so that a stalled server cannot hide what it delayed. */
  latenciesMs: number[];
  /** Answers that were not 200, with their status; 0 is a broken connection. */
  failures: number[];
  seconds: number;
}

/** Posts JSON texts to one path with keep-alive connections. Lean, because it shares two cores with what it measures. */
export class Poster {
  private readonly agent: Agent;
  private readonly url: URL;
  private readonly headers: Record<string, string>;

  constructor(url: string, path: string, token: string, connections: number) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, noDelay: true });
    this.url = new URL(path, url);
    this.headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'axios/1.15.2' };
  }

  /**
   * `rate` posts a second for `seconds`, each sent when it is due whether or not earlier ones were answered. The latencies are of
   * those that count.
   */
  async openLoop(
    bodies: () => string,
    rate: number,
    seconds: number,
    counts: (body: string) => boolean = () => true,
  ): Promise<Posted> {
    const posted: Posted = { latenciesMs: [], failures: [], seconds: 0 };
    // What does not count may not fail either.
    const rest: Posted = { latenciesMs: [], failures: posted.failures, seconds: 0 };
    const startMs = performance.now();
    const total = Math.round(rate * seconds);
    const pending: Promise<void>[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(total, Math.floor(((performance.now() - startMs) * rate) / 1000) + 1);
        while (pending.length < due) {
          const body = bodies();
          const dueMs = startMs + (pending.length * 1000) / rate;
          pending.push(counts(body) ? this.timed(body, dueMs, posted) : this.timed(body, dueMs, rest));
        }
        if (pending.length < total) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
    await Promise.all(pending);
    return { ...posted, seconds: (performance.now() - startMs) / 1000 };
  }

  /** As many posts as `connections` that each wait for their answer get through in `seconds`. */
  async closedLoop(bodies: () => string, connections: number, seconds: number): Promise<Posted> {
    const posted: Posted = { latenciesMs: [], failures: [], seconds: 0 };
    const startMs = performance.now();
    const endMs = startMs + seconds * 1000;
    const one = async () => {
      while (performance.now() < endMs) await this.timed(bodies(), performance.now(), posted);
    };
    await Promise.all(Array.from({ length: connections }, one));
    return { ...posted, seconds: (performance.now() - startMs) / 1000 };
  }

  close(): void {
    this.agent.destroy();
  }

  private async timed(body: string, dueMs: number, posted: Posted): Promise<void> {
    const status = await this.post(body);
    if (status === 200) posted.latenciesMs.push(performance.now() - dueMs);
    else posted.failures.push(status);
  }

  private post(body: string): Promise<number> {
    const headers = { ...this.headers, 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve) => {
      const sent = request(this.url, { method: 'POST', agent: this.agent, headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      });
      sent.once('error', () => resolve(0));
      sent.end(body);
    });
  }
}
