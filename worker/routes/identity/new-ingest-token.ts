import type { Context } from 'hono';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { signIngestToken } from '../../credentials/ingest-token.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { openDb, type Statement } from '../../store/db.ts';
import { countIngestTokens, insertIngestToken } from '../../store/identity/ingest-tokens.ts';
import { requireProject } from './require-project.ts';

/** An ingest token of the actor for one of their organization's projects, and the write that makes it known. */
export async function newIngestToken(
  c: Context<AppEnv>,
  projectId: string,
  name: string,
): Promise<{ id: string; token: string; statement: Statement }> {
  const { organizationId, userId } = c.var.actor;
  const db = openDb(c.env.DB);
  await requireProject(c, projectId);
  if ((await countIngestTokens(db, organizationId, projectId)) >= limits.maxIngestTokensPerProject)
    throw new AppError('quota_exceeded', `A project has at most ${limits.maxIngestTokensPerProject} tokens; revoke some.`);
  const nowMs = Date.now();
  const actor = { tokenId: newId('igt', nowMs), organizationId, projectId, userId };
  return {
    id: actor.tokenId,
    token: await signIngestToken(c.env.SIGNING_SECRET, actor),
    statement: insertIngestToken(db, organizationId, { ...actor, name }, nowMs),
  };
}
