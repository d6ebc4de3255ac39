import { AppError } from '../../errors.ts';

const encoder = new TextEncoder();

/** A text that is packed as it is written, so that what is held of it is small. */
export class GzippedText {
  private readonly writer: WritableStreamDefaultWriter<BufferSource>;
  private readonly packed: Promise<Uint8Array>;
  private readonly maxPlainBytes: number;
  private plainBytes = 0;

  constructor(maxPackedBytes: number, maxPlainBytes: number) {
    const gzip = new CompressionStream('gzip');
    this.writer = gzip.writable.getWriter();
    this.maxPlainBytes = maxPlainBytes;
    this.packed = collected(gzip.readable, maxPackedBytes);
    // Whoever writes on hears of it by the writing.
    this.packed.catch(() => {});
  }

  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === 'string' ? encoder.encode(text) : text;
    this.plainBytes += bytes.byteLength;
    if (this.plainBytes > this.maxPlainBytes) throw tooLarge(this.maxPlainBytes, 'unpacked');
    // What the reader refused is told in its words.
    await this.writer.write(bytes).catch(() => this.packed);
  }

  async finish(): Promise<Uint8Array> {
    await this.writer.close().catch(() => this.packed);
    return this.packed;
  }
}

async function collected(readable: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readable) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes, 'gzipped');
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

const tooLarge = (maxBytes: number, how: string) =>
  new AppError('too_large', `The logs have more than ${maxBytes} bytes, ${how}; export fewer sessions into each file.`);
