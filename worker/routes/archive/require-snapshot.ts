import type { Context } from 'hono';
import type { Snapshot } from '../../../wire/snapshot.ts';
import type { AppEnv } from '../../context.ts';
import { notFound } from '../../errors.ts';
import { findSnapshot } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';

/** A snapshot of the actor's organization that is not in the trash. */
export async function requireSnapshot(c: Context<AppEnv>, id: string): Promise<Snapshot> {
  const snapshot = await findSnapshot(openDb(c.env.DB), c.var.actor.organizationId, id);
  if (!snapshot) throw notFound('snapshot');
  return snapshot;
}
