import type { ImportedSession } from '../../wire/import.ts';
import { limits } from '../../wire/limits.ts';
import { Failure } from '../failure.ts';
import { plain } from '../terminal.ts';
import { archiveFile, gzippedFile, isArchive } from './gzipped-file.ts';
import { type NamedSession, type PieceSize, piecesOf, sessionsIn, usualSize } from './split-export.ts';

/** As much as one request brings. */
export interface ImportPart {
  bytes: Buffer | Blob;
  /** Undefined where there is but one. */
  file: string | undefined;
  /** Sessions of the file that came before. */
  first: number;
}

interface SplitFile {
  name: string;
  /** Where it has to come in pieces. */
  sessions: NamedSession[] | null;
}

/** Files to import, in as many parts as they need. They are read anew each time, so that none has to lie in memory as a whole. */
export class ImportFiles {
  private readonly files: readonly SplitFile[];
  private readonly size: PieceSize;

  private constructor(files: readonly SplitFile[], size: PieceSize) {
    this.files = files;
    this.size = size;
  }

  /** Looks through them as far as it must to know the parts. Throws a Failure where a session is there twice, or the end of a file is missing. */
  static async of(names: readonly string[], size: PieceSize = usualSize): Promise<ImportFiles> {
    const files: SplitFile[] = [];
    for (const name of names) files.push({ name, sessions: isArchive(name) ? null : await split(name, size) });
    const seen = new Set<string>();
    for (const { agent, externalId } of files.flatMap(({ sessions }) => sessions ?? [])) {
      const key = JSON.stringify([agent, externalId]);
      if (seen.has(key))
        throw new Failure(`The session ${plain(externalId)} of ${plain(agent)} is there twice. Nothing was imported.`);
      seen.add(key);
    }
    return new ImportFiles(files, size);
  }

  /** Whether one request brings all. */
  get areOne(): boolean {
    return this.files.length === 1 && this.files.every(({ sessions }) => !sessions);
  }

  /** What the sessions of files that come in pieces are called here, as the report of all parts says. */
  called(reported: readonly ImportedSession[]): ReadonlyMap<string, string> {
    const [only] = this.files;
    const sessions = this.files.length === 1 ? (only?.sessions ?? []) : [];
    return new Map(sessions.map(({ id }, at) => [id, reported[at]?.sessionId ?? id]));
  }

  async *parts(here?: ReadonlyMap<string, string>): AsyncGenerator<ImportPart> {
    for (const { name, sessions } of this.files) {
      const file = this.files.length > 1 ? name : undefined;
      if (!sessions) {
        const bytes = isArchive(name)
          ? await archiveFile(name, limits.maxUploadBytes)
          : await gzippedFile(name, limits.maxImportBytes);
        yield { bytes, file, first: 0 };
        continue;
      }
      let first = 0;
      for await (const piece of piecesOf(name, here, this.size)) {
        yield { bytes: piece.bytes, file, first };
        first += piece.sessions.length;
      }
    }
  }
}

/** The sessions of a file that is too large for one request; null for one that is not, or that is none of ours. */
async function split(name: string, size: PieceSize): Promise<NamedSession[] | null> {
  const found = await sessionsIn(name);
  return found && (found.sessions.length > size.sessions || found.bytes > size.bytes) ? found.sessions : null;
}
