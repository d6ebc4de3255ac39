import type { SessionEvent } from '../../wire/event.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import type { Ingest, SessionOwner } from '../../worker/domain/ingest.ts';
import type { LogRecord } from '../../worker/domain/run.ts';
import { newSession, type SessionState } from '../../worker/domain/session-state.ts';
import { take } from '../../worker/domain/take.ts';

export const startMs = Date.UTC(2026, 10, 21, 12);

export const owner = (agent = 'claude-code'): SessionOwner => ({
  organizationId: 'org_1',
  sessionId: 'ses_domain',
  externalId: 'external',
  agent,
  projectId: 'prj_1',
  userId: 'usr_1',
});

/** A draft of some type; its hook is its type unless given. */
export const draft = (type: Draft['type'], rest: Partial<Draft> = {}): Draft => ({ type, hook: type, ...rest });
export const start = (toolUseId: string, tool = 'Bash', rest: Partial<Draft> = {}) =>
  draft('tool.started', { tool, toolUseId, ...rest });
export const finish = (toolUseId: string, tool = 'Bash', rest: Partial<Draft> = {}) =>
  draft('tool.finished', { tool, toolUseId, ok: true, ...rest });

/** A session as its room sees it: posts go in, one second apart; events and the state come out. */
export class SessionRun {
  state: SessionState;
  nowMs = startMs;
  readonly events: SessionEvent[] = [];
  readonly records: LogRecord[] = [];
  private readonly keys = new Set<string>();

  constructor(agent?: string) {
    this.state = newSession(owner(agent), startMs);
  }

  /** One POST of these drafts; answers with what it added. */
  post(...drafts: Draft[]): SessionEvent[] {
    return this.ingest({ drafts }).events;
  }

  ingest(input: Omit<Ingest, 'owner'>): { events: SessionEvent[]; accepted: number; duplicates: number } {
    this.nowMs += 1000;
    const taken = take(this.state, this.keys, { owner: this.state.owner, ...input }, this.nowMs);
    if (!taken.ok) throw new Error(JSON.stringify(taken));
    for (const { k } of taken.record.marks) if (k !== undefined) this.keys.add(k);
    this.state = taken.state;
    this.records.push(taken.record);
    this.events.push(...taken.record.events);
    return { events: taken.record.events, accepted: taken.accepted, duplicates: taken.duplicates };
  }
}

/** The session after these drafts, each a POST of its own. */
export function sessionOf(drafts: Draft[], agent?: string): SessionRun {
  const run = new SessionRun(agent);
  for (const one of drafts) run.post(one);
  return run;
}
