import { type Context, Hono } from 'hono';
import { ImportQuery, type ImportReport } from '../../../wire/import.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { allows } from '../../domain/access.ts';
import type { FileProblem } from '../../domain/archive/file-problem.ts';
import { Inspection } from '../../domain/archive/inspection.ts';
import { AppError } from '../../errors.ts';
import { forbidden, requireAccess } from '../../middleware/require-actor.ts';
import { openDb } from '../../store/db.ts';
import { projectIds } from '../../store/identity/projects.ts';
import { valid } from '../../valid.ts';
import { applyImport } from './import-apply.ts';
import { type ImportedArchive, readArchive } from './import-archive.ts';
import { ImportFile } from './import-file.ts';
import { newHash, type Planned, planImport } from './import-plan.ts';
import { applySnapshots, planSnapshots } from './import-snapshots.ts';
import { sniffed } from './sniffed.ts';

/** Brings exported sessions in: all of a file is looked through before anything can be seen of it. */
export const imports = new Hono<AppEnv>().post('/', requireAccess('session.import'), valid('query', ImportQuery), async (c) => {
  const query = c.req.valid('query');
  const { role, organizationId, userId } = c.var.actor;
  // What is replaced goes into the trash.
  if (query.onConflict === 'replace' && !allows(role, 'session.delete')) throw forbidden('session.delete');
  const nowMs = Date.now();
  const { file, archive } = await received(c, query);
  const inspected = await inspect(file, nowMs);
  if (!inspected.ok) throw refused(inspected.problems, inspected.count);
  if (archive) checkFolders(archive, inspected.sessions);
  const plan = await planImport(c.env, { organizationId, userId }, inspected.sessions, query);
  if (!plan.ok) throw refused(plan.problems);
  const snapshots = await planSnapshots(c.env, archive ?? { snapshots: [] }, plan.sessions, nowMs);
  if (!snapshots.ok) throw refused(snapshots.problems);
  const dryRun = query.dryRun === 'true';
  if (!dryRun) {
    await applyImport(c.env, file, plan.sessions, {
      ...{ nowMs, by: userId, snapshots: snapshots.labels },
      elsewhere: inspected.elsewhere,
    });
    if (archive) await applySnapshots(c.env, organizationId, archive, snapshots.wanted, nowMs);
  }
  const countOf = (at: number) => (archive ? snapshots.wanted.filter(({ index }) => index === at).length : undefined);
  return c.json({ dryRun, sessions: plan.sessions.map((planned, at) => reported(planned, countOf(at))) } satisfies ImportReport);
});

/** What was sent: a file of logs, or an archive with what is in it beside those. */
async function received(c: Context<AppEnv>, query: ImportQuery): Promise<{ file: ImportFile; archive?: ImportedArchive }> {
  const { request, isTar } = await sniffed(c.req.raw);
  if (!isTar || !request.body) return { file: await ImportFile.of(request) };
  if (!allows(c.var.actor.role, 'snapshot.create')) throw forbidden('snapshot.create');
  const { organizationId } = c.var.actor;
  const known = await projectIds(openDb(c.env.DB), organizationId);
  const archive = await readArchive(request.body, {
    env: c.env,
    organizationId,
    projectFor: (named) => {
      const projectId = query.project ?? named;
      return query.dryRun === 'true' || !known.has(projectId) ? undefined : projectId;
    },
  });
  return { file: archive.file, archive };
}

async function inspect(file: ImportFile, nowMs: number) {
  const inspection = new Inspection({ nowMs, newHash });
  const pieces = file.pieces();
  while (true) {
    const { done, value } = await pieces.next();
    if (done) return inspection.finish(value);
    inspection.add(value);
  }
}

/** A text that is no JSON value of its own could have made two sessions of one. */
function checkFolders({ sessionIds }: ImportedArchive, sessions: readonly { session: { id: string } }[]): void {
  const isAsNamed = sessionIds.length === sessions.length && sessions.every(({ session }, at) => session.id === sessionIds[at]);
  if (!isAsNamed) throw refused([{ path: 'archive', message: 'Its sessions are not those that its folders name.' }]);
}

function refused(problems: readonly FileProblem[], count = problems.length): AppError {
  const many = count === 1 ? 'The file has a problem' : `The file has ${count} problems`;
  const cut = count > limits.maxImportProblems ? `; the first ${limits.maxImportProblems} are` : ':';
  const errors = problems.slice(0, limits.maxImportProblems);
  return new AppError('invalid', `${many}, and nothing was imported${cut} see \`errors\`.`, { errors });
}

const reported = (
  { found, owner, outcome, replaced }: Planned,
  snapshotCount: number | undefined,
): ImportReport['sessions'][number] => ({
  sessionId: owner.sessionId,
  externalId: owner.externalId,
  agent: owner.agent,
  title: found.session.title,
  projectId: owner.projectId,
  eventCount: found.eventCount,
  outcome,
  ...(replaced && { keptId: replaced.keptAs.sessionId }),
  ...(snapshotCount !== undefined && { snapshotCount }),
});
