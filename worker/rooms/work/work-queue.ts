import { DurableObject } from 'cloudflare:workers';
import type { SessionSummary } from '../../../wire/session.ts';
import type { ReportAnswer, RequestPage, SessionRequest, WorkReport } from '../../../wire/work.ts';
import type { ErasedPerson } from '../../domain/archive/erased-person.ts';
import type { Claim, Person } from '../../domain/work/claim.ts';
import { ownerOfRequest } from '../../domain/work/request.ts';
import type { Env } from '../../env.ts';
import { sessionRoom } from '../index.ts';
import { organizationNamed } from '../organization-named.ts';
import { within } from '../within.ts';
import type { Requested } from './request-session.ts';
import type { WorkFilter } from './work-book.ts';
import { WorkCore } from './work-core.ts';

const tellMs = 2000;

/** An organization's queue of sessions that machines are to start: the only writer of who has which. */
export class WorkQueue extends DurableObject<Env> {
  private core!: WorkCore; // Made in the constructor, before the first event is delivered.

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      this.core = new WorkCore(
        {
          storage: ctx.storage,
          now: () => Date.now(),
          setAlarm: (atMs) => void ctx.storage.setAlarm(atMs),
          tell: (request, draft) =>
            within(tellMs, async (): Promise<SessionSummary | null> => {
              const owner = ownerOfRequest(this.organizationId(), request);
              const room = sessionRoom(this.env, owner.organizationId, owner.sessionId);
              if (draft.type === 'session.ended') {
                const session: SessionSummary | null = await room.summary();
                // Its agent said so itself.
                if (session === null || (session.endedAt !== null && session.status !== 'queued')) return session;
              }
              return draft.control?.action === 'requested' ? room.enqueue(owner, draft) : room.note(draft);
            }),
        },
        await ctx.storage.getAlarm(),
      );
    });
  }

  /** Adds a request, once for each id. */
  add(request: SessionRequest): Promise<Requested> {
    return this.core.add(request);
  }

  /** Null where there is no such request. */
  find(id: string): SessionRequest | null {
    return this.core.find(id);
  }

  list(filter: WorkFilter): RequestPage {
    return this.core.list(filter);
  }

  /** Gives a machine the oldest that it can start, the same again where it asks again; null where there is none. */
  claim(claim: Claim): Promise<SessionRequest | null> {
    return this.core.claim(claim);
  }

  /** A machine says how it goes; null where it has lost the request, or never had it. */
  report(id: string, report: WorkReport, by: Person): Promise<ReportAnswer | null> {
    return this.core.report(id, report, by);
  }

  /** Takes a request back: one that waits is over, and the machine that has it is told to stop. Null where there is none. */
  cancel(id: string, by: Person): SessionRequest | null {
    return this.core.cancel(id, by);
  }

  /** Has no request name this person any more. Doing it again changes nothing. */
  erasePerson(person: ErasedPerson): void {
    this.core.erasePerson(person);
  }

  override async alarm(): Promise<void> {
    await this.core.alarm();
  }

  private organizationId(): string {
    return organizationNamed(this.ctx.id);
  }
}
