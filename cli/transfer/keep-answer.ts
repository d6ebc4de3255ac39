import { createWriteStream, existsSync, linkSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { outOfReach } from '../api.ts';
import { isThere } from '../config.ts';
import { Failure } from '../failure.ts';
import { plain, say } from '../terminal.ts';

/** As `keepFile`, of an answer. */
export async function keepAnswer(response: Response, url: string, out: string | undefined): Promise<void> {
  if (!response.body) throw new Failure(`${url} answered nothing.`);
  await keepFile(Readable.fromWeb(response.body), { url, name: nameIn(response), out });
}

/** Writes what comes from `url` to the file `out`, of its own `name` where none is said, or to standard output: all of it, or no file. Never over a file that is there. */
export async function keepFile(
  body: Readable,
  { url, name, out }: { url: string; name: string; out: string | undefined },
): Promise<void> {
  if (out === '-') return arrive(body, process.stdout, url, { end: false });
  const file = out ?? name;
  if (existsSync(file)) throw alreadyThere(file);
  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    await arrive(body, createWriteStream(unfinished, { flags: 'wx' }), url);
    // A second name for the file fails where there is one by now; a renaming would take its place.
    linkSync(unfinished, file);
  } catch (error) {
    throw isThere(error) ? alreadyThere(file) : error;
  } finally {
    rmSync(unfinished, { force: true });
  }
  say(`Written to ${file}`);
}

async function arrive(body: Readable, to: NodeJS.WritableStream, url: string, options: { end?: boolean } = {}): Promise<void> {
  try {
    await pipeline(body, to, options);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Error && 'syscall' in error) throw new Failure(`The file could not be written: ${error.message}`);
    throw outOfReach(url, error);
  }
}

/** The server's own name for the file; of that only the last part, and no hidden one. */
export function nameIn(response: Response): string {
  const [, named = ''] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? [];
  return basename(plain(named)).replace(/^\.+/, '') || 'export';
}

const alreadyThere = (file: string) => new Failure(`${plain(file)} is there already. Name another file: -o <file>`);
