import { performance } from 'node:perf_hooks';

export interface Watched {
  /** From the post's departure to the frame's arrival, in ms, for each event at each socket. */
  latenciesMs: number[];
  /** Events that never came, or came out of order, over all sockets. */
  missing: number;
}

/** A clock that two processes of one machine share, finer than a millisecond. */
export const now = (): number => performance.timeOrigin + performance.now();

const patienceMs = 20_000;

interface Options {
  url: string;
  path: string;
  cookie: string;
  sockets: number;
  events: number;
}

/** Spectators of one session that note when each event reached them. */
export class Watchers {
  private readonly options: Options;
  private readonly latenciesMs: number[] = [];
  private readonly sockets: WebSocket[] = [];
  private readonly counts: number[] = [];
  private complete = 0;
  private finish: () => void = () => undefined;

  constructor(options: Options) {
    this.options = options;
  }

  async open(): Promise<void> {
    const { sockets } = this.options;
    // In groups, as people come; a thousand handshakes at once would measure the backlog of a listening socket.
    for (let at = 0; at < sockets; at += 50) {
      await Promise.all(Array.from({ length: Math.min(50, sockets - at) }, (_, i) => this.openOne(at + i)));
    }
  }

  async delivered(): Promise<Watched> {
    const { sockets, events } = this.options;
    await new Promise<void>((resolve) => {
      this.finish = resolve;
      setTimeout(resolve, patienceMs + events * 60);
      this.finishIfComplete();
    });
    for (const socket of this.sockets) socket.close();
    return { latenciesMs: this.latenciesMs, missing: sockets * events - this.latenciesMs.length };
  }

  private openOne(index: number): Promise<void> {
    const { url, path, cookie, events } = this.options;
    // Node's WebSocket takes headers, as browsers do not; the DOM's type knows only protocols.
    const options = { headers: { cookie, origin: url } } as unknown as string[];
    const socket = new WebSocket(url.replace(/^http/, 'ws') + path, options);
    this.sockets.push(socket);
    this.counts[index] = 0;
    return new Promise((resolve, reject) => {
      socket.onerror = () => reject(new Error('a spectator was refused'));
      socket.onmessage = ({ data }) => {
        const atMs = now();
        const frame = String(data);
        if (frame.startsWith('{"type":"hello"')) return resolve();
        if (!frame.startsWith('{"type":"events"')) return;
        // Reading the times without parsing keeps the load small beside what is measured.
        for (const [, sentMs] of frame.matchAll(/"text":"sent ([\d.]+)"/g)) {
          this.latenciesMs.push(atMs - Number(sentMs));
          this.counts[index] = (this.counts[index] ?? 0) + 1;
          if (this.counts[index] === events) this.complete += 1;
        }
        this.finishIfComplete();
      };
    });
  }

  private finishIfComplete(): void {
    if (this.complete === this.options.sockets) this.finish();
  }
}
