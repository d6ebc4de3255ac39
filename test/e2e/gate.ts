import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './server-process.ts';

export type Weather = 'fine' | 'dead' | 'hanging' | 'failing' | 'slow';

/** A way to the server that can be shut, as networks are: `slow` answers after 400 ms. */
export class Gate {
  readonly url: string;
  private readonly port: number;
  private readonly behind: string;
  private server: Server | undefined;
  private readonly upgraded = new Set<Duplex>();
  /** How many batches of hooks have come to the server this way. */
  batchCount = 0;
  /** Requests to these paths are never answered. */
  hangsAt: RegExp | undefined;
  private weather: Weather = 'fine';
  private readonly awaited = new Set<() => void>();

  private constructor(port: number, behind: string) {
    this.port = port;
    this.behind = behind;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async open(behind: string): Promise<Gate> {
    const gate = new Gate(await freePort(), behind);
    await gate.become('fine');
    return gate;
  }

  /** Resolves when some of the next body that is PUT has come through, and some may be on its way still. */
  nextUpload(): Promise<void> {
    return new Promise((resolve) => this.awaited.add(resolve));
  }

  async become(weather: Weather): Promise<void> {
    this.weather = weather;
    if (weather === 'dead') return this.close();
    if (this.server) return;
    this.server = createServer((incoming, answer) => {
      if (this.weather === 'hanging' || this.hangsAt?.test(incoming.url ?? '')) return;
      if (this.weather === 'failing') {
        answer.writeHead(500).end('broken');
        return;
      }
      const pass = () => {
        const { method, url, headers } = incoming;
        if (url?.endsWith('/batch')) this.batchCount += 1;
        const outgoing = request(this.behind + url, { method, headers }, (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        });
        outgoing.on('error', () => answer.destroy());
        if (method === 'PUT') incoming.once('data', () => setImmediate(() => this.uploads()));
        incoming.pipe(outgoing);
      };
      if (this.weather === 'slow') void wait(400).then(pass);
      else pass();
    });
    this.server.on('upgrade', (incoming, socket, head) => {
      const outgoing = request(this.behind + incoming.url, { headers: incoming.headers });
      outgoing.on('upgrade', (response, behind, first) => {
        const lines = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
        // Frames that came in one piece with the answer are no part of the streams.
        socket.write(first);
        behind.write(head);
        this.upgraded.add(socket);
        behind.pipe(socket).pipe(behind);
        behind.on('error', () => socket.destroy());
        socket.on('error', () => behind.destroy());
      });
      outgoing.on('error', () => socket.destroy());
      outgoing.on('response', (response) => socket.end(`HTTP/1.1 ${response.statusCode} No\r\ncontent-length: 0\r\n\r\n`));
      outgoing.end();
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private uploads(): void {
    for (const resolve of this.awaited) resolve();
    this.awaited.clear();
  }

  async close(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    for (const socket of this.upgraded) socket.destroy();
    this.upgraded.clear();
    await closed;
  }
}
