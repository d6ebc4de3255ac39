import type { Agent } from 'node:http';

/** What became of a POST. `refused` is the server's final word on this body; `failed` may go well another time. */
export type Posted = { ok: true; body: Record<string, unknown> } | { ok: false; final: boolean; reason: string };

const final = new Set([400, 413, 415, 422]);

/**
 * Posts JSON with a bearer token; never throws, and answers by `deadlineMs`. Node's own `fetch` would take 30 ms to load, and so would
 * an `import` of `node:http`, which evaluates every export of it.
 */
export function post(url: string, token: string, body: string, deadlineMs: number, agent?: Agent): Promise<Posted> {
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ ok: false, final: false, reason });
    const bytes = Buffer.from(body);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': bytes.length };
    const sent = request(url, { method: 'POST', headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => failed(error.message));
      response.on('end', () => {
        clearTimeout(timer);
        resolve(readAnswer(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
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

function readAnswer(status: number, text: string): Posted {
  if (status !== 200) return { ok: false, final: final.has(status), reason: `HTTP ${status}` };
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return { ok: true, body: { ...body } };
  } catch {
    // Something else answers in the server's place, a hotel's log-in page for one.
  }
  return { ok: false, final: false, reason: 'an answer that is no JSON' };
}
