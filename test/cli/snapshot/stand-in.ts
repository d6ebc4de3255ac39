import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { limits } from '../../../wire/limits.ts';
import { ContentHashes, type Manifest, NewSnapshot, type Snapshot } from '../../../wire/snapshot.ts';

/** What a test may make of an answer; undefined leaves it as it is. */
type Weather = (request: IncomingMessage, response: ServerResponse) => 'handled' | undefined;

/** A server of snapshots that keeps all in memory and believes nothing: what the command sends has to be right to the byte. */
export class StandIn {
  readonly contents = new Map<string, Buffer>();
  readonly snapshots = new Map<string, { snapshot: Snapshot; manifest: unknown }>();
  /** Method and path of each request. */
  readonly asked: string[] = [];
  /** Bytes of all bodies. */
  receivedBytes = 0;
  weather: Weather = () => undefined;
  /** What a pack holds at most in an answer. */
  maxAnswerBytes = limits.maxPackBytes;
  /** What a session is told to work in. */
  cwd: string | null = null;
  url = '';
  private readonly server = createServer((request, response) => void this.answer(request, response));

  static async open(): Promise<StandIn> {
    const standIn = new StandIn();
    standIn.server.listen(0, '127.0.0.1');
    await once(standIn.server, 'listening');
    const address = standIn.server.address();
    if (!address || typeof address === 'string') throw new Error('No port.');
    standIn.url = `http://127.0.0.1:${address.port}`;
    return standIn;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Puts a manifest there as no honest command would have sent it. */
  plant(manifest: unknown): string {
    return this.keep({ name: null, reason: 'manual' }, manifest, 0).id;
  }

  add(bytes: Buffer): string {
    const hash = sha256(bytes);
    this.contents.set(hash, bytes);
    return hash;
  }

  manifestOf(id: string): Manifest {
    return this.snapshots.get(id)?.manifest as Manifest; // What a command has sent.
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // No encoding is set.
    const body = Buffer.concat(chunks);
    const { pathname } = new URL(request.url ?? '/', this.url);
    this.asked.push(`${request.method} ${pathname}`);
    this.receivedBytes += body.length;
    if (this.weather(request, response) === 'handled') return;
    try {
      if (request.headers.authorization !== 'Bearer fda_test') throw new Refusal(401, 'unauthenticated', 'Who are you?');
      this.route(`${request.method} ${pathname}`, body, response);
    } catch (error) {
      const { status, code, message } = error instanceof Refusal ? error : new Refusal(400, 'invalid', String(error));
      json(response, status, { status, code, detail: message });
    }
  }

  private route(path: string, body: Buffer, response: ServerResponse): void {
    const [, id = ''] = /^GET \/api\/snapshots\/(\w+)/.exec(path) ?? [];
    if (path === 'GET /api/sessions') json(response, 200, { items: [this.session()], nextCursor: null });
    else if (path === 'GET /api/sessions/ses_1') json(response, 200, this.session());
    else if (path === 'POST /api/projects/prj/contents/missing') {
      const { hashes } = ContentHashes.parse(JSON.parse(body.toString()));
      json(response, 200, { missing: hashes.filter((hash) => !this.contents.has(hash)) });
    } else if (path === 'PUT /api/projects/prj/contents') json(response, 200, this.take(body));
    else if (path === 'POST /api/projects/prj/contents/read')
      this.send(ContentHashes.parse(JSON.parse(body.toString())).hashes, response);
    else if (path === 'POST /api/sessions/ses_1/snapshots') this.make(JSON.parse(body.toString()), response);
    else if (path === 'GET /api/sessions/ses_1/snapshots')
      json(response, 200, { items: [...this.snapshots.values()].map(({ snapshot }) => snapshot), nextCursor: null });
    else if (this.snapshots.has(id) && path.endsWith('/manifest')) json(response, 200, this.snapshots.get(id)?.manifest);
    else if (this.snapshots.has(id)) json(response, 200, this.snapshots.get(id)?.snapshot);
    else throw new Refusal(404, 'not_found', 'There is no such thing.');
  }

  private session() {
    return { id: 'ses_1', externalId: 'x', projectId: 'prj', cwd: this.cwd, lastEventAt: '2026-11-27T03:00:00.000Z' };
  }

  private take(pack: Buffer): { stored: number; known: number } {
    if (pack.length > limits.maxPackBytes) throw new Refusal(413, 'too_large', `A pack of ${pack.length} bytes.`);
    const count = { stored: 0, known: 0 };
    for (let at = 0; at < pack.length; ) {
      const hash = pack.toString('hex', at, at + 32);
      const size = pack.readUInt32BE(at + 32);
      const length = pack.readUInt32BE(at + 36);
      const encoding = pack.readUInt8(at + 40);
      const packed = pack.subarray(at + 41, at + 41 + length);
      if (packed.length !== length || size > limits.maxContentBytes || encoding > 1) throw new Error('A record is wrong.');
      const plain = encoding === 1 ? gunzipSync(packed) : packed;
      if (plain.length !== size || sha256(plain) !== hash) throw new Error('A record is not what it says.');
      count[this.contents.has(hash) ? 'known' : 'stored']++;
      this.contents.set(hash, Buffer.from(plain));
      at += 41 + length;
    }
    return count;
  }

  private send(hashes: string[], response: ServerResponse): void {
    const records: Buffer[] = [];
    let bytes = 0;
    for (const hash of hashes) {
      const plain = this.contents.get(hash);
      if (!plain) throw new Refusal(404, 'not_found', `There is no content ${hash}.`);
      const record = recordOf(hash, plain);
      if (records.length > 0 && bytes + record.length > this.maxAnswerBytes) break;
      records.push(record);
      bytes += record.length;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.concat(records));
  }

  private make(body: unknown, response: ServerResponse): void {
    const { entries, leftOut, name, reason } = NewSnapshot.parse(body);
    const paths = entries.map(({ path }) => path);
    if (paths.some((path, index) => index > 0 && path <= (paths[index - 1] ?? '')))
      throw new Error('The paths are not in order.');
    let bytes = 0;
    for (const entry of entries) {
      if (entry.type === 'link') continue;
      bytes += entry.size;
      const parts = (entry.parts ?? [entry.hash]).map((hash) => this.contents.get(hash));
      if (parts.some((part) => !part)) throw new Refusal(409, 'contents_missing', 'Contents are missing.');
      const whole = Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0)));
      if (whole.length !== entry.size || sha256(whole) !== entry.hash) throw new Error(`${entry.path} is not what it says.`);
      if ((entry.parts?.length ?? 1) !== Math.max(1, Math.ceil(entry.size / limits.maxContentBytes))) throw new Error('Parts.');
    }
    const snapshot = this.keep(
      { name: name ?? null, reason, fileCount: entries.length, leftOutCount: leftOut.length },
      { entries, leftOut },
      bytes,
    );
    json(response, 201, snapshot);
  }

  private keep(more: Partial<Snapshot>, manifest: unknown, bytes: number): Snapshot {
    const snapshot: Snapshot = {
      ...{ id: `snp_${this.snapshots.size + 1}`, sessionId: 'ses_1', projectId: 'prj', name: null, reason: 'manual', seq: 1 },
      ...{ gitHead: null, fileCount: 0, bytes, leftOutCount: 0, createdBy: 'usr', createdAt: '2026-11-27T03:00:00.000Z' },
      ...more,
    };
    this.snapshots.set(snapshot.id, { snapshot, manifest });
    return snapshot;
  }
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export function recordOf(hash: string, plain: Buffer, encoding: 0 | 1 = 1): Buffer {
  const packed = encoding === 1 ? gzipSync(plain, { level: 1 }) : plain;
  const header = Buffer.alloc(41);
  header.write(hash, 'hex');
  header.writeUInt32BE(plain.length, 32);
  header.writeUInt32BE(packed.length, 36);
  header.writeUInt8(encoding, 40);
  return Buffer.concat([header, packed]);
}
