import type { Control, SessionEvent } from '../../../wire/event.ts';
import { failModeOf } from '../../../wire/organization-limits.ts';
import { type Draft, noteDraft } from '../../domain/draft.ts';
import type { Ingest, Ingested } from '../../domain/ingest.ts';
import { askVerdict, isPending, verdictFor } from '../../domain/limits/approvals.ts';
import type { Short } from '../../domain/limits/lease.ts';
import type { Means } from '../../domain/limits/purse.ts';
import { volumeRefusal } from '../../domain/limits/volume.ts';
import { own } from '../../domain/own.ts';
import type { LogRecord } from '../../domain/run.ts';
import { newSession, type SessionState } from '../../domain/session-state.ts';
import { take, verdictOn } from '../../domain/take.ts';
import type { Lookout } from '../radar/lookout.ts';
import type { Bookkeeper } from './bookkeeper.ts';
import type { CorePorts } from './core-ports.ts';
import type { Gate } from './gate.ts';
import type { Known } from './known.ts';
import { bytesOf } from './log-rows.ts';
import type { Membership } from './membership.ts';
import type { SessionLog } from './session-log.ts';
import type { Teller } from './teller.ts';
import type { Till } from './till.ts';
import type { TurnedAway } from './turned-away.ts';

/** Whoever has to hear of what is stored. */
interface RecorderParts {
  log: SessionLog;
  known: Known;
  till: Till;
  gate: Gate;
  lookout: Lookout;
  teller: Teller;
  bookkeeper: Bookkeeper;
  membership: Membership;
  turnedAway: TurnedAway;
}

interface RecorderPorts extends Pick<CorePorts, 'now' | 'broadcast' | 'send' | 'awaited' | 'answer' | 'background'> {
  isGone(): boolean;
  /** Brings D1 up to date now. */
  publish(): Promise<void>;
  /** What there is to do changed. */
  changed(): void;
}

/** Keys wait in log rows until a flush gathers them into one row, which must stay under the platform's 2 MB. */
const maxUnsavedKeys = 40_000;

/** The one way by which events come into the log: decides, stores, then tells, from check to write without an await. */
export class Recorder {
  private readonly parts: RecorderParts;
  private readonly ports: RecorderPorts;

  constructor(parts: RecorderParts, ports: RecorderPorts) {
    this.parts = parts;
    this.ports = ports;
  }

  /** What comes from outside; `short` says what it has to ask for, and that nothing was decided. */
  take(input: Ingest, means: Means): Ingested | Short {
    return this.record(input, means, true);
  }

  /** What the room itself adds is never refused; nothing happens where there is no session. Once, where `postId` names a request. */
  append(drafts: Draft[], postId?: string): void {
    const { state } = this.parts.known;
    if (state && drafts.length > 0) this.add({ owner: state.owner, drafts, ...(postId && { postId }) });
  }

  note(control: Control, text: string): void {
    this.append([noteDraft(control, text)]);
  }

  /** As `append`, where there may be no session yet. */
  add(input: Ingest): void {
    this.record(input, this.parts.till.means(), false);
  }

  /** Makes the log of a session that has none. */
  begin(state: SessionState): void {
    const { log, known, till } = this.parts;
    known.saved = { state, flushedSeq: 0, flushedRefusedCount: 0, archivedSeq: 0, segments: [] };
    log.create(known.saved);
    till.persist();
  }

  /** Tells the Workers that hold a hook what has been decided meanwhile. */
  answerAwaited(): void {
    const { state } = this.parts.known;
    for (const approvalId of this.ports.awaited()) {
      const verdict = state && verdictFor(state, approvalId);
      if (verdict && !isPending(verdict)) this.ports.answer(approvalId, verdict);
    }
  }

  private record(input: Ingest, means: Means, isFromOutside: boolean): Ingested | Short {
    if (this.ports.isGone())
      return { ok: true, accepted: 0, duplicates: 0, lastSeq: 0, verdict: { type: 'allow' }, deleted: true };
    const { log, known, till, turnedAway } = this.parts;
    const nowMs = this.ports.now();
    const before = known.state ?? newSession(input.owner, nowMs);
    if (log.hasPost(input.postId)) {
      const verdict = verdictOn(before, input);
      return { ok: true, accepted: input.drafts.length, duplicates: 0, lastSeq: before.lastSeq, verdict };
    }
    const taken = take(before, log, input, nowMs, means);
    if (!taken.ok) return taken;
    const { state, record, accepted, duplicates, verdict, messages } = taken;
    const noRoom = isFromOutside && record.events.length > 0 ? volumeRefusal(before, volumeOf(record), means) : undefined;
    if (noRoom?.code === 'quota_exceeded') turnedAway.refuse(input, input.drafts.length);
    if (noRoom) return noRoom;
    if (record.events.length > 0) this.store(before, state, record, nowMs);
    const fail = failModeOf(till.policy.limits, state.owner.projectId);
    const snapshots = own(till.policy.snapshots, state.owner.projectId);
    const told = { ...(messages.length > 0 && { messages }), ...(snapshots && { snapshots }) };
    return { ok: true, accepted, duplicates, lastSeq: state.lastSeq, verdict, fail, ...told };
  }

  private store(before: SessionState, state: SessionState, record: LogRecord, nowMs: number): void {
    const { log, known, till, gate, lookout, teller, membership } = this.parts;
    if (!known.saved) this.begin(before);
    const events = log.append({ ...record, ...gate.kept });
    this.keep({ ...state, storedBytes: state.storedBytes + bytesOf(events) }, nowMs);
    lookout.report(before, state);
    this.ports.broadcast(events);
    for (const event of record.events) this.sendVerdict(event);
    till.note(record.events);
    const isAsking = before.approvals !== state.approvals && (before.approvals.length > 0 || state.approvals.length > 0);
    if (isAsking) this.answerAwaited();
    // Whoever opens the list of what waits reads D1.
    if (state.approvals.length > before.approvals.length) this.ports.background(this.ports.publish());
    const isUrgent =
      before.status !== state.status ||
      before.lastSeq === 0 ||
      isAsking ||
      before.messages !== state.messages ||
      before.collisions.length !== state.collisions.length;
    teller.soon(isUrgent, record.events.at(-1)?.type === 'tool.started', nowMs);
    membership.meetParent();
    membership.register(nowMs);
    // Somebody may wait for the place that a session leaves.
    if (before.isAdmitted && !state.isAdmitted && till.countsSessions) membership.settleSoon();
    this.ports.changed();
  }

  private sendVerdict({ seq, toolUseId, refused, approval }: SessionEvent): void {
    if (approval) this.ports.send({ type: 'verdict', seq, toolUseId, verdict: askVerdict(approval) });
    if (!refused) return;
    const { because, reason } = refused;
    const type = because === 'rule' || because === 'denied' ? 'deny' : 'stop';
    this.ports.send({ type: 'verdict', seq, toolUseId, verdict: { type, reason } });
  }

  /** Takes a new state as the truth; the log holds it already. */
  private keep(state: SessionState, nowMs: number): void {
    const { log, known, bookkeeper } = this.parts;
    if (!known.saved) return;
    known.saved = { ...known.saved, state };
    bookkeeper.changed(state, nowMs);
    if (log.unsavedKeys > maxUnsavedKeys) log.save(known.saved);
  }
}

/** What a record would add to what the session has stored. */
const volumeOf = ({ events }: LogRecord) => ({
  events: events.length,
  // Joined by commas, without the brackets of a list.
  bytes: () => bytesOf(JSON.stringify(events)) - 2,
});
