import { type Context, Hono } from 'hono';
import type { SessionSummary } from '../../../wire/session.ts';
import { TrashQuery } from '../../../wire/trash.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { requestNameOf } from '../../middleware/idempotency-key.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { eraseSnapshots } from '../../rooms/contents/erase-snapshots.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { findTrashedSnapshot, listTrashedSnapshots, untrashSnapshot } from '../../store/archive/snapshot-trash.ts';
import { commit, openDb } from '../../store/db.ts';
import { listTrashedSessions } from '../../store/sessions/trash.ts';
import { valid } from '../../valid.ts';
import { personOf } from '../sessions/person-of.ts';

/** What was thrown away, for as long as it can be brought back. An id says what it is of. */
export const trash = new Hono<AppEnv>()
  .get('/', requireAccess('trash.read'), valid('query', TrashQuery), async (c) => {
    const { kind, ...page } = c.req.valid('query');
    const list = kind === 'session' ? listTrashedSessions : listTrashedSnapshots;
    return c.json(await list(openDb(c.env.DB), c.var.actor.organizationId, page));
  })
  .post('/:id/restore', requireAccess('trash.manage'), async (c) => {
    const id = c.req.param('id');
    if (isSnapshot(id)) {
      const db = openDb(c.env.DB);
      const [changed] = await commit(db, [untrashSnapshot(db, c.var.actor.organizationId, id, Date.now())]);
      if (!changed) throw notFound('snapshot in the trash by itself; one that went there with its session comes back with it');
      return c.body(null, 204);
    }
    const restored = await calling(
      () => roomOf(c, id),
      async (room): Promise<SessionSummary | null> => room.restore(personOf(c), requestNameOf(c)),
    );
    if (!restored) throw notFound('session in the trash');
    return c.body(null, 204);
  })
  .delete('/:id', requireAccess('trash.manage'), async (c) => {
    const id = c.req.param('id');
    const { organizationId } = c.var.actor;
    if (isSnapshot(id)) {
      const found = await findTrashedSnapshot(openDb(c.env.DB), organizationId, id);
      if (!found) throw notFound('snapshot in the trash');
      await eraseSnapshots(c.env, organizationId, [found]);
      return c.body(null, 204);
    }
    const erased = await calling(
      () => roomOf(c, id),
      async (room): Promise<boolean> => room.empty(),
    );
    if (!erased) throw notFound('session in the trash');
    return c.body(null, 204);
  });

const isSnapshot = (id: string): boolean => id.startsWith('snp_');
const roomOf = (c: Context<AppEnv>, id: string) => sessionRoom(c.env, c.var.actor.organizationId, id);
