import { limits } from '../../wire/limits.ts';
import type { ErasedPerson } from '../domain/archive/erased-person.ts';
import { type ErasureProgress, partAfter } from '../domain/archive/erasure-progress.ts';
import type { Env } from '../env.ts';
import { eraseSnapshots } from '../rooms/contents/erase-snapshots.ts';
import { alertDesk, budgetLedger, calling, outboxOf, reception, sessionRoom, slackDesk, workQueue } from '../rooms/index.ts';
import { lateWriteMs } from '../rooms/trash/late-write.ts';
import type { PersonErased } from '../rooms/trash/person-eraser.ts';
import { commit, type Db, openDb } from '../store/db.ts';
import { erasuresDue, finishErasure, moveErasure, type RunningErasure, saveProgress } from '../store/identity/erasures.ts';
import { eraseFromRows, type LookedAt, moveDays, nextListed, nextTrashed, snapshotsOf } from '../store/sessions/erasing.ts';

const { maxErasureSessions, maxErasuresAtOnce, maxRetainedSnapshots } = limits;
/** A run that was interrupted is made again after this; one that came to its end goes on in the next minute. */
const patienceMs = 10 * 60_000;
const soonMs = 60_000;

/**
 * Goes on with erasing people, so many sessions a minute. Whatever was interrupted is done again from where the progress was last saved: each of its
 * parts may be repeated.
 */
export async function erasePeople(env: Env, nowMs: number): Promise<void> {
  const db = openDb(env.DB);
  for (const running of await erasuresDue(db, nowMs, maxErasuresAtOnce)) {
    const { person, dueAtMs } = running;
    if (!(await moveErasure(db, person.pseudonym, dueAtMs, nowMs + patienceMs))) continue;
    const step = new ErasureStep(env, db, running, nowMs);
    if (await step.run()) await commit(db, [step.saved(), finishErasure(db, person.pseudonym, nowMs)]);
    else {
      await commit(db, [step.saved()]);
      await moveErasure(db, person.pseudonym, nowMs + patienceMs, nowMs + soonMs);
    }
    console.log(JSON.stringify({ erasure: person.pseudonym, ...step.progress }));
  }
}

/** One minute's part of an erasing. */
class ErasureStep {
  progress: ErasureProgress;
  private readonly env: Env;
  private readonly db: Db;
  private readonly organizationId: string;
  private readonly person: ErasedPerson;
  private readonly nowMs: number;
  private left = maxErasureSessions;

  constructor(env: Env, db: Db, { organizationId, person, progress }: RunningErasure, nowMs: number) {
    this.env = env;
    this.db = db;
    this.organizationId = organizationId;
    this.person = person;
    this.progress = progress;
    this.nowMs = nowMs;
  }

  saved() {
    return saveProgress(this.db, this.person.pseudonym, this.progress);
  }

  /** Whether all is done. */
  async run(): Promise<boolean> {
    await this.tryAgain();
    while (this.left > 0 && this.progress.part !== 'rest') {
      if (await this.goOn()) this.progress = { ...this.progress, part: partAfter(this.progress.part) };
      await commit(this.db, [this.saved()]);
    }
    if (this.progress.part !== 'rest' || this.progress.again.length > 0) return false;
    // What was on its way to D1 when the last session went counts as the person's, still.
    if (this.nowMs < this.progress.lastGoneMs + 2 * lateWriteMs) return false;
    return this.rest();
  }

  /** Whether the part is done. */
  private async goOn(): Promise<boolean> {
    const { db, organizationId, progress, left } = this;
    switch (progress.part) {
      case 'own':
        return this.ownSessions();
      case 'list':
        return this.look(await nextListed(db, organizationId, progress.listCursor, left), 'listCursor');
      case 'trash':
      case 'trashed_since':
        return this.look(await nextTrashed(db, organizationId, progress.trashCursor, left), 'trashCursor');
      case 'rest':
        return false;
      default:
        return progress.part satisfies never;
    }
  }

  /** Those that the ledger knows of: D1 may not have heard of them, or not any more. */
  private async ownSessions(): Promise<boolean> {
    const { userId, pseudonym } = this.person;
    const ids = await this.ledger(async (ledger): Promise<string[]> => ledger.sessionsOf(userId, this.left));
    for (const id of ids) await this.eraseIn({ id, userId, cursor: '' });
    await this.forget(ids);
    // Who could not be reached is noted in `again`.
    await this.ledger(async (ledger): Promise<void> => ledger.renameOwner(ids, pseudonym));
    return ids.length === 0;
  }

  private async look(found: LookedAt[], cursorName: 'listCursor' | 'trashCursor'): Promise<boolean> {
    if (found.length === 0) return true;
    for (const session of found) {
      await this.eraseIn(session);
      this.progress = { ...this.progress, [cursorName]: session.cursor };
      if (session.userId !== this.person.userId)
        this.progress = { ...this.progress, checkedSessions: this.progress.checkedSessions + 1 };
    }
    const ids = found.map(({ id }) => id);
    await this.forget(found.filter(({ userId }) => userId === this.person.userId).map(({ id }) => id));
    await eraseFromRows(this.db, this.organizationId, ids, this.person);
    return false;
  }

  /** What was told of their sessions says no more what those were about. */
  private async forget(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await calling(
      () => alertDesk(this.env, this.organizationId),
      async (desk): Promise<void> => desk.forgetSessions(ids),
    );
    await calling(
      () => outboxOf(this.env, this.organizationId),
      async (outbox): Promise<void> => outbox.forgetSessions(ids),
    );
  }

  /** Sessions that could not be reached before. */
  private async tryAgain(): Promise<void> {
    const { again } = this.progress;
    this.progress = { ...this.progress, again: [] };
    for (const id of again.slice(0, this.left)) await this.eraseIn({ id, userId: '', cursor: '' });
    this.progress = { ...this.progress, again: [...new Set([...again.slice(maxErasureSessions), ...this.progress.again])] };
  }

  /** A session that cannot be reached is left for later. */
  private async eraseIn(session: LookedAt): Promise<void> {
    this.left -= 1;
    try {
      if (session.userId === this.person.userId) await this.eraseSnapshotsOf(session.id);
      const was = await this.eraseInRoom(session.id);
      if (was === 'theirs')
        this.progress = { ...this.progress, erasedSessions: this.progress.erasedSessions + 1, lastGoneMs: this.nowMs };
      if (was === 'named') this.progress = { ...this.progress, changedSessions: this.progress.changedSessions + 1 };
    } catch (error) {
      console.warn(JSON.stringify({ erasure: this.person.pseudonym, session: session.id, failed: String(error) }));
      this.progress = { ...this.progress, again: [...new Set([...this.progress.again, session.id])] };
    }
  }

  private async eraseInRoom(id: string): Promise<PersonErased['was']> {
    let was: PersonErased['was'] = 'unnamed';
    for (let after: number | null = 0; after !== null; ) {
      const from: number = after;
      const erased: PersonErased = await calling(
        () => sessionRoom(this.env, this.organizationId, id),
        async (room): Promise<PersonErased> => room.erasePerson(this.person, from),
      );
      if (erased.was !== 'unnamed') was = erased.was;
      after = erased.next;
    }
    return was;
  }

  private async eraseSnapshotsOf(sessionId: string): Promise<void> {
    const { env, db, organizationId } = this;
    for (let found: number = maxRetainedSnapshots; found === maxRetainedSnapshots; ) {
      const snapshots = await snapshotsOf(db, organizationId, sessionId, maxRetainedSnapshots);
      await eraseSnapshots(env, organizationId, snapshots);
      this.progress = { ...this.progress, erasedSnapshots: this.progress.erasedSnapshots + snapshots.length };
      found = snapshots.length;
    }
  }

  /** What else there is. */
  private async rest(): Promise<boolean> {
    const { userId, pseudonym } = this.person;
    await this.ledger(async (ledger): Promise<void> => ledger.removeBudgetsOf(userId));
    await calling(
      () => alertDesk(this.env, this.organizationId),
      async (desk): Promise<void> => desk.erasePerson(this.person),
    );
    // What it asks for next is in the queue then.
    await calling(
      () => reception(this.env, this.organizationId),
      async (desk): Promise<void> => desk.erasePerson(this.person),
    );
    await calling(
      () => workQueue(this.env, this.organizationId),
      async (queue): Promise<void> => queue.erasePerson(this.person),
    );
    await calling(
      () => outboxOf(this.env, this.organizationId),
      async (outbox): Promise<void> => outbox.erasePerson(this.person),
    );
    await calling(
      () => slackDesk(this.env, this.organizationId),
      async (desk): Promise<void> => desk.erasePerson(this.person),
    );
    await moveDays(this.db, this.organizationId, userId, pseudonym);
    return true;
  }

  private ledger<Answer>(call: (ledger: ReturnType<typeof budgetLedger>) => Promise<Answer>): Promise<Answer> {
    return calling(() => budgetLedger(this.env, this.organizationId), call);
  }
}
