import { Hono, type MiddlewareHandler } from 'hono';
import { limits } from '../../../wire/limits.ts';
import { PageQuery } from '../../../wire/page.ts';
import { NewSnapshot, UploadQuery } from '../../../wire/snapshot.ts';
import { tarOf } from '../../adapters/tar/write.ts';
import type { AppEnv } from '../../context.ts';
import { contentsOf } from '../../domain/archive/manifest.ts';
import { AppError, notFound } from '../../errors.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { jsonBody } from '../../middleware/json-body.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { openManifest, readManifest } from '../../store/archive/manifests.ts';
import { trashSnapshot } from '../../store/archive/snapshot-trash.ts';
import { listSnapshots } from '../../store/archive/snapshots.ts';
import { commit, openDb } from '../../store/db.ts';
import { valid } from '../../valid.ts';
import { requireSession } from '../sessions/require-session.ts';
import { contentsInOrder } from './contents-in-order.ts';
import { requireSnapshot } from './require-snapshot.ts';
import { takeSnapshot } from './take.ts';
import { keepArchive } from './upload.ts';

const ofSession = '/:id/snapshots';

/** The workspace of a session, as it was. */
export const sessionSnapshots = new Hono<AppEnv>()
  .get(ofSession, requireAccess('snapshot.read'), valid('query', PageQuery), async (c) => {
    const { organizationId } = c.var.actor;
    const { id } = await requireSession(c, c.req.param('id'));
    return c.json(await listSnapshots(openDb(c.env.DB), organizationId, id, c.req.valid('query')));
  })
  .post(
    ofSession,
    requireAccess('snapshot.create'),
    jsonBody(limits.maxManifestBytes),
    manifestBody(),
    valid('json', NewSnapshot),
    idempotent(),
    async (c) => {
      const session = await requireSession(c, c.req.param('id'));
      return c.json(await takeSnapshot(c, session, c.req.valid('json')), 201);
    },
  )
  .post(`${ofSession}/upload`, requireAccess('snapshot.create'), valid('query', UploadQuery), async (c) => {
    const session = await requireSession(c, c.req.param('id'));
    const place = { organizationId: c.var.actor.organizationId, projectId: session.projectId };
    const manifest = await keepArchive(c.env, place, c.req.raw);
    return c.json(await takeSnapshot(c, session, { ...manifest, reason: 'upload', name: c.req.valid('query').name }), 201);
  });

export const snapshots = new Hono<AppEnv>()
  .get('/:id', requireAccess('snapshot.read'), async (c) => c.json(await requireSnapshot(c, c.req.param('id'))))
  .get('/:id/manifest', requireAccess('snapshot.read'), async (c) => {
    const { id, projectId } = await requireSnapshot(c, c.req.param('id'));
    const place = { organizationId: c.var.actor.organizationId, projectId };
    return c.body(await openManifest(c.env.ARCHIVE, place, id), 200, { 'content-type': 'application/json' });
  })
  .get('/:id/archive', requireAccess('snapshot.read'), async (c) => {
    const { id, projectId, createdAt } = await requireSnapshot(c, c.req.param('id'));
    const place = { organizationId: c.var.actor.organizationId, projectId };
    const { entries } = await readManifest(c.env.ARCHIVE, place, id);
    const tar = tarOf(entries, contentsInOrder(c.env, place, entries.flatMap(contentsOf)), new Date(createdAt));
    return c.body(tar.pipeThrough(new CompressionStream('gzip')), 200, {
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="${id}.tar.gz"`,
    });
  })
  .delete('/:id', requireAccess('snapshot.delete'), async (c) => {
    const { organizationId, userId } = c.var.actor;
    const db = openDb(c.env.DB);
    const [changed] = await commit(db, [trashSnapshot(db, organizationId, c.req.param('id'), Date.now(), userId)]);
    if (!changed) throw notFound('snapshot');
    return c.body(null, 204);
  });

/** Refuses a manifest by its length before each of its entries is looked at: a million wrong ones would be a million complaints. */
function manifestBody(): MiddlewareHandler<AppEnv> {
  return async function manifestBody(c, next) {
    const body: unknown = await c.req.json().catch((cause: unknown) => {
      throw new AppError('bad_json', 'The body is not valid JSON.', { cause });
    });
    for (const list of ['entries', 'leftOut']) {
      const items: unknown = typeof body === 'object' && body !== null && Reflect.get(body, list);
      if (!Array.isArray(items) || items.length <= limits.maxSnapshotFiles) continue;
      const message = `A snapshot has at most ${limits.maxSnapshotFiles} files.`;
      throw new AppError('invalid', message, { errors: [{ path: list, message }] });
    }
    await next();
  };
}
