import { limits } from '../../../wire/limits.ts';
import { exportPieceLimits, isExportPiece } from '../../domain/archive/inspection.ts';
import { type JsonPiece, JsonPieces } from '../../domain/archive/json-pieces.ts';
import { AppError } from '../../errors.ts';
import { readBody } from '../../read-body.ts';
import { streamOf } from '../../stream-of.ts';
import { isTranscript, transcriptPieces } from './transcript-pieces.ts';

/** A file that is imported: held as it was sent, and unpacked as often as it is read. */
export class ImportFile {
  private readonly bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  static async of(request: Request): Promise<ImportFile> {
    const body = await readBody(request, limits.maxImportBytes);
    if (!body.ok)
      throw new AppError('too_large', `A file has at most ${limits.maxImportBytes} bytes; send it gzipped, or in parts.`);
    if (body.bytes.byteLength === 0) throw bad('The file is empty.');
    return new ImportFile(body.bytes);
  }

  /** A gzipped JSON export that was made of something else. */
  static holding(gzipped: Uint8Array): ImportFile {
    return new ImportFile(gzipped);
  }

  /** The pieces of a JSON export, or of the one that a transcript would be; and once they have come, what was around them. */
  async *pieces(): AsyncGenerator<JsonPiece, string | undefined> {
    if (isTranscript(await this.firstLine())) return yield* transcriptPieces(this.lines());
    const pieces = new JsonPieces(isExportPiece, exportPieceLimits);
    for await (const text of this.texts()) yield* pieces.push(text);
    return pieces.skeleton;
  }

  private async firstLine(): Promise<string> {
    let line = '';
    for await (const text of this.texts()) {
      const [first = '', ...more] = text.split('\n', 2);
      line += first;
      // An export has no line end in its first object, and may have none at all.
      if (more.length > 0 || line.length > limits.maxHookBytes) break;
    }
    return line;
  }

  /** One after the other; one that is longer than any of ours is cut, and then no JSON. */
  private async *lines(): AsyncGenerator<string> {
    let line = '';
    for await (const text of this.texts()) {
      const [first = '', ...more] = text.split('\n');
      line = joined(line, first);
      for (const next of more) {
        yield line;
        line = next;
      }
    }
    if (line !== '') yield line;
  }

  private async *texts(): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
    const decode = (bytes?: Uint8Array): string => {
      try {
        return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
      } catch (cause) {
        throw bad('The file is not text in UTF-8.', cause);
      }
    };
    for await (const bytes of this.plain()) yield decode(bytes);
    yield decode();
  }

  /** No more of it than a file may unpack to. */
  private async *plain(): AsyncGenerator<Uint8Array> {
    const isGzip = this.bytes[0] === 0x1f && this.bytes[1] === 0x8b;
    const slices = this.slices();
    let size = 0;
    try {
      for await (const chunk of isGzip ? streamOf(slices).pipeThrough(new DecompressionStream('gzip')) : slices) {
        size += chunk.byteLength;
        if (size > limits.maxImportPlainBytes)
          throw new AppError(
            'too_large',
            `The file unpacks to more than ${limits.maxImportPlainBytes} bytes; export less at once.`,
          );
        yield chunk;
      }
    } catch (error) {
      throw error instanceof AppError ? error : bad('The file’s gzip data is damaged, or its end is missing.', error);
    }
  }

  /** In small slices: a decompressor unpacks what it is given as a whole, a thousand times as much at worst. */
  private async *slices(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.bytes.byteLength; at += sliceBytes) yield this.bytes.slice(at, at + sliceBytes);
  }
}

const joined = (line: string, more: string): string => (line.length > limits.maxHookBytes ? line : line + more);

const sliceBytes = 16 * 1024;

const bad = (message: string, cause?: unknown) =>
  new AppError('invalid', `${message} Nothing was imported.`, { cause, errors: [{ path: 'file', message }] });
