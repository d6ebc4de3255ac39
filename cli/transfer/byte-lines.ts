/**
 * Lines of bytes without their ends, however they come in pieces; what stands behind the last end is a line, too, unless it is empty. One that
 * is longer than `maxBytes` is cut, and the last.
 */
export async function* byteLines(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineEnd); end !== -1; end = chunk.indexOf(lineEnd, from)) {
      yield Buffer.concat([...held, chunk.subarray(from, end)]);
      held = [];
      size = 0;
      from = end + 1;
    }
    if (from < chunk.length) held.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > maxBytes) break;
  }
  if (held.length > 0) yield Buffer.concat(held);
}

const lineEnd = 10;
