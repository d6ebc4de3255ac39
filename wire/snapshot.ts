import * as z from 'zod/mini';
import { limits } from './limits.ts';
import type { Page } from './page.ts';

/** SHA-256 of plain bytes, 64 lower-case hex digits: the name of a content in its project. */
export const ContentHash = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'A hash is SHA-256, in 64 lower-case hex digits.'));

/** Why a snapshot was taken. `rule`: before a call that a snapshot rule names. `restore`: what was there before a restore. `upload`: a tar.gz. */
export const SnapshotReason = z.enum(['manual', 'start', 'end', 'rule', 'interval', 'restore', 'upload']);
export type SnapshotReason = z.infer<typeof SnapshotReason>;

/** From the workspace's root on, `/` between its parts; never absolute, never up. The server and `restore` check the parts again. */
const Path = z
  .string()
  .check(
    z.minLength(1, 'A path cannot be empty.'),
    z.maxLength(limits.maxPathLength, `A path has at most ${limits.maxPathLength} characters.`),
  );

/**
 * A regular file. Its bytes are the content `hash`; one over `maxContentBytes` is cut into parts of that size, each a content of its own, and `hash`
 * is that of the whole.
 */
const FileEntry = z.object({
  type: z.literal('file'),
  path: Path,
  /** Bytes. */
  size: z.int().check(z.gte(0), z.lte(limits.maxSnapshotBytes)),
  /** Permission bits, 0 to 0o777. */
  mode: z.int().check(z.gte(0), z.lte(0o777)),
  hash: ContentHash,
  parts: z.optional(z.array(ContentHash).check(z.minLength(2))),
});

/** A symbolic link, kept as the text that it is. One that leads out of the workspace is kept, and never followed. */
const LinkEntry = z.object({ type: z.literal('link'), path: Path, target: Path });

export const ManifestEntry = z.discriminatedUnion('type', [FileEntry, LinkEntry]);
export type ManifestEntry = z.infer<typeof ManifestEntry>;

/** What is not in the snapshot although it lies in the workspace, and why. */
export const LeftOut = z.object({ path: Path, why: z.enum(['secret', 'too_large', 'unreadable', 'special']) });
export type LeftOut = z.infer<typeof LeftOut>;

/** Entries in the order of their paths' UTF-16 code units, each path once. */
export const Manifest = z.object({
  entries: z
    .array(ManifestEntry)
    .check(z.maxLength(limits.maxSnapshotFiles, `A snapshot has at most ${limits.maxSnapshotFiles} files.`)),
  leftOut: z._default(z.array(LeftOut).check(z.maxLength(limits.maxSnapshotFiles)), []),
});
export type Manifest = z.infer<typeof Manifest>;

/** Body of `POST /api/sessions/:id/snapshots`; its contents have to be there. */
export const NewSnapshot = z.extend(Manifest, {
  name: z.optional(
    z.string().check(z.trim(), z.minLength(1, 'Give it a name, or leave the name out.'), z.maxLength(limits.maxTitleLength)),
  ),
  reason: z._default(SnapshotReason, 'manual'),
  /** The session's last event by then; what it is now, where it is left out. */
  seq: z.optional(z.int().check(z.gte(0))),
  gitHead: z.optional(z.string().check(z.maxLength(limits.maxFactLength))),
});
export type NewSnapshot = z.infer<typeof NewSnapshot>;

export const Snapshot = z.object({
  /** `snp_…` */
  id: z.string(),
  sessionId: z.string(),
  projectId: z.string(),
  name: z.nullable(z.string()),
  reason: SnapshotReason,
  seq: z.int(),
  gitHead: z.nullable(z.string()),
  /** Files and links. */
  fileCount: z.int(),
  /** Plain bytes of all files. */
  bytes: z.int(),
  leftOutCount: z.int(),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** Query of `POST /api/sessions/:id/snapshots/upload`, whose body is a tar.gz. */
export const UploadQuery = z.object({ name: NewSnapshot.shape.name });

/** Answer of `POST /api/sessions/:id/snapshots`. */
export const CreatedSnapshot = z.extend(Snapshot, {
  /** What will be noticed at a restore, in sentences: paths that differ only in case. */
  warnings: z.array(z.string()),
});
export type CreatedSnapshot = z.infer<typeof CreatedSnapshot>;

export type SnapshotList = Page<Snapshot>;

/** Body of `POST /api/projects/:id/contents/missing` and of `POST /api/projects/:id/contents/read`. */
export const ContentHashes = z.object({
  hashes: z
    .array(ContentHash)
    .check(z.minLength(1), z.maxLength(limits.maxContentHashes, `Ask for at most ${limits.maxContentHashes} at once.`)),
});
export type ContentHashes = z.infer<typeof ContentHashes>;

export const MissingContents = z.object({ missing: z.array(z.string()) });
export type MissingContents = z.infer<typeof MissingContents>;

/** Answer of `PUT /api/projects/:id/contents`: contents that are new to the project, and that it had. */
export const StoredContents = z.object({ stored: z.int(), known: z.int() });
export type StoredContents = z.infer<typeof StoredContents>;
