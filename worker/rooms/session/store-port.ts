import type { Env } from '../../env.ts';
import { deleteArchived, deleteSegments, putSegment, readSegment, rewriteSegment } from '../../store/archive.ts';
import { openDb } from '../../store/db.ts';
import { deleteSession, flushSession } from '../../store/sessions/flush.ts';
import { trashSession, untrashSession } from '../../store/sessions/trash.ts';
import { ledgerPort } from '../ledger/ledger-port.ts';
import type { CorePorts } from './core-ports.ts';

type StorePort = Pick<
  CorePorts,
  'flush' | 'archive' | 'readSegment' | 'rewriteSegment' | 'deleteSegments' | 'hide' | 'show' | 'erase'
>;

/** What D1 and R2 hold of a session; `organizationId` is whose it is. */
export const storePort = (env: Env, organizationId: () => string): StorePort => ({
  flush: (summary, fromSeq, costs) => flushSession(openDb(env.DB), organizationId(), summary, fromSeq, costs),
  archive: ({ owner }, { texts }) => putSegment(env.ARCHIVE, owner, JSON.parse(`[${texts.join(',')}]`)),
  readSegment: ({ key }) => readSegment(env.ARCHIVE, key),
  deleteSegments: (keys) => deleteSegments(env.ARCHIVE, keys),
  rewriteSegment: ({ key }, change) => rewriteSegment(env.ARCHIVE, key, change),
  hide: async ({ owner, atMs, by, farewell }, summary, fromSeq, costs) => {
    if (farewell) await ledgerPort(env).ask(owner, farewell);
    const held = await flushSession(openDb(env.DB), owner.organizationId, summary, fromSeq, costs);
    await trashSession(openDb(env.DB), owner.organizationId, owner.sessionId, { atMs, by });
    return held;
  },
  show: (owner) => untrashSession(openDb(env.DB), owner.organizationId, owner.sessionId, Date.now()),
  erase: async (owner, farewell) => {
    if (farewell) await ledgerPort(env).ask(owner, farewell);
    await deleteSession(openDb(env.DB), owner.organizationId, owner.sessionId);
    await deleteArchived(env.ARCHIVE, owner.organizationId, owner.sessionId);
  },
});
