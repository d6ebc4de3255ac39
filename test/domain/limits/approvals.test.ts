import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../../wire/approval.ts';
import { noPolicy } from '../../../wire/policy.ts';
import type { Rule } from '../../../wire/rule.ts';
import type { Draft } from '../../../worker/domain/draft.ts';
import { decisionOrder, expiryDrafts, verdictFor } from '../../../worker/domain/limits/approvals.ts';
import { type Means, noMeans } from '../../../worker/domain/limits/purse.ts';
import { newSession, type SessionState } from '../../../worker/domain/session-state.ts';
import { take } from '../../../worker/domain/take.ts';
import { draft, finish, owner, start, startMs } from '../session-run.ts';

const by = { userId: 'usr_1', name: 'Ann' };
const asking: Rule = {
  id: 'rul_1',
  name: 'ask',
  projectId: null,
  on: 'call',
  tool: 'Bash',
  action: 'ask',
  waitSeconds: 60,
  unanswered: 'deny',
  createdAt: '2026-11-21T12:00:00.000Z',
};
const means = (nowMs: number, rule: Partial<Rule> = {}): Means => ({
  ...noMeans,
  nowMs,
  policy: { ...noPolicy, rules: [{ ...asking, ...rule }] },
});

/** A session whose calls of Bash are asked about. */
class Asked {
  state: SessionState;
  nowMs = startMs;
  private readonly rule: Partial<Rule>;

  constructor(rule: Partial<Rule> = {}, agent = 'claude-code') {
    this.rule = rule;
    this.state = newSession(owner(agent), startMs);
  }

  post(...drafts: Draft[]) {
    this.nowMs += 1000;
    const taken = take(
      this.state,
      new Set<string>(),
      { owner: this.state.owner, drafts },
      this.nowMs,
      means(this.nowMs, this.rule),
    );
    if (!taken.ok) throw new Error(taken.code);
    this.state = taken.state;
    return taken;
  }

  get first(): Approval {
    const [approval] = this.state.approvals;
    if (!approval) throw new Error('nothing waits');
    return approval;
  }

  expire(atMs: number) {
    return expiryDrafts(this.state, atMs);
  }
}

describe('an approval', () => {
  it('keeps its session waiting while another call of it goes on', () => {
    const session = new Asked();
    session.post(start('t1'));
    session.post(start('t2', 'Read'));
    session.post(finish('t2', 'Read'));
    expect(session.state.status).toBe('waiting');
  });

  it('ends with its call, and with a stop', () => {
    const ended = new Asked();
    ended.post(start('t1'));
    ended.post(finish('t1'));
    expect(ended.state.approvals).toEqual([]);
    const stopped = new Asked();
    stopped.post(start('t1'));
    stopped.post({
      type: 'control',
      hook: 'flightdeck',
      text: 'Stop here.',
      control: { action: 'stopped', status: 'cancelled', by },
    });
    expect(stopped.state).toMatchObject({ approvals: [], openCalls: {} });
    expect(verdictFor(stopped.state, 'apr_1')).toEqual({ type: 'stop', reason: 'Stop here.' });
  });

  it('waits no longer than the agent’s own timeout lets it', () => {
    const session = new Asked();
    const taken = take(
      session.state,
      new Set<string>(),
      { owner: session.state.owner, drafts: [start('t1')], holdMs: 3000 },
      startMs,
      means(startMs),
    );
    expect(taken).toMatchObject({ verdict: { type: 'ask', until: new Date(startMs + 3000).toISOString() } });
  });

  it('that nobody answered is a denial for agents that cannot be deferred', () => {
    const session = new Asked({ unanswered: 'defer' }, 'codex');
    session.post(start('t1'));
    const drafts = session.expire(session.nowMs + 61_000);
    expect(drafts.map(({ control }) => control?.answer)).toEqual(['deny', undefined]);
    session.post(...drafts);
    expect(verdictFor(session.state, 'apr_1')).toMatchObject({ type: 'deny' });
    expect(session.expire(session.nowMs + 1e9)).toEqual([]);
  });

  it('is the only one that its agent leaves with: it would forget another one that was deferred in the same message', () => {
    const session = new Asked({ unanswered: 'defer' });
    session.post(start('t1'), start('t2'));
    const drafts = session.expire(session.nowMs + 61_000);
    expect(drafts.flatMap(({ control }) => control?.answer ?? [])).toEqual(['defer', 'deny']);
    session.post(...drafts);
    expect(session.state).toMatchObject({ status: 'waiting', approvals: [{ toolUseId: 't1', deferred: true }] });
    session.post(start('t3'));
    const later = session.expire(session.nowMs + 61_000);
    expect(later.flatMap(({ control }) => control?.answer ?? [])).toEqual(['deny']);
  });

  it('is found by no id that was never asked', () => {
    const session = new Asked();
    session.post(start('t1'));
    for (const id of ['apr_9', 'apr_0', 'apr_-1', 'apr_x', '', 'constructor'])
      expect(verdictFor(session.state, id)).toBeUndefined();
  });

  it('has one outcome, whatever people, clocks and agents do to it in whatever order', () => {
    const step = fc.constantFrom('allow', 'deny', 'expire', 'finish', 'pause', 'resume', 'prompt', 'again');
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom<Rule['unanswered']>('allow', 'deny', 'terminal', 'defer'),
        (steps, unanswered) => {
          const session = new Asked({ unanswered });
          session.post(start('t1'));
          const { id } = session.first;
          const told: string[] = [];
          for (const each of steps) {
            if (each === 'allow' || each === 'deny') {
              const order = decisionOrder(session.state, id, { decision: each, scope: 'once' }, by);
              if (order.ok) session.post(...order.drafts);
            }
            if (each === 'expire') session.post(...session.expire(session.nowMs + 61_000));
            if (each === 'finish') session.post(finish('t1'));
            if (each === 'prompt') session.post(draft('prompt', { text: 'go on' }));
            if (each === 'again') session.post(start('t1', 'Bash', { key: 'k' }));
            if (each === 'pause')
              session.post({
                type: 'control',
                hook: 'flightdeck',
                text: 'P',
                control: { action: 'paused', status: 'paused', by },
              });
            if (each === 'resume')
              session.post({ type: 'control', hook: 'flightdeck', control: { action: 'resumed', status: 'running', by } });
            const decided = session.state.decisions.findLast((one) => one.id === id);
            if (decided) told.push(decided.outcome);
            // Every question is open, decided or over, and never two of them.
            expect(
              session.state.approvals.filter((one) => one.id === id).length +
                session.state.decisions.filter((one) => one.id === id).length,
            ).toBeLessThanOrEqual(1);
            expect(session.state.approvals.length > 0 && session.state.status === 'running').toBe(false);
          }
          expect(new Set(told).size).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});
