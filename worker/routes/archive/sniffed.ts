import { constants, gunzipSync } from 'node:zlib';

/** Of a packed file: enough to unpack its first header from. */
const headBytes = 2048;

/** A request whose body is still whole, and whether that is a gzipped tar: the first header of one says `ustar` (POSIX.1-2017). */
export async function sniffed(request: Request): Promise<{ request: Request; isTar: boolean }> {
  if (!request.body) return { request, isTar: false };
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < headBytes; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
  }
  const isTar = isTarGz(joined(chunks).subarray(0, headBytes));
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = chunks.shift();
      if (next) return controller.enqueue(next);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { request: new Request(request.url, { method: request.method, headers: request.headers, body }), isTar };
}

function isTarGz(head: Uint8Array): boolean {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return false;
  try {
    const plain = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    return plain.subarray(257, 262).toString('latin1') === 'ustar';
  } catch {
    return false;
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
