import { type Login, outOfReach } from '../api.ts';

/** PUTs bytes as they lie in memory. Fetch copies them first, and many packs of copies are most of the memory that a large snapshot takes. */
export function putBytes({ url, apiToken }: Login, path: string, bytes: Uint8Array, timeoutMs: number): Promise<Response> {
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  const type = { 'content-type': 'application/octet-stream', 'content-length': bytes.length };
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(outOfReach(url, error));
    const sent = request(url + path, { method: 'PUT', headers: { ...type, authorization: `Bearer ${apiToken}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => {
        const headers = { 'content-type': response.headers['content-type'] ?? '' };
        resolve(new Response(Buffer.concat(chunks).toString('utf8'), { status: response.statusCode, headers }));
      });
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error('no answer in time')));
    sent.on('error', failed);
    sent.end(bytes);
  });
}
