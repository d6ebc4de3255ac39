import { createHash } from 'node:crypto';
import type { ExportedEvent, ExportedSummary } from '../../../wire/export.ts';
import type { ImportOutcome, ImportQuery } from '../../../wire/import.ts';
import { limits } from '../../../wire/limits.ts';
import type { FileProblem } from '../../domain/archive/file-problem.ts';
import type { FileSession } from '../../domain/archive/inspection.ts';
import { hashEvent, hashSummary } from '../../domain/archive/session-identity.ts';
import type { SessionOwner } from '../../domain/ingest.ts';
import type { Env } from '../../env.ts';
import { openDb } from '../../store/db.ts';
import { projectIds } from '../../store/identity/projects.ts';
import { ownerOf } from '../ingest/owner.ts';
import { exported } from './chosen-sessions.ts';
import { sessionEvents } from './session-events.ts';

/** What becomes of one session of a file. */
export interface Planned {
  found: FileSession;
  owner: SessionOwner;
  outcome: ImportOutcome;
  /** The last event of the session whose place it takes; null where there must be none. */
  replaces: number | null;
  /** What that was, and as what it goes into the trash. */
  replaced?: { session: ExportedSummary; keptAs: SessionOwner };
}

export type Plan = { ok: true; sessions: Planned[] } | { ok: false; problems: FileProblem[] };

interface Importer {
  organizationId: string;
  userId: string;
}

/** Decides about each session of a file by what is there; writes nothing. */
export async function planImport(
  env: Env,
  importer: Importer,
  sessions: readonly FileSession[],
  { project, onConflict }: ImportQuery,
): Promise<Plan> {
  const known = await projectIds(openDb(env.DB), importer.organizationId);
  const planned: Planned[] = [];
  const problems: FileProblem[] = [];
  for (const [index, found] of sessions.entries()) {
    const projectId = project ?? found.session.projectId;
    if (!known.has(projectId)) {
      problems.push(unknownProject(index, project));
      continue;
    }
    const decided = await decide(env, { ...importer, projectId }, found, onConflict);
    if ('message' in decided) problems.push({ path: `sessions[${index}]`, message: decided.message });
    else planned.push(decided);
  }
  if (planned.filter(({ replaced }) => replaced).length > limits.maxImportReplaced)
    problems.push({
      path: 'sessions',
      message: `Replace at most ${limits.maxImportReplaced} sessions at once; import the rest apart.`,
    });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, sessions: planned };
}

const unknownProject = (index: number, project: string | undefined): FileProblem =>
  project === undefined
    ? { path: `sessions[${index}].session.projectId`, message: 'There is no such project here; say which with ?project=.' }
    : { path: 'project', message: 'There is no such project.' };

type Decided = Planned | { message: string };

async function decide(
  env: Env,
  importer: Importer & { projectId: string },
  found: FileSession,
  onConflict: ImportQuery['onConflict'],
): Promise<Decided> {
  const { agent, externalId } = found.session;
  const actor = { tokenId: 'import', ...importer };
  const own = ownerOf(actor, agent, externalId);
  const plan = (outcome: ImportOutcome, owner = own, replaces: number | null = null): Planned => ({
    found,
    owner,
    outcome,
    replaces,
  });
  const there = await exported(env, importer.organizationId, own.sessionId);
  if (!there.session)
    return there.isOccupied
      ? {
          message:
            'It was deleted here. Bring it back from the trash; or delete it there for good, and import it again in a minute.',
        }
      : plan('created');
  if (await isSame(env, own, there.session, found)) return plan('unchanged');
  switch (onConflict) {
    case 'skip':
      return plan('skipped');
    case 'replace':
      if (there.isOccupied)
        return { message: 'It runs here, and what runs is not replaced. Stop it first, or import beside it (rename).' };
      for (const owner of copiesOf(actor, found)) {
        const beside = await exported(env, importer.organizationId, owner.sessionId);
        if (beside.session || beside.isOccupied) continue;
        const { session } = there;
        const keptAs = { ...owner, projectId: session.projectId, userId: session.userId };
        return { ...plan('replaced', own, session.lastSeq), replaced: { session, keptAs } };
      }
      return {
        message: `It is there ${limits.maxImportCopies} times already, the trash included. Delete some of them for good.`,
      };
    case 'rename':
      for (const owner of copiesOf(actor, found)) {
        const beside = await exported(env, importer.organizationId, owner.sessionId);
        if (!beside.session && !beside.isOccupied) return plan('renamed', owner);
        if (beside.session && (await isSame(env, owner, beside.session, found))) return plan('unchanged', owner);
      }
      return { message: `It is there ${limits.maxImportCopies} times already, each time different. Delete some of them.` };
    default:
      return onConflict satisfies never;
  }
}

/** Names beside the one that is taken. */
function* copiesOf(
  actor: Parameters<typeof ownerOf>[0],
  { session: { agent, externalId } }: FileSession,
): Generator<SessionOwner> {
  for (let copy = 2; copy <= limits.maxImportCopies; copy++)
    yield ownerOf(actor, agent, `${externalId.slice(0, limits.maxExternalIdLength - 5)}~${copy}`);
}

/** Whether what is there is what the file holds; what is longer or shorter need not be read to know. */
async function isSame(env: Env, owner: SessionOwner, there: ExportedSummary, { session, digest }: FileSession): Promise<boolean> {
  if (there.lastSeq !== session.lastSeq) return false;
  const hash = newHash();
  const { organizationId, sessionId } = owner;
  for await (const events of sessionEvents(env, organizationId, { id: sessionId, lastSeq: there.lastSeq })) {
    // As they are exported.
    for (const event of events) hashEvent(hash, event as ExportedEvent);
  }
  hashSummary(hash, there);
  return hash.digest() === digest;
}

export function newHash() {
  const hash = createHash('sha256');
  return { update: (text: string) => hash.update(text), digest: () => hash.digest('hex') };
}
