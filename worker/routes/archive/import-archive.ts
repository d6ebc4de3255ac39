import { ArchivedSnapshot, exportFormat, exportVersion } from '../../../wire/export.ts';
import { limits } from '../../../wire/limits.ts';
import type { ManifestEntry, Snapshot } from '../../../wire/snapshot.ts';
import { BadArchive, readTarGz, type TarEntry } from '../../adapters/tar/read.ts';
import { type ArchivePlace, archiveLabel, archivePaths, placeInArchive } from '../../domain/archive/archive-paths.ts';
import { type FileProblem, issuesAt } from '../../domain/archive/file-problem.ts';
import { checkedManifest } from '../../domain/archive/manifest.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { packManifest } from '../../store/archive/manifests.ts';
import { sha256 } from '../../store/archive/packing.ts';
import { ContentBatch } from './content-batch.ts';
import { GzippedText } from './gzipped-text.ts';
import { ImportFile } from './import-file.ts';

/** A snapshot of an archive: its contents came, and are with a project or were only looked at. */
export interface CarriedSnapshot {
  /** Of which session of the file. */
  index: number;
  snapshot: Snapshot;
  packedManifest: ArrayBuffer;
}

/** What an archive consists of, once all of it has come: its logs as the JSON export that they would be. */
export interface ImportedArchive {
  file: ImportFile;
  /** Ids that its folders have, in their order. */
  sessionIds: string[];
  snapshots: CarriedSnapshot[];
  /** With which project each content went. */
  projectOf: ReadonlyMap<string, string>;
}

interface Destination {
  env: Env;
  organizationId: string;
  /** Where a session's contents go; undefined where they go nowhere: the plan will say why, or nothing is to be written. */
  projectFor: (projectId: string) => string | undefined;
}

/**
 * Reads a whole archive once, as it comes. Logs and manifests are held, packed; contents are held to their hashes and go on to their
 * project, where nothing needs them yet: those of an archive that is refused are taken by the sweep.
 */
export async function readArchive(body: ReadableStream<Uint8Array>, to: Destination): Promise<ImportedArchive> {
  const reader = new ArchiveReader(to);
  try {
    for await (const entry of readTarGz(body, 'export fewer sessions into each file')) await reader.take(entry);
    return await reader.finish();
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    throw badArchive([{ path: 'archive', message: error.message }], error);
  }
}

const badArchive = (errors: FileProblem[], cause?: unknown) =>
  new AppError('invalid', 'The archive has a problem, and nothing was imported: see `errors`.', { cause, errors });

class ArchiveReader {
  private readonly to: Destination;
  private readonly logs = new GzippedText(limits.maxImportBytes, limits.maxImportPlainBytes);
  private readonly sessionIds: string[] = [];
  private readonly snapshots: CarriedSnapshot[] = [];
  /** Contents that a manifest named and that have not come yet, by their plain sizes. */
  private readonly awaited = new Map<string, number>();
  private readonly projectOf = new Map<string, string>();
  private named = 0;
  private manifestBytes = 0;
  private hasEvents = false;
  private isLabelled = false;
  private projectId: string | undefined;
  private batch: ContentBatch | undefined;

  constructor(to: Destination) {
    this.to = to;
  }

  async take(entry: TarEntry): Promise<void> {
    const place = entry.type === 'file' ? placeInArchive(entry.path) : undefined;
    if (entry.type !== 'file' || !place) throw new BadArchive(`${entry.path} is nothing that an archive of Flightdeck holds.`);
    if (!this.isLabelled && place.is !== 'label')
      throw new BadArchive(`This is no archive of Flightdeck: ${archivePaths.label} is not its first file.`);
    switch (place.is) {
      case 'label':
        return this.takeLabel(await bytesOf(entry));
      case 'session':
        return this.begin(place.sessionId, await bytesOf(entry));
      case 'events':
        return this.takeEvents(place.sessionId, entry.path, await bytesOf(entry));
      case 'snapshot':
        return this.takeSnapshot(place, entry.path, await bytesOf(entry));
      case 'content':
        return this.takeContent(place.hash, entry);
      default:
        return place satisfies never;
    }
  }

  async finish(): Promise<ImportedArchive> {
    const [lost] = this.awaited.keys();
    if (lost !== undefined) throw new BadArchive(`A snapshot names the content ${lost}, and it is not there.`);
    if (!this.isLabelled) throw new BadArchive('There is nothing in it.');
    await this.batch?.store();
    await this.logs.write(this.sessionIds.length > 0 ? ']}]}' : ']}');
    const { sessionIds, snapshots, projectOf } = this;
    return { file: ImportFile.holding(await this.logs.finish()), sessionIds, snapshots, projectOf };
  }

  private async takeLabel(bytes: Uint8Array): Promise<void> {
    const { format, version } = recordOf(bytes);
    if (format !== archiveLabel.format)
      throw new BadArchive(`This is no archive of Flightdeck: ${archivePaths.label} has no "format": "${archiveLabel.format}".`);
    if (version !== archiveLabel.version)
      throw new BadArchive(`This reads version ${archiveLabel.version}, and the archive has version ${JSON.stringify(version)}.`);
    this.isLabelled = true;
    await this.logs.write(`{"format":"${exportFormat}","version":${exportVersion},"sessions":[`);
  }

  private async begin(sessionId: string, bytes: Uint8Array): Promise<void> {
    if (this.sessionIds.length >= limits.maxArchiveSessions)
      throw new BadArchive(`It has more than ${limits.maxArchiveSessions} sessions; export fewer into each file.`);
    const { id, projectId } = recordOf(bytes);
    if (id !== sessionId) throw new BadArchive(`${archivePaths.session(sessionId)} is of another session.`);
    await this.logs.write(`${this.sessionIds.length > 0 ? ']},' : ''}{"session":`);
    await this.logs.write(bytes);
    await this.logs.write(',"events":[');
    this.sessionIds.push(sessionId);
    this.hasEvents = false;
    await this.goTo(this.to.projectFor(String(projectId)));
  }

  /** What is held for the project before goes there now, so that there is one that holds anything. */
  private async goTo(projectId: string | undefined): Promise<void> {
    if (projectId === this.projectId) return;
    await this.batch?.store();
    const { env, organizationId } = this.to;
    this.projectId = projectId;
    this.batch = projectId === undefined ? undefined : new ContentBatch(env, { organizationId, projectId });
  }

  private async takeEvents(sessionId: string, path: string, bytes: Uint8Array): Promise<void> {
    this.checkTurn(sessionId, path);
    const lines = withoutLineEnd(bytes);
    // No JSON has a bare line end within a text.
    for (let at = lines.indexOf(lineEnd); at !== -1; at = lines.indexOf(lineEnd, at + 1)) lines[at] = comma;
    if (this.hasEvents) await this.logs.write(',');
    this.hasEvents = true;
    await this.logs.write(lines);
  }

  private async takeSnapshot(
    { sessionId, snapshotId }: Extract<ArchivePlace, { is: 'snapshot' }>,
    path: string,
    bytes: Uint8Array,
  ): Promise<void> {
    this.checkTurn(sessionId, path);
    if (this.snapshots.length >= limits.maxArchiveSnapshots)
      throw new BadArchive(`It has more than ${limits.maxArchiveSnapshots} snapshots; export fewer sessions into each file.`);
    const { snapshot, contents, entries, leftOut } = readSnapshot(path, bytes);
    if (snapshot.id !== snapshotId || snapshot.sessionId !== sessionId)
      throw badArchive([{ path, message: 'It is of another snapshot, or of another session.' }]);
    for (const [hash, size] of contents) {
      if (this.projectOf.has(hash) || this.awaited.has(hash)) continue;
      this.awaited.set(hash, size);
      this.named += 1;
    }
    if (this.named > limits.maxArchiveContents)
      throw new BadArchive(
        `Its snapshots hold more than ${limits.maxArchiveContents} contents; export fewer sessions into each file.`,
      );
    const packedManifest = await packManifest({ entries, leftOut });
    this.manifestBytes += packedManifest.byteLength;
    if (this.manifestBytes > limits.maxArchiveManifestBytes)
      throw new BadArchive(
        `The manifests of its snapshots have more than ${limits.maxArchiveManifestBytes} bytes; export fewer sessions into each file.`,
      );
    this.snapshots.push({ index: this.sessionIds.length - 1, snapshot, packedManifest });
  }

  private async takeContent(hash: string, entry: Extract<TarEntry, { type: 'file' }>): Promise<void> {
    const size = this.awaited.get(hash);
    if (size === undefined) throw new BadArchive(`${entry.path} is named by no snapshot before it.`);
    if (size !== entry.size) throw new BadArchive(`${entry.path} has ${entry.size} bytes, and its snapshot says ${size}.`);
    const bytes = await bytesOf(entry);
    const actual = sha256(bytes);
    if (actual !== hash) throw new BadArchive(`The bytes of ${entry.path} hash to ${actual}.`);
    await this.batch?.add(bytes);
    this.awaited.delete(hash);
    this.projectOf.set(hash, this.projectId ?? '');
  }

  private checkTurn(sessionId: string, path: string): void {
    if (this.sessionIds.at(-1) !== sessionId) throw new BadArchive(`${path} does not stand with the rest of its session.`);
  }
}

interface ReadSnapshot extends ArchivedSnapshot {
  contents: [hash: string, size: number][];
}

function readSnapshot(path: string, bytes: Uint8Array): ReadSnapshot {
  const json = recordOf(bytes);
  for (const list of ['entries', 'leftOut']) {
    const items = json[list];
    // Not by the schema, which would say of each of millions what is wrong with it.
    if (Array.isArray(items) && items.length > limits.maxSnapshotFiles)
      throw badArchive([{ path: `${path}.${list}`, message: `A snapshot has at most ${limits.maxSnapshotFiles} files.` }]);
  }
  const parsed = ArchivedSnapshot.safeParse(json);
  if (!parsed.success) throw badArchive(issuesAt(path, parsed.error.issues.slice(0, limits.maxImportProblems)));
  const { snapshot, entries, leftOut } = parsed.data;
  const checked = checkedManifest(entries);
  if (!checked.ok) throw badArchive([{ path: `${path}.entries[${checked.at}]`, message: checked.message }]);
  for (const [name, actual] of countsOf(entries, leftOut, checked.bytes)) {
    const said = snapshot[name];
    if (said !== actual)
      throw badArchive([{ path: `${path}.snapshot.${name}`, message: `It says ${said}, and there are ${actual}.` }]);
  }
  return { snapshot, entries, leftOut, contents: checked.contents };
}

const countsOf = (entries: readonly ManifestEntry[], leftOut: readonly unknown[], bytes: number) =>
  [
    ['fileCount', entries.length],
    ['bytes', bytes],
    ['leftOutCount', leftOut.length],
  ] as const;

const lineEnd = 10;
const comma = 44;

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === lineEnd ? bytes.subarray(0, -1) : bytes;
}

/** A file's bytes as they are held while it is looked at. */
async function bytesOf({ path, size, chunks }: Extract<TarEntry, { type: 'file' }>): Promise<Uint8Array> {
  if (size > limits.maxArchiveTextBytes)
    throw new BadArchive(`${path} has more than the ${limits.maxArchiveTextBytes} bytes that a file of an archive may have.`);
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** The JSON object in a file; empty where there is none, which then lacks all that is asked of it. */
function recordOf(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
