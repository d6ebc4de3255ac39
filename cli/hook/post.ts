import type { Agent } from 'node:http';

/**
 * What became of a request. `final` is the server's last word on this body; anything else may go well another time. `refusal` is what
 * a server says that is well, and holds this back because a rate or a quota is used up.
 */
export type Posted =
  | { ok: true; body: Record<string, unknown>; serverMs: number }
  | { ok: false; final: boolean; status?: number; reason: string; refusal?: string };

const final = new Set([400, 413, 415, 422]);

/** Posts JSON with a bearer token; never throws, and answers by `deadlineMs`. */
export const post = (url: string, token: string, body: string, deadlineMs: number, agent?: Agent): Promise<Posted> =>
  exchange({ method: 'POST', url, token, bytes: Buffer.from(body), deadlineMs, agent });

/** Gets JSON with a bearer token, likewise. */
export const get = (url: string, token: string, deadlineMs: number): Promise<Posted> =>
  exchange({ method: 'GET', url, token, deadlineMs });

interface Exchange {
  method: 'GET' | 'POST';
  url: string;
  token: string;
  bytes?: Buffer;
  deadlineMs: number;
  agent?: Agent;
}

/** Node's own `fetch` would take 30 ms to load, and so would an `import` of `node:http`, which evaluates every export of it. */
function exchange({ method, url, token, bytes, deadlineMs, agent }: Exchange): Promise<Posted> {
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ ok: false, final: false, reason });
    const about = bytes && { 'content-type': 'application/json', 'content-length': bytes.length };
    const headers = { authorization: `Bearer ${token}`, ...about };
    const sent = request(url, { method, headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => failed(error.message));
      response.on('end', () => {
        clearTimeout(timer);
        const serverMs = Date.parse(response.headers.date ?? '') || Date.now();
        resolve(readAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString(), serverMs));
      });
    });
    const timer = setTimeout(
      () => {
        failed('no answer in time');
        sent.destroy();
      },
      Math.max(0, deadlineMs - Date.now()),
    );
    sent.on('error', (error) => {
      clearTimeout(timer);
      failed('code' in error && typeof error.code === 'string' ? error.code : error.message);
    });
    sent.end(bytes);
  });
}

function readAnswer(status: number, text: string, serverMs: number): Posted {
  const body = objectIn(text);
  if (status === 200)
    return body ? { ok: true, body, serverMs } : { ok: false, final: false, reason: 'an answer that is no JSON' };
  const refused = status === 429 && typeof body?.detail === 'string' && { refusal: body.detail };
  return { ok: false, final: final.has(status), status, reason: `HTTP ${status}`, ...refused };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? { ...body } : undefined;
  } catch {
    // Something else answers in the server's place, a hotel's log-in page for one.
    return undefined;
  }
}
