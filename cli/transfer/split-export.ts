import { createReadStream } from 'node:fs';
import { createGunzip, gzipSync } from 'node:zlib';
import { exportHead, exportHeadWith, exportTail } from '../../wire/export.ts';
import { limits } from '../../wire/limits.ts';
import { Failure } from '../failure.ts';
import { plain } from '../terminal.ts';
import { byteLines } from './byte-lines.ts';

/** A session of a file: its id there, and what tells it from the others. */
export interface NamedSession {
  id: string;
  agent: string;
  externalId: string;
}

/** So many of a file's sessions as one request brings. */
export interface Piece {
  /** A JSON export, gzipped. */
  bytes: Buffer;
  sessions: NamedSession[];
}

/** Sessions and bytes of one piece. Gzipped, so many bytes are never more than a request may have. */
export interface PieceSize {
  sessions: number;
  bytes: number;
}

export const usualSize: PieceSize = { sessions: limits.maxImportSessions, bytes: limits.maxImportBytes * 0.9 };

/**
 * The sessions of a JSON export as we write it, a line for each event; null for any other file, which is left to the server to judge. Throws a
 * Failure where the end of the file is missing.
 */
export async function sessionsIn(file: string): Promise<{ sessions: NamedSession[]; bytes: number } | null> {
  const found = { sessions: [] as NamedSession[], bytes: 0 };
  try {
    for await (const { named, bytes } of wholeSessions(file)) {
      found.sessions.push(named);
      found.bytes += bytes.length;
    }
  } catch (error) {
    if (error instanceof OtherFile) return null;
    throw error;
  }
  return found;
}

/**
 * The same in pieces, one after the other; `elsewhere` says what sessions of the file are called that other pieces brought. One that has no
 * sessions is one piece.
 */
export async function* piecesOf(
  file: string,
  elsewhere: ReadonlyMap<string, string> = new Map(),
  size: PieceSize = usualSize,
): AsyncGenerator<Piece> {
  let held: WholeSession[] = [];
  let bytes = 0;
  let count = 0;
  for await (const session of wholeSessions(file)) {
    if (held.length > 0 && (held.length >= size.sessions || bytes + session.bytes.length > size.bytes)) {
      yield pieceOf(held, elsewhere);
      held = [];
      bytes = 0;
    }
    held.push(session);
    bytes += session.bytes.length;
    count += 1;
  }
  if (held.length > 0 || count === 0) yield pieceOf(held, elsewhere);
}

interface WholeSession {
  named: NamedSession;
  /** Without a comma behind it. */
  bytes: Buffer;
}

/** The file is not written as we write them. */
class OtherFile extends Error {}

async function* wholeSessions(file: string): AsyncGenerator<WholeSession> {
  const lines = byteLines(bytesIn(file), limits.maxImportPlainBytes);
  const next = async (): Promise<Buffer | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  if ((await next())?.toString('latin1') !== exportHead) throw new OtherFile();
  for (let index = 0; ; index++) {
    const first = await next();
    if (!first) throw cutOff(file);
    if (first.equals(closing)) break;
    const named = nameIn(first);
    const held = [first];
    let size = first.length;
    let last: Buffer | undefined;
    while (!last) {
      const line = await next();
      if (!line) throw cutOff(file);
      if (line.equals(closing) || line.equals(closingBeforeNext)) last = line;
      else held.push(line);
      size += line.length + 1;
      if (size > limits.maxImportPlainBytes)
        throw new Failure(
          `sessions[${index}] of ${plain(file)} has more than the ${limits.maxImportPlainBytes} bytes that one may have.`,
        );
    }
    yield { named, bytes: joinedBy('\n', [...held, closing]) };
    if (last.equals(closingBeforeNext)) continue;
    const end = await next();
    if (!end) throw cutOff(file);
    if (!end.equals(closing)) throw new OtherFile();
    break;
  }
  if (await next()) throw new OtherFile();
}

const closing = Buffer.from(']}');
const closingBeforeNext = Buffer.from(']},');

async function* bytesIn(file: string): AsyncGenerator<Uint8Array> {
  const stream = createReadStream(file);
  const gunzip = createGunzip();
  try {
    // A pipe does not tell its end of what fails before it.
    yield* file.endsWith('.gz') ? stream.on('error', (error) => gunzip.destroy(error)).pipe(gunzip) : stream;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'Z_BUF_ERROR') throw cutOff(file);
    // What cannot be read or unpacked is told by whoever sends the file as it is.
    throw code === '' ? error : new OtherFile();
  }
}

function nameIn(line: Buffer): NamedSession {
  try {
    const { session } = JSON.parse(`${line}]}`) as { session: Record<string, unknown> };
    const { id, agent, externalId } = session;
    if (typeof id === 'string' && typeof agent === 'string' && typeof externalId === 'string') return { id, agent, externalId };
  } catch {
    // Said below.
  }
  throw new OtherFile();
}

/** Of the sessions elsewhere, only those that something in the piece names. */
function pieceOf(sessions: readonly WholeSession[], elsewhere: ReadonlyMap<string, string>): Piece {
  const own = new Set(sessions.map(({ named }) => named.id));
  const body = joinedBy(
    ',\n',
    sessions.map(({ bytes }) => bytes),
  );
  const namedIds = new Set(body.toString('latin1').match(/ses_[a-z2-7]{20}/g));
  const others = [...elsewhere].filter(([id]) => namedIds.has(id) && !own.has(id));
  const head = others.length > 0 ? exportHeadWith(Object.fromEntries(others)) : exportHead;
  const text = sessions.length > 0 ? [Buffer.from(`${head}\n`), body] : [Buffer.from(head)];
  return { bytes: gzipSync(Buffer.concat([...text, Buffer.from(exportTail)])), sessions: sessions.map(({ named }) => named) };
}

const joinedBy = (between: string, buffers: readonly Buffer[]): Buffer =>
  Buffer.concat(buffers.flatMap((buffer, at) => (at === 0 ? [buffer] : [Buffer.from(between), buffer])));

const cutOff = (file: string) => new Failure(`The end of ${plain(file)} is missing. Nothing was imported.`);
