import { type Context, Hono } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { type PackRecord, readPack } from '../../../wire/pack.ts';
import { ContentHashes } from '../../../wire/snapshot.ts';
import type { AppEnv } from '../../context.ts';
import { type Located, runsOf } from '../../domain/archive/runs.ts';
import { AppError } from '../../errors.ts';
import { jsonBody } from '../../middleware/json-body.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { readBody } from '../../read-body.ts';
import { calling, contentIndex } from '../../rooms/index.ts';
import { unpack } from '../../store/archive/packing.ts';
import { readRun } from '../../store/archive/packs.ts';
import type { ProjectPlace } from '../../store/archive/place.ts';
import { streamOf } from '../../stream-of.ts';
import { valid } from '../../valid.ts';
import { requireProject } from '../identity/require-project.ts';
import { keepContents } from './keep.ts';

const path = '/:projectId/contents';
/** Room for `maxContentHashes` hashes, quoted, and a little. */
const hashesBody = () => jsonBody(limits.maxContentHashes * 80);

/** What snapshots consist of: file contents under their SHA-256, stored once a project. */
export const contents = new Hono<AppEnv>()
  .post(`${path}/missing`, requireAccess('snapshot.create'), hashesBody(), valid('json', ContentHashes), async (c) => {
    const place = await placeOf(c, c.req.param('projectId'));
    const hashes = [...new Set(c.req.valid('json').hashes)];
    const missing = await calling(
      () => contentIndex(c.env, place),
      async (index): Promise<string[]> => index.missing(hashes),
    );
    return c.json({ missing });
  })
  .put(path, requireAccess('snapshot.create'), async (c) => {
    const place = await placeOf(c, c.req.param('projectId'));
    return c.json(await keepContents(c.env, place, await verifiedRecords(c.req.raw)));
  })
  .post(`${path}/read`, requireAccess('snapshot.read'), hashesBody(), valid('json', ContentHashes), async (c) => {
    const place = await placeOf(c, c.req.param('projectId'));
    const hashes = [...new Set(c.req.valid('json').hashes)];
    const located = await calling(
      () => contentIndex(c.env, place),
      async (index): Promise<Located[]> => index.locate(hashes),
    );
    if (located.length < hashes.length) throw unknownContents(hashes, located);
    return c.body(streamOf(recordsOf(c.env.ARCHIVE, place, located)), 200, { 'content-type': packType });
  });

const packType = 'application/octet-stream';

async function placeOf(c: Context<AppEnv>, projectId: string): Promise<ProjectPlace> {
  const { id } = await requireProject(c, projectId);
  return { organizationId: c.var.actor.organizationId, projectId: id };
}

/** The records of a pack, each held to its hash. One that is wrong refuses them all, so that a client never has to ask which went in. */
async function verifiedRecords(request: Request): Promise<PackRecord[]> {
  if (!request.headers.get('content-type')?.startsWith(packType))
    throw new AppError('unsupported_media_type', `Send the pack as ${packType}.`);
  const body = await readBody(request, limits.maxPackBytes);
  if (!body.ok) throw new AppError('too_large', `A pack has at most ${limits.maxPackBytes} bytes; send several.`);
  const read = readPack(body.bytes);
  if (!read.ok) throw badRecord(read.record, read.message);
  if (read.records.length === 0) throw new AppError('invalid', 'The pack holds no contents.');
  if (read.records.length > limits.maxContentHashes)
    throw new AppError('invalid', `A pack holds at most ${limits.maxContentHashes} contents; send several.`);
  for (const [at, record] of read.records.entries()) {
    const unpacked = unpack(record);
    if (!unpacked.ok) throw badRecord(at + 1, unpacked.message);
  }
  return read.records;
}

const badRecord = (record: number, message: string) =>
  new AppError('invalid', `Content ${record} of the pack is wrong, and nothing of it was stored: ${message}`, {
    errors: [{ path: `records.${record}`, message }],
  });

function unknownContents(hashes: string[], located: Located[]): AppError {
  const known = new Set(located.map(({ hash }) => hash));
  return new AppError('not_found', 'Some of these contents are not in this project; see `missing`.', {
    missing: hashes.filter((hash) => !known.has(hash)),
  });
}

async function* recordsOf(archive: R2Bucket, place: ProjectPlace, located: Located[]): AsyncGenerator<Uint8Array> {
  for (const run of runsOf(located, limits.maxPackBytes)) yield* await readRun(archive, place, run);
}
