import type { ExportedEvent } from '../../../wire/export.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { readExportedEvent } from '../../domain/archive/exported-event.ts';
import { foldEvent, foldFrom, importedState } from '../../domain/archive/imported.ts';
import { parentsIn } from '../../domain/archive/parents.ts';
import { type Labels, labelsOf, relabelEvent, relabelSummary } from '../../domain/archive/relabel.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { Env } from '../../env.ts';
import { AppError } from '../../errors.ts';
import { calling, sessionRoom } from '../../rooms/index.ts';
import type { Adopted } from '../../rooms/session/adoption.ts';
import type { EventRun } from '../../rooms/session/log-rows.ts';
import { openDb } from '../../store/db.ts';
import { calledBefore } from '../../store/sessions/called-before.ts';
import type { ImportFile } from './import-file.ts';
import type { Planned } from './import-plan.ts';
import { sessionEvents } from './session-events.ts';

const encoder = new TextEncoder();
/** UTF-16 units of one row of a log: what one page read parses at least. */
const runLength = 256 * 1024;
/** Of what one call brings to a room. */
const callLength = 4 * 1024 * 1024;

interface Circumstances {
  nowMs: number;
  by: string;
  /** Snapshots of the file, and what they are called here. */
  snapshots: readonly (readonly [before: string, here: string])[];
  /** Sessions that came in other parts of the same file. */
  elsewhere: ReadonlyMap<string, string>;
}

/**
 * Writes the planned sessions, reading the file once more. Each begins at once, when all of its log is there; whoever is interrupted
 * imports the same file again, and what is there by then is left as it is.
 */
export async function applyImport(
  env: Env,
  file: ImportFile,
  planned: readonly Planned[],
  { nowMs, by, snapshots, elsewhere }: Circumstances,
): Promise<void> {
  const importId = crypto.randomUUID();
  // What is said of others is only taken where the file itself does not know.
  const labels = labelsOf([
    ...(await broughtBefore(env, planned)),
    ...elsewhere,
    ...planned.map(({ found, owner }) => [found.session.id, owner.sessionId] as const),
    ...snapshots,
  ]);
  const parents = parentsIn(
    planned.map(({ found: { session }, owner }) => ({
      id: owner.sessionId,
      parentId: session.parentId && (labels.get(session.parentId) ?? session.parentId),
    })),
  );
  const inFile = new Set(planned.map(({ owner }) => owner.sessionId));
  const keep = async ({ replaced }: Planned) => {
    if (replaced) await keepReplaced(env, replaced, nowMs, by);
  };
  let writer: Writer | undefined;
  for await (const { path, text } of file.pieces()) {
    const [, index, list, at] = path;
    const plan = planned[Number(index)];
    if (!plan) continue;
    if (writer?.plan !== plan) {
      await writer?.finish(keep);
      writer = new Writer(env, plan, { labels, parents, inFile }, importId, nowMs);
    }
    if (list !== 'events' || !isWritten(plan)) continue;
    const read = readExportedEvent(text, '', Number(at) + 1);
    if (!read.ok) throw new Error('the file has changed since it was looked through');
    await writer.add(read.value);
  }
  await writer?.finish(keep);
}

/** Parents that came in files before this one. */
async function broughtBefore(env: Env, planned: readonly Planned[]): Promise<ReadonlyMap<string, string>> {
  const [first] = planned;
  const parentIds = [...new Set(planned.flatMap(({ found: { session } }) => session.parentId ?? []))];
  if (!first || parentIds.length === 0) return new Map();
  return calledBefore(openDb(env.DB), first.owner.organizationId, parentIds);
}

/** What is replaced lies in the trash from then on, as a session of its own beside the one that takes its place. */
async function keepReplaced(
  env: Env,
  { session, keptAs }: NonNullable<Planned['replaced']>,
  nowMs: number,
  by: string,
): Promise<void> {
  const plan: Planned = {
    found: { session, eventCount: session.eventCount, digest: '' },
    owner: keptAs,
    outcome: 'created',
    replaces: null,
  };
  const labels = labelsOf([[session.id, keptAs.sessionId]]);
  const parents = new Map([[keptAs.sessionId, session.parentId]]);
  const writer = new Writer(env, plan, { labels, parents, inFile: new Set([keptAs.sessionId]) }, crypto.randomUUID(), nowMs);
  // As they are exported.
  for await (const events of sessionEvents(env, keptAs.organizationId, session))
    for (const event of events) await writer.add(event as ExportedEvent);
  await writer.finish();
  await calling(
    () => sessionRoom(env, keptAs.organizationId, keptAs.sessionId),
    async (room): Promise<boolean> => room.discard(by),
  );
}

const isWritten = ({ outcome }: Planned): boolean => outcome !== 'skipped' && outcome !== 'unchanged';

/** Brings one session to its room. */
class Writer {
  readonly plan: Planned;
  private readonly env: Env;
  private readonly labels: Labels;
  private readonly parents: ReadonlyMap<string, string | null>;
  private readonly inFile: ReadonlySet<string>;
  private readonly importId: string;
  private readonly nowMs: number;
  private state: SessionState;
  private storedBytes = 0;
  private runs: EventRun[] = [];
  private heldLength = 0;
  private part = 0;
  private run: { first: number; last: number; texts: string[]; length: number } | null = null;

  constructor(
    env: Env,
    plan: Planned,
    { labels, parents, inFile }: { labels: Labels; parents: ReadonlyMap<string, string | null>; inFile: ReadonlySet<string> },
    importId: string,
    nowMs: number,
  ) {
    this.env = env;
    this.plan = plan;
    this.labels = labels;
    this.parents = parents;
    this.inFile = inFile;
    this.importId = importId;
    this.nowMs = nowMs;
    this.state = foldFrom(plan.owner, plan.found.session.startedAt);
  }

  async add(event: ExportedEvent): Promise<void> {
    const { found, owner } = this.plan;
    const own = relabelEvent(event, this.labels, { from: found.session.id, to: owner.sessionId });
    const text = JSON.stringify(own);
    this.state = foldEvent(this.state, own);
    // With the comma before it, as a log has them.
    this.storedBytes += encoder.encode(text).byteLength + 1;
    this.run ??= { first: own.seq, last: own.seq, texts: [], length: 0 };
    this.run.last = own.seq;
    this.run.texts.push(text);
    this.run.length += text.length;
    if (this.run.length >= runLength) this.endRun();
    if (this.heldLength >= callLength) await this.send();
  }

  /** `before` is done when all of the log is there, and nothing of it is seen yet. */
  async finish(before?: (plan: Planned) => Promise<void>): Promise<void> {
    const { found, owner, replaces } = this.plan;
    if (!isWritten(this.plan)) return;
    this.endRun();
    await this.send();
    await before?.(this.plan);
    const { sessionId: id, externalId, projectId, userId, organizationId } = owner;
    const session = relabelSummary(found.session, this.labels, { id, externalId, projectId, userId });
    const parentId = await this.parentHere(this.parents.get(id) ?? null);
    const state = importedState(this.state, session, {
      storedBytes: this.storedBytes,
      nowMs: this.nowMs,
      importId: this.importId,
      parentId,
      from: found.session.id,
    });
    const adopted = await calling(
      () => sessionRoom(this.env, organizationId, id),
      async (room): Promise<Adopted> => room.takeOver({ importId: this.importId, state, replaces }),
    );
    if (!adopted.ok) throw interrupted();
  }

  /** A parent counts where it is here and no child of this session, or comes with the same file. */
  private async parentHere(parentId: string | null): Promise<string | null> {
    if (parentId === null || this.inFile.has(parentId)) return parentId;
    const parent = await calling(
      () => sessionRoom(this.env, this.plan.owner.organizationId, parentId),
      async (room): Promise<SessionSummary | null> => room.summary(),
    );
    return parent && parent.parentId !== this.plan.owner.sessionId ? parentId : null;
  }

  private endRun(): void {
    if (!this.run) return;
    const { first, last, texts, length } = this.run;
    this.runs.push({ first, last, events: texts.join(',') });
    this.heldLength += length;
    this.run = null;
  }

  private async send(): Promise<void> {
    const { organizationId, sessionId } = this.plan.owner;
    const isStaged = await calling(
      () => sessionRoom(this.env, organizationId, sessionId),
      async (room): Promise<boolean> => room.stage(this.importId, this.part, this.runs),
    );
    if (!isStaged) throw interrupted();
    this.part += 1;
    this.runs = [];
    this.heldLength = 0;
  }
}

const interrupted = () =>
  new AppError(
    'conflict',
    'Something here changed while this was imported. Import the same file again: what is there is left as it is.',
  );
