import { setTimeout as wait } from 'node:timers/promises';
import type { ContentHashes, MissingContents, StoredContents } from '../../wire/snapshot.ts';
import { answerOf, type Login, outOfReach, Refused, request } from '../api.ts';
import { Failure } from '../failure.ts';
import { type Content, contentsOf } from './framing.ts';
import { patiently } from './patience.ts';
import { putBytes } from './put-bytes.ts';

/** Hashes in one question: as JSON that stays well below what the server reads. */
const maxAsked = 3000;
const maxRead = 1000;
/** Answers in a row without one whole content. */
const maxFruitless = 4;
/** A full pack over a slow line. */
const timeoutMs = 300_000;

/** The contents of a project on the server. All that is asked of it may be repeated. */
export class ProjectContents {
  private readonly login: Login;
  private readonly path: string;
  /** Bytes of all bodies that have been sent. */
  sentBytes = 0;

  constructor(login: Login, projectId: string) {
    this.login = login;
    this.path = `/api/projects/${projectId}/contents`;
  }

  /** Which of these the project does not have. */
  async missing(hashes: Iterable<string>): Promise<Set<string>> {
    const all = [...hashes];
    const missing = new Set<string>();
    for (let from = 0; from < all.length; from += maxAsked) {
      const asked = all.slice(from, from + maxAsked);
      const answer = await this.ask<MissingContents>('/missing', { hashes: asked } satisfies ContentHashes);
      for (const hash of answer.missing) missing.add(hash);
    }
    return missing;
  }

  async put(pack: Buffer): Promise<StoredContents> {
    for (let repeats = 0; ; repeats++) {
      try {
        return await patiently(() => this.putOnce(pack));
      } catch (error) {
        // So it says where an upload took so long that its place was given away.
        if (!(error instanceof Refused && error.code === 'conflict') || repeats === maxFruitless) throw error;
      }
    }
  }

  /** Each of these once, in whatever order the server has them; verified. */
  async *read(hashes: Iterable<string>): AsyncGenerator<Content> {
    const left = new Set(hashes);
    for (let fruitless = 0; left.size > 0; ) {
      const before = left.size;
      const stream = await patiently(() => this.stream([...left].slice(0, maxRead)));
      try {
        for await (const content of contentsOf(stream)) if (left.delete(content.hash)) yield content;
      } catch (error) {
        // An answer that broke off is gone on with where it ended; one that is damaged would be so again.
        if (error instanceof Failure) throw error;
      }
      fruitless = left.size < before ? 0 : fruitless + 1;
      if (fruitless === maxFruitless)
        throw new Failure(`${this.login.url} does not send the contents that it has. Try again later.`);
      if (fruitless > 0) await wait(500 * fruitless);
    }
  }

  private async putOnce(pack: Buffer): Promise<StoredContents> {
    this.sentBytes += pack.length;
    const response = await putBytes(this.login, this.path, pack, timeoutMs);
    return (await answerOf(response, this.login.url)) as StoredContents; // As the schema of the route says.
  }

  private async stream(hashes: string[]): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.post('/read', { hashes } satisfies ContentHashes);
    if (!response.ok || !response.body) {
      await answerOf(response, this.login.url);
      throw new Failure(`${this.login.url} sent no contents.`);
    }
    return response.body;
  }

  private ask<T>(path: string, body: unknown): Promise<T> {
    return patiently(async () => {
      const response = await this.post(path, body);
      try {
        return (await answerOf(response, this.login.url)) as T; // As the schema of the route says.
      } catch (error) {
        throw error instanceof Failure ? error : outOfReach(this.login.url, error);
      }
    });
  }

  private post(path: string, body: unknown): Promise<Response> {
    this.sentBytes += Buffer.byteLength(JSON.stringify(body));
    const headers = { authorization: `Bearer ${this.login.apiToken}` };
    return request(this.login.url, 'POST', this.path + path, body, headers, timeoutMs);
  }
}
