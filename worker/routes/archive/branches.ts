import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type BranchPrompt, BranchPromptQuery, NewBranch } from '../../../wire/branch.ts';
import { limits } from '../../../wire/limits.ts';
import type { CreatedBranch, SessionSummary } from '../../../wire/session.ts';
import type { AppEnv } from '../../context.ts';
import { branchedDraft, branchMadeDraft, branchPoint, branchRefusal } from '../../domain/archive/branch.ts';
import { branchPrompt } from '../../domain/archive/branch-prompt.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import { AppError, notFound } from '../../errors.ts';
import { idempotencyKeyOf } from '../../middleware/idempotency-key.ts';
import { idempotent } from '../../middleware/idempotent.ts';
import { requireAccess } from '../../middleware/require-actor.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import { latestSnapshot } from '../../store/archive/snapshots.ts';
import { openDb } from '../../store/db.ts';
import { ancestorsOf, childCount } from '../../store/sessions/tree.ts';
import { valid } from '../../valid.ts';
import { created } from '../identity/created.ts';
import { ownerOf } from '../ingest/owner.ts';
import { prepare } from '../ingest/prepare.ts';
import { personOf } from '../sessions/person-of.ts';
import { requireSession } from '../sessions/require-session.ts';
import { readBranchedLog } from './branched-log.ts';
import { requireSnapshot } from './require-snapshot.ts';

/** Sessions that continue another from some point of it. */
export const branches = new Hono<AppEnv>()
  .post('/:id/branches', requireAccess('session.branch'), valid('json', NewBranch), idempotent(), async (c) => {
    const parent = await requireSession(c, c.req.param('id'));
    const wish = c.req.valid('json');
    await requireRoom(c, parent);
    const { fromSeq, snapshotId } = await pointOf(c, parent, wish);
    const branch = {
      fromSeq,
      snapshotId,
      name: wish.name ?? null,
      description: wish.description || null,
      madeAt: new Date().toISOString(),
    };
    const log = await readBranchedLog(c.env, c.var.actor.organizationId, parent, fromSeq);
    const session = await makeBranch(c, parent, branch, {
      agent: wish.agent ?? parent.agent,
      externalId: await externalIdOf(c, wish),
    });
    const body: CreatedBranch = { session, prompt: branchPrompt(log, branch) };
    return c.json(c.var.receipt ? await created(c, [], body) : body, 201);
  })
  .get('/:id/branch-prompt', requireAccess('session.read'), valid('query', BranchPromptQuery), async (c) => {
    const session = await requireSession(c, c.req.param('id'));
    const { organizationId } = c.var.actor;
    const { branch, parentId } = session;
    // What a branch that waits for its agent tells it; of any other session, what a branch of it would.
    if (session.status === 'queued' && branch && parentId !== null) {
      const log = await readBranchedLog(c.env, organizationId, await requireSession(c, parentId), branch.fromSeq);
      return c.json({ prompt: branchPrompt(log, branch) } satisfies BranchPrompt);
    }
    const { fromSeq, snapshotId } = await pointOf(c, session, c.req.valid('query'));
    const log = await readBranchedLog(c.env, organizationId, session, fromSeq);
    const nameless = { fromSeq, snapshotId, name: null, description: null };
    return c.json({ prompt: branchPrompt(log, nameless) } satisfies BranchPrompt);
  });

/** Refuses where a tree would outgrow what can be read of it. */
async function requireRoom(c: Context<AppEnv>, parent: SessionSummary): Promise<void> {
  const refusal = branchRefusal(parent);
  if (refusal !== undefined) throw new AppError('conflict', refusal);
  const db = openDb(c.env.DB);
  const { organizationId } = c.var.actor;
  const [above, children] = await Promise.all([
    ancestorsOf(db, organizationId, parent.id),
    childCount(db, organizationId, parent.id, limits.maxChildSessions),
  ]);
  if (above.length + 1 >= limits.maxTreeDepth)
    throw new AppError('conflict', `Branches go at most ${limits.maxTreeDepth} deep; branch off an earlier session.`);
  if (children >= limits.maxChildSessions)
    throw new AppError(
      'conflict',
      `This session has ${limits.maxChildSessions} branches and child sessions already; branch off one of them.`,
    );
}

/** Which event and which snapshot a branch begins at. */
async function pointOf(
  c: Context<AppEnv>,
  parent: SessionSummary,
  { snapshotId, seq }: Pick<NewBranch, 'snapshotId' | 'seq'>,
): Promise<{ fromSeq: number; snapshotId: string | null }> {
  const wanted = snapshotId === undefined ? undefined : await requireSnapshot(c, snapshotId);
  const point = branchPoint(parent, { seq }, wanted);
  if (!point.ok) throw new AppError('invalid', point.message, { errors: [{ path: point.path, message: point.message }] });
  const { fromSeq } = point;
  const found = wanted ?? (await latestSnapshot(openDb(c.env.DB), c.var.actor.organizationId, parent.id, fromSeq));
  return { fromSeq, snapshotId: found?.id ?? parent.branch?.snapshotId ?? null };
}

/**
 * Claude Code takes such an id from outside (`claude --session-id`). An Idempotency-Key names what it makes: a request that was interrupted
 * between the branch and its parent's note of it finds the one and writes the other.
 */
async function externalIdOf(c: Context<AppEnv>, wish: NewBranch): Promise<string> {
  const key = idempotencyKeyOf(c);
  if (key === undefined) return crypto.randomUUID();
  const { organizationId, userId } = c.var.actor;
  const said = JSON.stringify(['branch', organizationId, userId, c.req.path, wish, key]);
  // RFC 9562, version 8: a UUID whose bits its maker chose.
  const hex = createHash('sha256').update(said).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The branch's room comes first: what its parent's timeline names is there. */
async function makeBranch(
  c: Context<AppEnv>,
  parent: SessionSummary,
  branch: NonNullable<SessionSummary['branch']>,
  { agent, externalId }: { agent: string; externalId: string },
): Promise<SessionSummary> {
  const { organizationId, userId } = c.var.actor;
  const by = personOf(c);
  const machine = { tokenId: '', organizationId, projectId: parent.projectId, userId };
  const owner: SessionOwner = { ...ownerOf(machine, agent, externalId), parentId: parent.id };
  const session = await calling(
    () => sessionRoom(c.env, organizationId, owner.sessionId),
    async (room): Promise<SessionSummary | null> => room.enqueue(owner, branchedDraft(parent, branch, by)),
  );
  if (!session) throw notFound('session');
  const made = prepare(branchMadeDraft(session.id, session.branch ?? branch, by), Date.now());
  await calling(
    () => sessionRoom(c.env, organizationId, parent.id),
    async (room): Promise<SessionSummary | null> => room.note(made),
  );
  return session;
}
