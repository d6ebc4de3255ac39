import { Hono } from 'hono';
import { ImportQuery, type ImportReport } from '../../../wire/import.ts';
import { limits } from '../../../wire/limits.ts';
import type { AppEnv } from '../../context.ts';
import { allows } from '../../domain/access.ts';
import type { FileProblem } from '../../domain/archive/file-problem.ts';
import { Inspection } from '../../domain/archive/inspection.ts';
import { AppError } from '../../errors.ts';
import { forbidden, requireAccess } from '../../middleware/require-actor.ts';
import { valid } from '../../valid.ts';
import { applyImport } from './import-apply.ts';
import { ImportFile } from './import-file.ts';
import { newHash, type Planned, planImport } from './import-plan.ts';

/** Brings exported sessions in: all of a file is looked through before anything is written. */
export const imports = new Hono<AppEnv>().post('/', requireAccess('session.import'), valid('query', ImportQuery), async (c) => {
  const query = c.req.valid('query');
  const { role, organizationId, userId } = c.var.actor;
  // What is replaced is gone, as if it were deleted.
  if (query.onConflict === 'replace' && !allows(role, 'session.delete')) throw forbidden('session.delete');
  const nowMs = Date.now();
  const file = await ImportFile.of(c.req.raw);
  const inspected = await inspect(file, nowMs);
  if (!inspected.ok) throw refused(inspected.problems, inspected.count);
  const plan = await planImport(c.env, { organizationId, userId }, inspected.sessions, query);
  if (!plan.ok) throw refused(plan.problems);
  const dryRun = query.dryRun === 'true';
  if (!dryRun) await applyImport(c.env, file, plan.sessions, nowMs);
  return c.json({ dryRun, sessions: plan.sessions.map(reported) } satisfies ImportReport);
});

async function inspect(file: ImportFile, nowMs: number) {
  const inspection = new Inspection({ nowMs, newHash });
  const pieces = file.pieces();
  while (true) {
    const { done, value } = await pieces.next();
    if (done) return inspection.finish(value);
    inspection.add(value);
  }
}

function refused(problems: readonly FileProblem[], count = problems.length): AppError {
  const many = count === 1 ? 'The file has a problem' : `The file has ${count} problems`;
  const cut = count > limits.maxImportProblems ? `; the first ${limits.maxImportProblems} are` : ':';
  const errors = problems.slice(0, limits.maxImportProblems);
  return new AppError('invalid', `${many}, and nothing was imported${cut} see \`errors\`.`, { errors });
}

const reported = ({ found, owner, outcome }: Planned): ImportReport['sessions'][number] => ({
  sessionId: owner.sessionId,
  externalId: owner.externalId,
  agent: owner.agent,
  title: found.session.title,
  projectId: owner.projectId,
  eventCount: found.eventCount,
  outcome,
});
